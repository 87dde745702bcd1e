import type { ControllerRevision, StatefulSet } from '../../../kubernetes/objects.ts';
import { controllerReference } from '../../../kubernetes/owners.ts';
import { canonicalJson, fnv1, safeEncode } from '../shared/hash.ts';
import { nextRevision, revisionData, revisionName, sameData } from '../shared/revisions.ts';

const hashLabel = 'controller.kubernetes.io/hash';

/** What has to happen so that there is a revision of the set's template as it is now. */
export type RevisionDecision =
  | { readonly do: 'keep'; readonly revision: ControllerRevision }
  /** The template is back at an earlier one, which becomes the newest. */
  | { readonly do: 'renumber'; readonly revision: ControllerRevision; readonly to: number }
  | { readonly do: 'create'; named(collisions: number): ControllerRevision };

/** @param revisions sorted */
export function decideRevision(set: StatefulSet, revisions: readonly ControllerRevision[]): RevisionDecision {
  const next = nextRevision(revisions);
  const wanted = newRevision(set, next, set.status?.collisionCount ?? 0);
  const newest = revisions.at(-1);
  const equal = revisions.findLast((revision) => sameData(revision, wanted));
  if (!equal) {
    return { do: 'create', named: (collisions) => rename(set, wanted, collisions) };
  }
  return newest && sameData(newest, equal)
    ? { do: 'keep', revision: newest }
    : { do: 'renumber', revision: equal, to: next };
}

function newRevision(set: StatefulSet, revision: number, collisions: number): ControllerRevision {
  const { template } = set.spec;
  const data = revisionData(template);
  const hash = revisionHash(data, collisions);
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: revisionName(set.metadata.name, hash),
      namespace: set.metadata.namespace,
      labels: { ...template.metadata?.labels, [hashLabel]: hash },
      annotations: { ...set.metadata.annotations },
      ownerReferences: [controllerReference(set)],
    },
    data: data as unknown as ControllerRevision['data'],
    revision,
  };
}

/** Only the name tells of collisions: the label keeps the first hash, as upstream has it. */
function rename(set: StatefulSet, revision: ControllerRevision, collisions: number): ControllerRevision {
  const name = revisionName(set.metadata.name, revisionHash(revision.data, collisions));
  return { ...revision, metadata: { ...revision.metadata, name } };
}

/** The same as upstream's for the same template. */
function revisionHash(data: unknown, collisions: number): string {
  return safeEncode(fnv1(canonicalJson(data) + collisions));
}
