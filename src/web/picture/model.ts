import type { PictureObject } from '../../protocol/live.ts';
import { type Node, type Objects, type Pod, sortObjects, type Workload } from './kinds.ts';
import type { ClaimItem, Group, NodeItem, Picture } from './picture.ts';
import { owner, podItem } from './pod-item.ts';
import { serviceItem, servicesFor, servicesOfPods } from './services.ts';
import { statefulSetSlots } from './slots.ts';
import { claimItem, claimNames, looseVolumes } from './storage.ts';

/** `namespace` is the session's: volumes are of no namespace, and those claimed from another one are not its business. */
export function buildPicture(source: Iterable<PictureObject>, namespace: string): Picture {
  const objects = sortObjects(source);
  const used = new Set<string>();
  const groups = [
    ...objects.statefulSets.map((set) => statefulSetGroup(set, objects)),
    ...objects.deployments.map((deployment) => ownerGroup('Deployment', deployment, objects)),
    ...objects.replicaSets
      .filter((set) => !owner(set.metadata))
      .map((replicaSet) => ownerGroup('ReplicaSet', replicaSet, objects)),
    ...otherOwners(objects),
    podsGroup({ kind: 'Pods', name: '', pods: objects.pods.filter((pod) => !owner(pod.metadata)), objects }),
  ].filter((group) => group !== undefined);
  for (const group of groups) {
    for (const claim of [...group.claims, ...group.slots.flatMap((slot) => slot.claims)]) used.add(claim.name);
  }
  const unused = objects.claims.filter((claim) => !used.has(claim.metadata.name));
  const left: ClaimItem[] = [
    ...unused.map((claim) => claimItem(claim.metadata.name, objects, [])),
    ...looseVolumes(objects, namespace),
  ];
  const shown = new Set(groups.flatMap((group) => group.services.map((service) => service.name)));
  const idle = objects.services.filter((service) => !shown.has(service.metadata.name));
  const rest = [
    ...(idle.length > 0
      ? [{ ...emptyGroup('Services', '', []), services: idle.map((service) => serviceItem(service, objects)) }]
      : []),
    ...(left.length > 0 ? [emptyGroup('Claims', '', left)] : []),
  ];
  return { nodes: objects.nodes.map(nodeItem), groups: [...groups, ...rest] };
}

function statefulSetGroup(set: Workload, objects: Objects): Group {
  const serviceName = set.spec?.serviceName;
  const exists = objects.services.some((service) => service.metadata.name === serviceName);
  return {
    key: `StatefulSet/${set.metadata.name}`,
    kind: 'StatefulSet',
    name: set.metadata.name,
    count: { ready: set.status?.readyReplicas ?? 0, desired: set.spec?.replicas ?? 1 },
    services: servicesFor(set.spec?.template?.metadata?.labels, objects),
    missingService: serviceName && !exists ? serviceName : undefined,
    slots: statefulSetSlots(set, objects),
    claims: [],
  };
}

function ownerGroup(kind: string, workload: Workload, objects: Objects): Group {
  const { name, uid } = workload.metadata;
  const owners = new Set([
    uid,
    ...objects.replicaSets.filter((set) => owner(set.metadata)?.uid === uid).map((set) => set.metadata.uid),
  ]);
  const pods = objects.pods.filter((pod) => owners.has(owner(pod.metadata)?.uid ?? ''));
  return {
    ...(podsGroup({ kind, name, pods, objects }) ?? emptyGroup(kind, name, [])),
    count: { ready: workload.status?.readyReplicas ?? 0, desired: workload.spec?.replicas ?? 1 },
    services: servicesFor(workload.spec?.template?.metadata?.labels, objects),
  };
}

/** Jobs, DaemonSets and owners that are gone while their Pods stay (`--cascade=orphan` leaves those without owner). */
function otherOwners(objects: Objects): (Group | undefined)[] {
  const known = new Set(
    [...objects.statefulSets, ...objects.deployments, ...objects.replicaSets].map((one) => one.metadata.uid),
  );
  const names = new Map<string, { kind: string; name: string; pods: Pod[] }>();
  for (const pod of objects.pods) {
    const reference = owner(pod.metadata);
    if (!reference || known.has(reference.uid)) continue;
    const entry = names.get(reference.uid) ?? { kind: reference.kind, name: reference.name, pods: [] };
    entry.pods.push(pod);
    names.set(reference.uid, entry);
  }
  return [...names.values()].map(({ kind, name, pods }) => podsGroup({ kind, name, pods, objects }));
}

function podsGroup({
  kind,
  name,
  pods,
  objects,
}: {
  kind: string;
  name: string;
  pods: readonly Pod[];
  objects: Objects;
}): Group | undefined {
  if (pods.length === 0) return undefined;
  const claims = [...new Set(pods.flatMap(claimNames))].map((claim) => claimItem(claim, objects, pods));
  return {
    ...emptyGroup(kind, name, claims),
    services: name ? [] : servicesOfPods(pods, objects),
    slots: pods.map((pod) => ({
      key: `pod/${pod.metadata.uid}`,
      name: pod.metadata.name,
      ordinal: undefined,
      state: 'live',
      waiting: undefined,
      pod: podItem(pod),
      dns: undefined,
      claims: [],
    })),
  };
}

function emptyGroup(kind: string, name: string, claims: readonly ClaimItem[]): Group {
  const nothing = { count: undefined, services: [], missingService: undefined, slots: [] };
  return { key: `${kind}/${name}`, kind, name, claims, ...nothing };
}

function nodeItem(node: Node): NodeItem {
  return {
    name: node.metadata.name,
    ready: node.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false,
    cordoned: node.spec?.unschedulable ?? false,
    controlPlane: node.spec?.taints?.some((taint) => taint.key === 'node-role.kubernetes.io/control-plane') ?? false,
  };
}
