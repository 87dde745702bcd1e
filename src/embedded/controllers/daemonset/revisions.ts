import type { ControllerRevision, DaemonSet } from '../../../kubernetes/objects.ts';
import { controllerReference } from '../../../kubernetes/owners.ts';
import type { PodTemplateHasher } from '../shared/pod-template-hash.ts';
import { revisionData, sameData } from '../shared/revisions.ts';
import { revisionLabel } from './daemon-pod.ts';

/** A revision of the present template, as it is to be created. @param collisions undefined where there were none yet */
export function newRevision(
  set: DaemonSet,
  revision: number,
  hasher: PodTemplateHasher,
  collisions: number | undefined,
): ControllerRevision {
  const { template } = set.spec;
  const hash = hasher.hash(template, collisions);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${set.metadata.name}-${hash}`,
      namespace: set.metadata.namespace,
      labels: { ...template.metadata?.labels, [revisionLabel]: hash },
      annotations: { ...set.metadata.annotations },
      ownerReferences: [controllerReference(set)],
    },
    data: revisionData(template) as unknown as ControllerRevision['data'],
    revision,
  };
}

/** Splits the revisions by whether they have the present template. */
export function splitRevisions(
  set: DaemonSet,
  revisions: readonly ControllerRevision[],
): { current: readonly ControllerRevision[]; old: readonly ControllerRevision[] } {
  const wanted = { data: revisionData(set.spec.template) as unknown as ControllerRevision['data'] };
  const isCurrent = (revision: ControllerRevision) => sameData(revision, wanted);
  return { current: revisions.filter(isCurrent), old: revisions.filter((revision) => !isCurrent(revision)) };
}

export function hashOf({ metadata }: ControllerRevision): string {
  return metadata.labels?.[revisionLabel] ?? metadata.name;
}

/** The oldest of those that no Pod comes from, beyond as many as are to be kept. @param old sorted */
export function superfluousRevisions(
  { spec }: DaemonSet,
  old: readonly ControllerRevision[],
  live: ReadonlySet<string>,
): readonly ControllerRevision[] {
  const excess = old.length - (spec.revisionHistoryLimit ?? 10);
  return excess <= 0 ? [] : old.filter((revision) => !live.has(hashOf(revision))).slice(0, excess);
}
