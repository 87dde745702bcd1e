import type { HorizontalPodAutoscaler } from '../../../kubernetes/objects.ts';
import { LabelSelector, type LabelSelectorLike } from '../../../kubernetes/selectors.ts';
import type { Client } from '../../client/client.ts';
import type { ApiResource } from '../../client/discovery.ts';
import * as refs from '../../client/refs.ts';

/** What an autoscaler scales. */
export interface Target {
  readonly resource: ApiResource;
  readonly name: string;
  readonly replicas: number;
  readonly selector: LabelSelector;
}

/** @throws Error as asking for the target's scale fails */
export function targetOf(
  client: Client,
  resources: readonly ApiResource[],
  { metadata: { namespace = '' }, spec }: HorizontalPodAutoscaler,
): Target {
  const { apiVersion = '', kind, name } = spec.scaleTargetRef;
  const group = apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
  const resource = resources.find((each) => each.group === group && each.kind === kind);
  if (!resource) throw new Error(`no matches for kind "${kind}" in group "${group}"`);
  const found = read(client, resource, namespace, name);
  if (!found) throw new Error(`${group ? `${resource.plural}.${group}` : resource.plural} "${name}" not found`);
  return { resource, name, ...found };
}

/** @throws Error where objects of that kind have no scale */
function read(
  client: Client,
  { group, plural }: ApiResource,
  namespace: string,
  name: string,
): Pick<Target, 'replicas' | 'selector'> | undefined {
  switch (`${group}/${plural}`) {
    case '/replicationcontrollers': {
      const spec = client.informer(refs.replicationControllers).get(namespace, name)?.spec;
      return spec && { replicas: spec.replicas ?? 0, selector: LabelSelector.fromLabels(spec.selector) };
    }
    case 'apps/deployments':
      return scaleOf(client.informer(refs.deployments).get(namespace, name));
    case 'apps/replicasets':
      return scaleOf(client.informer(refs.replicaSets).get(namespace, name));
    case 'apps/statefulsets':
      return scaleOf(client.informer(refs.statefulSets).get(namespace, name));
    default:
      throw new Error('the server could not find the requested resource');
  }
}

function scaleOf(
  object: { readonly spec: { readonly replicas?: number; readonly selector: LabelSelectorLike } } | undefined,
): Pick<Target, 'replicas' | 'selector'> | undefined {
  return object && { replicas: object.spec.replicas ?? 0, selector: LabelSelector.from(object.spec.selector) };
}
