import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { PodTemplate } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { semanticEqual } from '../validation/equality.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { validatePodTemplateSpec } from '../validation/pod-template.ts';
import { column, containerColumns, formatLabels } from './columns/common.ts';
import { dropDisabledFields } from './defaults/disabled-fields.ts';
import { defaultPodTemplate } from './defaults/pod-spec.ts';
import { nextGeneration } from './defaults/strategies.ts';
import { podTemplateWarnings } from './warnings/pod.ts';

/** pkg/registry/core/podtemplate. */
export const podtemplate = defineResource<PodTemplate>({
  group: '',
  version: 'v1',
  kind: 'PodTemplate',
  plural: 'podtemplates',
  singular: 'podtemplate',
  namespaced: true,
  schema: 'io.k8s.api.core.v1.PodTemplate',

  validateName: nameIsDNSSubdomain,
  defaults(draft) {
    draft.template ??= {};
    defaultPodTemplate(draft.template);
  },

  prepareForCreate(draft) {
    draft.metadata.generation = 1;
    dropDisabledFields(draft.template.spec);
  },
  prepareForUpdate(draft, current) {
    dropDisabledFields(draft.template.spec);
    if (!semanticEqual(draft.template, current.template)) nextGeneration(draft, current);
  },
  validateCreate: ({ metadata, template }) => [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validatePodTemplateSpec(template, 'template'),
  ],
  validateUpdate: ({ metadata, template }, current) => [
    ...validateObjectMetaUpdate(metadata, current.metadata),
    ...validatePodTemplateSpec(template, 'template'),
  ],
  warnings: (object, current) =>
    current && object.metadata.generation === current.metadata.generation
      ? []
      : podTemplateWarnings(object.template, 'template'),

  returnsDeletedObject: true,

  columns: [
    ...containerColumns<PodTemplate>(({ template }) => template).map((each) => ({ ...each, priority: 0 as const })),
    column('Pod Labels', 'string', 'The labels for the pod template.', ({ template }) =>
      formatLabels(template.metadata?.labels),
    ),
  ],
});
