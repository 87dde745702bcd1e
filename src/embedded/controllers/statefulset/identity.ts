import type { ObjectMeta } from '../../../kubernetes/object.ts';
import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet, Volume } from '../../../kubernetes/objects.ts';
import { podFromTemplate } from '../shared/pod-template.ts';

/** Who a Pod of a StatefulSet is, and what belongs to it by its ordinal. */

export const podNameLabel = 'statefulset.kubernetes.io/pod-name';
export const podIndexLabel = 'apps.kubernetes.io/pod-index';
export const revisionLabel = 'controller-revision-hash';

/** "kubia" and 3 of "kubia-3"; '' and -1 of a name that is no StatefulSet Pod's. */
export function parentAndOrdinal(name: string): { parent: string; ordinal: number } {
  const [, parent = '', digits = ''] = /^(.*)-([0-9]+)$/s.exec(name) ?? [];
  const ordinal = digits === '' ? -1 : Number(digits);
  return ordinal > 2 ** 31 - 1 ? { parent, ordinal: -1 } : { parent, ordinal };
}

export function ordinalOf(pod: Pod): number {
  return parentAndOrdinal(pod.metadata.name).ordinal;
}

/** Whether the Pod's name makes it one of the set's. */
export function isMemberOf(set: StatefulSet, pod: Pod): boolean {
  return parentAndOrdinal(pod.metadata.name).parent === set.metadata.name;
}

export function startOrdinal({ spec }: StatefulSet): number {
  return spec.ordinals?.start ?? 0;
}

export function endOrdinal(set: StatefulSet): number {
  return startOrdinal(set) + (set.spec.replicas ?? 1) - 1;
}

/** Whether the set wants a Pod of this ordinal. */
export function isInOrdinalRange(set: StatefulSet, pod: Pod): boolean {
  const ordinal = ordinalOf(pod);
  return ordinal >= startOrdinal(set) && ordinal <= endOrdinal(set);
}

export function podName(set: StatefulSet, ordinal: number): string {
  return `${set.metadata.name}-${ordinal}`;
}

/** "data-kubia-0" */
export function claimName(set: StatefulSet, template: string, ordinal: number): string {
  return `${template}-${set.metadata.name}-${ordinal}`;
}

/** The names of all claims of the Pod of an ordinal. */
export function claimNames(set: StatefulSet, ordinal: number): string[] {
  return (set.spec.volumeClaimTemplates ?? []).map(({ metadata }) => claimName(set, metadata?.name ?? '', ordinal));
}

/** The claims of the Pod of an ordinal, as they are created. */
export function claimsFor(set: StatefulSet, ordinal: number): PersistentVolumeClaim[] {
  return (set.spec.volumeClaimTemplates ?? []).map((template) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: {
      ...(structuredClone(template.metadata) as Partial<ObjectMeta>),
      name: claimName(set, template.metadata?.name ?? '', ordinal),
      namespace: set.metadata.namespace,
      labels: { ...template.metadata?.labels, ...set.spec.selector.matchLabels },
    },
    spec: structuredClone(template.spec ?? {}),
  }));
}

export function revisionOf(pod: Pod): string {
  return pod.metadata.labels?.[revisionLabel] ?? '';
}

export function identityMatches(set: StatefulSet, pod: Pod): boolean {
  const { parent, ordinal } = parentAndOrdinal(pod.metadata.name);
  return (
    ordinal >= 0 &&
    set.metadata.name === parent &&
    pod.metadata.name === podName(set, ordinal) &&
    pod.metadata.labels?.[podNameLabel] === pod.metadata.name
  );
}

/** Whether the Pod mounts exactly its own claims. */
export function storageMatches(set: StatefulSet, pod: Pod): boolean {
  const ordinal = ordinalOf(pod);
  const volumes = new Map((pod.spec.volumes ?? []).map((volume) => [volume.name, volume]));
  return (set.spec.volumeClaimTemplates ?? []).every(
    ({ metadata: { name = '' } = {} }) =>
      volumes.get(name)?.persistentVolumeClaim?.claimName === claimName(set, name, ordinal),
  );
}

/** The Pod with the labels and the volumes it should have. */
export function withIdentityAndStorage(set: StatefulSet, pod: Pod): Pod {
  const ordinal = ordinalOf(pod);
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels: {
        ...pod.metadata.labels,
        [podNameLabel]: podName(set, ordinal),
        [podIndexLabel]: String(ordinal),
      },
    },
    spec: { ...pod.spec, volumes: volumesFor(set, pod.spec.volumes ?? [], ordinal) },
  };
}

/** The claims' volumes come first; one of the template's that has the name of a claim's gives way to it. */
function volumesFor(set: StatefulSet, volumes: readonly Volume[], ordinal: number): Volume[] {
  const claimed = (set.spec.volumeClaimTemplates ?? []).map(({ metadata: { name = '' } = {} }) => ({
    name,
    persistentVolumeClaim: { claimName: claimName(set, name, ordinal) },
  }));
  return [...claimed, ...volumes.filter(({ name }) => !claimed.some((volume) => volume.name === name))];
}

/** The Pod of an ordinal, from the template of one of the set's revisions. */
export function newPod(set: StatefulSet, ordinal: number, template: PodTemplateSpec, revision: string): Pod {
  const pod = podFromTemplate(template, set);
  pod.metadata.name = podName(set, ordinal);
  pod.metadata.labels = { ...pod.metadata.labels, [revisionLabel]: revision };
  pod.spec.hostname = pod.metadata.name;
  if (set.spec.serviceName) pod.spec.subdomain = set.spec.serviceName;
  else delete pod.spec.subdomain;
  return withIdentityAndStorage(set, pod);
}
