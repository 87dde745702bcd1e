import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Pod } from '../../../kubernetes/objects.ts';
import { validateImageOfPod } from './containers.ts';
import { type FieldError, forbidden } from './field.ts';
import { validateObjectMeta } from './object-meta.ts';
import { validatePodAnnotations, validateProfilesMatch } from './pod-annotations.ts';
import { forbidEphemeralContainers, validatePodSpec } from './pod-spec.ts';

/** ValidatePodCreate (pkg/apis/core/validation). */
export function validatePodCreate(pod: Pod): FieldError[] {
  const { metadata, spec } = pod;
  const errors = [
    ...validatePodMetadataAndSpec(pod),
    ...forbidEphemeralContainers(spec, 'spec', 'cannot be set on create'),
  ];
  if (spec.nodeName && spec.schedulingGates?.length) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  return [...errors, ...validateProfilesMatch(metadata.annotations, spec, 'spec')];
}

/** What holds for a Pod at any time. */
export function validatePodMetadataAndSpec({ metadata, spec }: Pod): FieldError[] {
  const errors = [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations'),
    ...validatePodSpec(spec, 'spec', { pod: { name: metadata.name ?? '' } }),
  ];
  if (!spec.serviceAccountName) {
    spec.volumes?.forEach(({ projected }, volume) => {
      projected?.sources?.forEach(({ serviceAccountToken }, source) => {
        if (!serviceAccountToken) return;
        const path = `spec.volumes[${volume}].projected.sources[${source}].serviceAccountToken`;
        errors.push(forbidden(path, 'must not be specified when serviceAccountName is not set'));
      });
    });
  }
  for (const field of ['containers', 'initContainers'] as const) {
    spec[field]?.forEach((container, index) => {
      errors.push(...validateImageOfPod(container, `spec.${field}[${index}]`));
    });
  }
  return errors;
}
