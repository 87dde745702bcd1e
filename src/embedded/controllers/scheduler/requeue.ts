import { matchesNode } from '../../../kubernetes/node-affinity.ts';
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../../kubernetes/objects.ts';
import { untoleratedTaint } from '../../../kubernetes/taints.ts';
import { podRequests } from './node-info.ts';
import { claimNames } from './volumes.ts';

/** Something that happened in the cluster. `previous` is absent where the object is new. */
export type Change =
  | ({ readonly kind: 'Node' } & Of<Node>)
  | ({ readonly kind: 'PersistentVolume' } & Of<PersistentVolume>)
  | ({ readonly kind: 'PersistentVolumeClaim' } & Of<PersistentVolumeClaim>)
  | ({ readonly kind: 'StorageClass' } & Of<StorageClass>)
  /** A Pod on a node; deleted also where it has ended. */
  | ({ readonly kind: 'Pod' } & Of<Pod>)
  /** The Pod that waits for a node. */
  | ({ readonly kind: 'Own' } & Of<Pod>);

interface Of<T> {
  readonly object: T;
  readonly previous?: T;
  readonly deleted?: boolean;
}

type Hint = (change: Change, pod: Pod) => boolean;

/**
 * Whether a change may let a Pod be scheduled to which some plugins objected: the plugins' queueing hints. The wrong yes
 * costs an attempt, the wrong no costs minutes.
 */
export function mayHelp(change: Change, pod: Pod, objectors: ReadonlySet<string>): boolean {
  if (change.kind === 'Own' && change.object.metadata.uid !== pod.metadata.uid) return false;
  return [...objectors].some((plugin) => hints[plugin]?.(change, pod) ?? true);
}

const nodeUnschedulable: Hint = (change) => {
  if (change.kind === 'Own') return tolerationsChanged(change);
  return (
    isNode(change) && !change.object.spec.unschedulable && (!change.previous || !!change.previous.spec.unschedulable)
  );
};

const taintToleration: Hint = (change, { spec: { tolerations } }) => {
  if (change.kind === 'Own') return tolerationsChanged(change);
  if (!isNode(change)) return false;
  const keepsOut = ({ spec }: Node) => untoleratedTaint(spec.taints, tolerations, ['NoSchedule', 'NoExecute']);
  return !keepsOut(change.object) && (!change.previous || keepsOut(change.previous) !== undefined);
};

const nodeAffinity: Hint = (change, { spec }) =>
  isNode(change) && matchesNode(spec, change.object) && (!change.previous || !matchesNode(spec, change.previous));

const nodePorts: Hint = (change) => isNewNode(change) || isPodGone(change);

const nodeResourcesFit: Hint = (change, pod) => {
  switch (change.kind) {
    case 'Pod':
      return change.deleted === true || requestsLess(change, pod);
    case 'Own':
      return requestsLess(change, pod);
    case 'Node':
      return !change.deleted && (!change.previous || offersMore(change.object, change.previous));
    default:
      return false;
  }
};

const volumeRestrictions: Hint = (change, pod) => {
  if (change.kind === 'PersistentVolumeClaim') return isOwnClaim(change, pod);
  if (change.kind !== 'Pod' || !change.deleted || change.object.metadata.namespace !== pod.metadata.namespace)
    return false;
  const own = new Set(claimNames(pod).map(({ name }) => name));
  return claimNames(change.object).some(({ name }) => own.has(name));
};

const volumeBinding: Hint = (change, pod) => {
  switch (change.kind) {
    case 'PersistentVolumeClaim':
      return isOwnClaim(change, pod);
    case 'PersistentVolume':
      return true;
    case 'StorageClass':
      return (
        !change.previous ||
        JSON.stringify(change.object.allowedTopologies) !== JSON.stringify(change.previous.allowedTopologies)
      );
    case 'Node':
      return labelsChanged(change);
    default:
      return false;
  }
};

const volumeZone: Hint = (change, pod) =>
  change.kind === 'PersistentVolume' ||
  (change.kind === 'PersistentVolumeClaim' && isOwnClaim(change, pod)) ||
  (isNode(change) && labelsChanged(change));

const podTopologySpread: Hint = (change, pod) => {
  if (change.kind === 'Own') return podLabelsChanged(change);
  if (change.kind === 'Node') return change.deleted === true || labelsChanged(change) || taintsChanged(change);
  return isRelevantPod(change) && change.object.metadata.namespace === pod.metadata.namespace;
};

const interPodAffinity: Hint = (change) => {
  if (change.kind === 'Own') return podLabelsChanged(change);
  if (change.kind === 'Node') return !change.deleted && labelsChanged(change);
  return isRelevantPod(change);
};

const hints: Readonly<Record<string, Hint>> = {
  NodeUnschedulable: nodeUnschedulable,
  NodeName: isNewNode,
  TaintToleration: taintToleration,
  NodeAffinity: nodeAffinity,
  NodePorts: nodePorts,
  NodeResourcesFit: nodeResourcesFit,
  VolumeRestrictions: volumeRestrictions,
  VolumeBinding: volumeBinding,
  VolumeZone: volumeZone,
  PodTopologySpread: podTopologySpread,
  InterPodAffinity: interPodAffinity,
};

function isNode(change: Change): change is { kind: 'Node' } & Of<Node> {
  return change.kind === 'Node' && !change.deleted;
}

function isNewNode(change: Change): boolean {
  return isNode(change) && !change.previous;
}

function isPodGone(change: Change): boolean {
  return change.kind === 'Pod' && change.deleted === true;
}

/** A Pod that came, went, or is counted differently from now on. */
function isRelevantPod(change: Change): change is { kind: 'Pod' } & Of<Pod> {
  if (change.kind !== 'Pod') return false;
  const { object, previous, deleted } = change;
  if (deleted || !previous) return true;
  return podLabelsChanged(change) || object.metadata.deletionTimestamp !== previous.metadata.deletionTimestamp;
}

function podLabelsChanged({ object, previous }: Of<Pod>): boolean {
  return JSON.stringify(object.metadata.labels) !== JSON.stringify(previous?.metadata.labels);
}

function labelsChanged({ object, previous, deleted }: Of<Node>): boolean {
  return !deleted && JSON.stringify(object.metadata.labels) !== JSON.stringify(previous?.metadata.labels);
}

function taintsChanged({ object, previous }: Of<Node>): boolean {
  return JSON.stringify(object.spec.taints) !== JSON.stringify(previous?.spec.taints);
}

function tolerationsChanged({ object, previous }: Of<Pod>): boolean {
  const before = previous?.spec.tolerations ?? [];
  return (object.spec.tolerations ?? []).length !== before.length;
}

function isOwnClaim({ object, deleted }: Of<PersistentVolumeClaim>, pod: Pod): boolean {
  const { namespace, name } = object.metadata;
  return !deleted && namespace === pod.metadata.namespace && claimNames(pod).some((claim) => claim.name === name);
}

/** Whether a Pod was resized to ask for less of something that the other wants. */
function requestsLess({ object, previous }: Of<Pod>, pod: Pod): boolean {
  if (!previous) return false;
  const wanted = podRequests(pod).requested;
  const [now, before] = [podRequests(object).requested, podRequests(previous).requested];
  return [...before].some(([name, amount]) => (wanted.get(name) ?? 0) > 0 && (now.get(name) ?? 0) < amount);
}

function offersMore({ status }: Node, previous: Node): boolean {
  return JSON.stringify(status?.allocatable) !== JSON.stringify(previous.status?.allocatable);
}
