import type { ControllerRevision, PodTemplateSpec } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { ResourceClient } from '../../client/client.ts';
import { canonicalJson } from './hash.ts';

/** Snapshots of templates that StatefulSets and DaemonSets keep: upstream's pkg/controller/history. */

/** What a revision's `data` is: a strategic merge patch that puts the template back. */
export interface RevisionData {
  readonly spec: { readonly template: PodTemplateSpec & { readonly $patch: 'replace' } };
}

/** With its members in the order in which Go writes a map: clients compare the text with what they make of a template. */
export function revisionData(template: PodTemplateSpec): RevisionData {
  return JSON.parse(canonicalJson({ spec: { template: { ...template, $patch: 'replace' } } })) as RevisionData;
}

/** The template a revision stands for. */
export function templateOf(revision: ControllerRevision): PodTemplateSpec {
  const { $patch: _, ...template } = (revision.data as unknown as RevisionData).spec.template;
  return template;
}

/** Oldest first. */
export function sortRevisions(revisions: readonly ControllerRevision[]): ControllerRevision[] {
  return [...revisions].sort(
    (a, b) =>
      a.revision - b.revision ||
      compare(a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? '') ||
      compare(a.metadata.name, b.metadata.name),
  );
}

/** @param revisions sorted */
export function nextRevision(revisions: readonly ControllerRevision[]): number {
  return (revisions.at(-1)?.revision ?? 0) + 1;
}

export function sameData(one: Pick<ControllerRevision, 'data'>, other: Pick<ControllerRevision, 'data'>): boolean {
  return canonicalJson(one.data) === canonicalJson(other.data);
}

/** "kubia-5d8f9c7b6d": the name is cut where it would grow too long. */
export function revisionName(owner: string, hash: string): string {
  return `${owner.slice(0, 223)}-${hash}`;
}

/** The revisions that nothing uses, the oldest ones, beyond as many as are to be kept. */
export function superfluous(
  revisions: readonly ControllerRevision[],
  live: ReadonlySet<string>,
  limit: number,
): readonly ControllerRevision[] {
  const history = revisions.filter(({ metadata }) => !live.has(metadata.name));
  return limit < 0 ? [] : history.slice(0, Math.max(0, history.length - limit));
}

/**
 * Creates a revision under the name that `named` gives for a count of collisions; where something else has the name, the
 * count goes up. What has the same data already is as good as created.
 */
export async function createRevision(
  client: ResourceClient<ControllerRevision>,
  named: (collisions: number) => ControllerRevision,
  collisions: number,
): Promise<{ revision: ControllerRevision; collisions: number }> {
  for (let count = collisions; ; count++) {
    const draft = named(count);
    try {
      return { revision: await client.create(draft), collisions: count };
    } catch (error) {
      if (!ApiError.is(error, 'AlreadyExists')) throw error;
      const existing = await client.get(draft.metadata.namespace ?? '', draft.metadata.name);
      if (sameData(existing, draft)) return { revision: existing, collisions: count };
    }
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
