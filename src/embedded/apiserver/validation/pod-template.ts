import type { PodTemplateSpec } from '../../../kubernetes/objects.ts';
import type { FieldError } from './field.ts';
import { validateLabels } from './labels.ts';
import { validateAnnotations } from './object-meta.ts';
import { validatePodAnnotations, validateProfilesMatch } from './pod-annotations.ts';
import { forbidEphemeralContainers, validatePodSpec } from './pod-spec.ts';

/**
 * ValidatePodTemplateSpec (pkg/apis/core/validation), for every kind that makes Pods. Defaults are set already
 * (defaultPodTemplate), and fields of features that are off are gone (dropDisabledFields).
 * @param path of the template: "spec.template"
 */
export function validatePodTemplateSpec(template: PodTemplateSpec | undefined, path: string): FieldError[] {
  const { metadata, spec = { containers: [] } } = template ?? {};
  return [
    ...validateLabels(metadata?.labels, `${path}.labels`),
    ...validateAnnotations(metadata?.annotations, `${path}.annotations`),
    ...validatePodAnnotations(metadata?.annotations, spec, `${path}.annotations`),
    ...validatePodSpec(spec, `${path}.spec`),
    ...validateProfilesMatch(metadata?.annotations, spec, `${path}.spec`),
    ...forbidEphemeralContainers(spec, `${path}.spec`, 'ephemeral containers not allowed in pod template'),
  ];
}
