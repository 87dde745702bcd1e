import { revisionData } from '../../../../src/embedded/controllers/shared/revisions.ts';
import { identityMatches, newPod } from '../../../../src/embedded/controllers/statefulset/identity.ts';
import type { Situation } from '../../../../src/embedded/controllers/statefulset/plan.ts';
import type {
  ControllerRevision,
  PersistentVolumeClaim,
  Pod,
  StatefulSet,
  StatefulSetSpec,
} from '../../../../src/kubernetes/objects.ts';
import { kubia } from './kubia.ts';

export const now = Date.UTC(2026, 0, 1, 12);

/** As the API server gives it back: with its defaults, and what it is known by. */
export function statefulSet(spec: Partial<StatefulSetSpec> = {}): StatefulSet {
  const set = kubia({
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    ...spec,
  });
  return { ...set, metadata: { ...set.metadata, namespace: 'default', uid: 'set', generation: 1 } };
}

export function revision(name: string, number = 1, image = 'kubia:1'): ControllerRevision {
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: { name, namespace: 'default' },
    data: revisionData({
      metadata: { labels: { app: 'kubia' } },
      spec: { containers: [{ name: 'kubia', image }] },
    }) as unknown as ControllerRevision['data'],
    revision: number,
  };
}

/**
 * A Pod in words: "0 ready", "1 pending old", "2 terminating", "3 failed", "0 ready 5s" (for so long), "1 running".
 * `old` is at revision "kubia-old", others at "kubia-new".
 */
export function pod(set: StatefulSet, words: string): Pod {
  const [ordinal, state, ...rest] = words.split(' ');
  const old = rest.includes('old');
  const base = newPod(set, Number(ordinal), set.spec.template, old ? 'kubia-old' : 'kubia-new');
  const ready = state === 'ready' || state === 'terminating';
  const seconds = Number.parseInt(rest.find((word) => word.endsWith('s')) ?? '3600', 10);
  const phases: Record<string, string> = { pending: 'Pending', failed: 'Failed', succeeded: 'Succeeded' };
  base.metadata.uid = `pod-${ordinal}`;
  if (state === 'terminating' || rest.includes('terminating')) base.metadata.deletionTimestamp = '2026-01-01T12:00:00Z';
  if (rest.includes('unlabelled')) delete base.metadata.labels!['statefulset.kubernetes.io/pod-name'];
  if (rest.includes('unlabelled') === identityMatches(set, base)) throw new Error(`${words}: no such Pod`);
  return {
    ...base,
    status: {
      phase: (phases[state!] ?? 'Running') as 'Running',
      conditions: [
        {
          type: 'Ready',
          status: ready ? 'True' : 'False',
          lastTransitionTime: new Date(now - seconds * 1000).toISOString(),
        },
      ],
    },
  };
}

export function claim(name: string, owners: PersistentVolumeClaim['metadata']['ownerReferences'] = []) {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name, namespace: 'default', ...(owners.length > 0 && { ownerReferences: owners }) },
    spec: {},
  } satisfies PersistentVolumeClaim;
}

export function situation(
  set: StatefulSet,
  pods: readonly string[],
  { claims = [], updating = true }: { claims?: readonly PersistentVolumeClaim[]; updating?: boolean } = {},
): Situation {
  const update = revision('kubia-new', 2, 'kubia:2');
  return {
    set,
    revisions: { current: updating ? revision('kubia-old') : update, update, collisions: 0 },
    pods: pods.map((words) => pod(set, words)),
    claim: (name) => claims.find(({ metadata }) => metadata.name === name),
    now,
  };
}
