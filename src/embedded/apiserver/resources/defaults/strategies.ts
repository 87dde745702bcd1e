import type { KubeObject } from '../../../../kubernetes/object.ts';
import type { LabelSelector as LabelSelectorSpec } from '../../../../kubernetes/objects.ts';
import { LabelSelector } from '../../../../kubernetes/selectors.ts';
import type { ResourceDefinition } from '../../resource.ts';
import { semanticEqual } from '../../validation/equality.ts';

/** What upstream's strategies of most kinds do (pkg/registry). */

interface WithSpec extends KubeObject {
  spec?: unknown;
}

/** A change of the spec is a new generation. `draft` carries the stored one's. */
export function countGeneration(draft: WithSpec, current: WithSpec): void {
  if (!semanticEqual(draft.spec, current.spec)) nextGeneration(draft, current);
}

export function nextGeneration(draft: KubeObject, current: KubeObject): void {
  draft.metadata.generation = (current.metadata.generation ?? 0) + 1;
}

/** Ordinary writes do not touch the status. */
export function keepStatus<T extends KubeObject & { status?: unknown }>(draft: T, current: T): void {
  if (current.status === undefined) delete draft.status;
  else draft.status = current.status;
}

/** Of the metadata, writes to some kinds' status change nothing: ResetObjectMetaForStatus. */
export function keepMetadata({ metadata }: KubeObject, current: KubeObject): void {
  const fields = ['deletionTimestamp', 'generation', 'labels', 'annotations', 'finalizers', 'ownerReferences'] as const;
  for (const field of fields) {
    if (current.metadata[field] === undefined) delete metadata[field];
    else Object.assign(metadata, { [field]: current.metadata[field] });
  }
}

interface Replicated extends KubeObject {
  readonly spec: { replicas?: number; readonly selector: LabelSelectorSpec };
  readonly status?: { readonly replicas?: number };
}

/** The scale subresource of kinds that count replicas. */
export function replicasScale<T extends Replicated>(): NonNullable<ResourceDefinition<T>['scale']> {
  return {
    getReplicas: ({ spec }) => spec.replicas ?? 0,
    setReplicas: ({ spec }, replicas) => {
      spec.replicas = replicas;
    },
    statusReplicas: ({ status }) => status?.replicas ?? 0,
    selector: ({ spec }) => LabelSelector.from(spec.selector).toString(),
  };
}
