import type { KubeObject } from '../../../kubernetes/object.ts';
import type { ResourceQuota } from '../../../kubernetes/objects.ts';
import { countedResource, usedOf } from '../../apiserver/admission/quota-usage.ts';
import type { Controller } from '../../client/client.ts';
import type { ApiResource } from '../../client/discovery.ts';
import * as refs from '../../client/refs.ts';
import type { WorkQueue } from '../../client/workqueue.ts';
import type { ControllerContext } from '../shared/context.ts';
import { canonicalJson } from '../shared/hash.ts';
import { keyOf, reconciler, splitKey } from '../shared/reconciler.ts';

type Amounts = Readonly<Record<string, string>>;

/** Shows in ResourceQuotas what is used of them. What would be too much is refused on admission. */
export function resourceQuotaController(context: ControllerContext): Controller {
  const { clock, resources } = context;
  const client = context.clientFor('resourcequota-controller');
  const quotas = client.informer(refs.resourceQuotas);
  const quotaClient = client.resource(refs.resourceQuotas);

  /** "pods", "statefulsets.apps", where that is served. */
  function served(resource: string): ApiResource | undefined {
    return resources.find((each) => each.namespaced && !each.duplicate && qualifiedName(each) === resource);
  }

  function objectsOf(resource: string, namespace: string): readonly KubeObject[] {
    const found = served(resource);
    return found ? client.informer<KubeObject>(found).list(namespace) : [];
  }

  async function sync(key: string): Promise<void> {
    const { namespace, name } = splitKey(key);
    const quota = quotas.get(namespace, name);
    if (!quota) return;
    const hard = (quota.spec.hard ?? {}) as Amounts;
    const used: Record<string, string> = {};
    for (const [resource, amount] of usedOf(quota, (each) => objectsOf(each, namespace), clock.now())) {
      // Of what nobody knows, nothing can be said to be used.
      if (served(countedResource(resource))) used[resource] = amount.toString();
    }
    const status = { hard: { ...hard }, used };
    const { hard: shownHard = {}, used: shownUsed = {} } = quota.status ?? {};
    if (quota.status && canonicalJson(status) === canonicalJson({ hard: shownHard, used: shownUsed })) return;
    await quotaClient.updateStatus({ ...quota, status });
  }

  function watch(queue: WorkQueue): readonly (() => void)[] {
    const watches = new Map<string, () => void>();
    // Only what some quota counts is watched.
    const follow = (quota: ResourceQuota) => {
      for (const resource of resourcesOf(quota)) {
        const found = served(resource);
        if (!found || watches.has(resource)) continue;
        const changed = ({ metadata }: KubeObject) => {
          for (const each of quotas.list(metadata.namespace)) {
            if (resourcesOf(each).has(resource)) queue.add(keyOf(each));
          }
        };
        watches.set(resource, () => {});
        watches.set(
          resource,
          client.informer<KubeObject>(found).subscribe({ added: changed, updated: changed, deleted: changed }),
        );
      }
    };
    const noticed = (quota: ResourceQuota) => {
      follow(quota);
      queue.add(keyOf(quota));
    };
    return [
      quotas.subscribe({ added: noticed, updated: noticed }),
      () => {
        for (const unsubscribe of watches.values()) unsubscribe();
      },
    ];
  }

  return reconciler({ name: 'resourcequota-controller', context, watch, sync });
}

function qualifiedName({ group, plural }: ApiResource): string {
  return group ? `${plural}.${group}` : plural;
}

function resourcesOf({ spec }: ResourceQuota): ReadonlySet<string> {
  return new Set(Object.keys(spec.hard ?? {}).map(countedResource));
}
