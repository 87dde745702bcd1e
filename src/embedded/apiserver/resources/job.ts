import { humanDuration } from '../../../kubernetes/durations.ts';
import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Job } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { semanticEqual } from '../validation/equality.ts';
import { controllerUidLabels, jobNameLabels, validateJobCreate, validateJobUpdate } from '../validation/job.ts';
import { validateJobStatusUpdate } from '../validation/job-status.ts';
import { ageColumn, column, containerColumns, selectorColumn } from './columns/common.ts';
import { dropDisabledFields } from './defaults/disabled-fields.ts';
import { defaultPodTemplate } from './defaults/pod-spec.ts';
import { countGeneration, keepStatus } from './defaults/strategies.ts';
import { jobSpecWarnings } from './warnings/job.ts';
import { nameWarnings } from './warnings/name.ts';
import { podTemplateWarnings } from './warnings/pod.ts';

/** With a limit per index, the limit for the Job as a whole is as good as none. */
const noBackoffLimit = 2 ** 31 - 1;

/** pkg/registry/batch/job and SetDefaults_Job. */
export const job = defineResource<Job>({
  group: 'batch',
  version: 'v1',
  kind: 'Job',
  plural: 'jobs',
  singular: 'job',
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.batch.v1.Job',

  validateName: nameIsDNSSubdomain,

  defaults(draft) {
    const { spec, metadata } = draft;
    defaultPodTemplate(spec.template);
    if (spec.parallelism === undefined) spec.completions ??= 1;
    spec.parallelism ??= 1;
    spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : noBackoffLimit;
    const labels = spec.template.metadata?.labels;
    if (labels && Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = { ...labels };
    spec.completionMode ??= 'NonIndexed';
    spec.suspend ??= false;
    for (const rule of spec.podFailurePolicy?.rules ?? []) {
      for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True';
    }
    spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
    spec.manualSelector ??= false;
  },

  prepareForCreate(draft) {
    if (!draft.spec.manualSelector) generateSelector(draft);
    draft.status = {};
    draft.metadata.generation = 1;
    dropDisabledFields(draft.spec.template.spec);
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    dropDisabledFields(draft.spec.template.spec);
    countGeneration(draft, current);
  },
  validateCreate: validateJobCreate,
  validateUpdate: validateJobUpdate,
  warnings(object, current) {
    if (current && object.metadata.generation === current.metadata.generation) return [];
    return [
      ...(current ? [] : nameWarnings(object.metadata.name)),
      ...jobSpecWarnings(object.spec, 'spec'),
      ...podTemplateWarnings(object.spec.template, 'spec.template'),
    ];
  },

  status: { validateUpdate: validateJobStatusUpdate },

  // batch/v1 is from before garbage collection. kubectl always says what it wants.
  defaultPropagation: 'Orphan',
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },

  columns: [
    column('Status', 'string', 'Status of the job.', jobStatus),
    column(
      'Completions',
      'string',
      'The number of pods which reached phase Succeeded. The value increases monotonically for a given spec. However, ' +
        'it may decrease in reaction to scale down of elastic indexed jobs.',
      ({ spec, status }) => {
        const succeeded = status?.succeeded ?? 0;
        if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
        const parallelism = spec.parallelism ?? 0;
        return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
      },
    ),
    column('Duration', 'string', 'Time required to complete the job.', ({ status }, now) => {
      const { startTime, completionTime } = status ?? {};
      if (!startTime) return '';
      return humanDuration((completionTime ? Date.parse(completionTime) : now) - Date.parse(startTime));
    }),
    ageColumn(),
    ...containerColumns<Job>(({ spec }) => spec.template),
    selectorColumn(
      'A label query over pods that should match the pod count. Normally, the system sets this field for you. ' +
        'More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors',
      ({ spec }) => spec.selector,
    ),
  ],
});

/** Ties the Pods to this very Job. Labels that are set already are left to validation. */
function generateSelector({ metadata, spec }: Job): void {
  const uid = metadata.uid ?? '';
  const labels: Record<string, string> = {};
  for (const key of jobNameLabels) labels[key] = metadata.name;
  for (const key of controllerUidLabels) labels[key] = uid;
  const before = spec.template.metadata?.labels;
  const all = { ...labels, ...before };
  // A Job without labels of its own has the template's, these included.
  if (semanticEqual(metadata.labels ?? {}, before ?? {})) metadata.labels = { ...all };
  spec.template.metadata = { ...spec.template.metadata, labels: all };
  const selected = spec.selector?.matchLabels;
  spec.selector = { ...spec.selector, matchLabels: { [controllerUidLabels[1]]: uid, ...selected } };
}

function jobStatus({ metadata, status }: Job): string {
  const holds = (type: string) =>
    status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (metadata.deletionTimestamp) return 'Terminating';
  if (holds('Suspended')) return 'Suspended';
  return holds('FailureTarget') ? 'FailureTarget' : 'Running';
}
