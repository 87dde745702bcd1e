import type { Container, Pod } from '../../../kubernetes/objects.ts';
import { semanticEqual } from '../validation/equality.ts';
import type { FieldError } from '../validation/field.ts';
import { validatePodResize } from '../validation/pod-resize.ts';
import { validateEphemeralContainersUpdate } from '../validation/pod-update.ts';
import { dropDisabledFields } from './defaults/disabled-fields.ts';
import { nextGeneration } from './defaults/strategies.ts';

/** How a subresource that is a view of the whole Pod writes it (pkg/registry/core/pod/strategy.go). */
export interface PodSubresourceStrategy {
  /** Leaves in `draft` what the subresource may change and puts everything else back. */
  prepareForUpdate(draft: Pod, current: Pod): void;
  validateUpdate(pod: Pod, current: Pod): FieldError[];
}

/** pods/ephemeralcontainers, which `kubectl debug` patches. */
export const ephemeralContainers: PodSubresourceStrategy = {
  prepareForUpdate(draft, current) {
    const added = draft.spec.ephemeralContainers;
    putBack(draft, current);
    draft.spec = { ...current.spec, ephemeralContainers: added && structuredClone(added) };
    if (!added) delete draft.spec.ephemeralContainers;
    finish(draft, current);
  },
  validateUpdate: validateEphemeralContainersUpdate,
};

/** pods/resize: CPU and memory of running containers. */
export const resize: PodSubresourceStrategy = {
  prepareForUpdate(draft, current) {
    const containers = draft.spec.containers ?? [];
    const initContainers = draft.spec.initContainers ?? [];
    const before = current.spec;
    // Where containers come or go, validation is left to say so.
    if (
      containers.length === before.containers.length &&
      initContainers.length === (before.initContainers ?? []).length
    ) {
      putBack(draft, current);
      draft.spec = { ...before, containers: onlyResized(containers, before.containers) };
      if (before.initContainers) draft.spec.initContainers = onlyResized(initContainers, before.initContainers);
    }
    finish(draft, current);
  },
  validateUpdate: validatePodResize,
};

function putBack(draft: Pod, { metadata, status }: Pod): void {
  draft.status = status;
  for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const) {
    if (metadata[field] === undefined) delete draft.metadata[field];
    else Object.assign(draft.metadata, { [field]: metadata[field] });
  }
}

function finish(draft: Pod, current: Pod): void {
  // What was taken over from the stored Pod must not be changed in place.
  draft.spec = structuredClone(draft.spec);
  dropDisabledFields(draft.spec);
  if (!semanticEqual(draft.spec, current.spec)) nextGeneration(draft, current);
}

function onlyResized(containers: readonly Container[], before: readonly Container[]): Container[] {
  const renamed = containers.some(({ name }, index) => name !== before[index]!.name);
  if (renamed) return [...containers];
  return containers.map(({ resources, resizePolicy }, index) => ({ ...before[index]!, resources, resizePolicy }));
}
