import { byteLength, isDNS1123Label, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Job, JobSpec } from '../../../kubernetes/objects.ts';
import { labelsDoNotMatch, usableSelector } from './apps.ts';
import { semanticEqual, validateImmutable } from './equality.ts';
import { type FieldError, invalid, notSupported, required, tooLong } from './field.ts';
import { validateDomainPrefixedPath } from './format.ts';
import { goValue } from './go-structs.ts';
import { validatePodFailurePolicy, validateSuccessPolicy } from './job-policies.ts';
import { hasInvalidLabelValue, validateLabelSelector } from './labels.ts';
import { validateNonnegative, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';
import { validatePodTemplateSpec } from './pod-template.ts';

/** pkg/apis/batch/validation: Jobs, but for their status (job-status.ts) and policies (job-policies.ts). */

/** The labels that tie Pods to their Job; the short ones are from before labels were prefixed. */
export const jobNameLabels = ['job-name', 'batch.kubernetes.io/job-name'] as const;
export const controllerUidLabels = ['controller-uid', 'batch.kubernetes.io/controller-uid'] as const;

const maxParallelism = 100_000;
const maxFailedIndexes = 100_000;
/** Above so many completions, limits per index need tighter limits themselves. */
const manyCompletions = 100_000;
const maxParallelismForMany = 10_000;
const maxFailedIndexesForMany = 10_000;

export function validateJobCreate(job: Job): FieldError[] {
  // The labels of a Job that got none but generated ones are those of its template: they are complained of there.
  const generated: readonly string[] = [...jobNameLabels, ...controllerUidLabels];
  const { labels, ...metadata } = job.metadata;
  const own = Object.keys(labels ?? {}).some((key) => !generated.includes(key));
  return validateJob(own ? job : { ...job, metadata });
}

function validateJob(job: Job, current?: Job): FieldError[] {
  // Jobs from before labels were prefixed need not have the prefixed ones.
  const before = current?.spec.template.metadata?.labels ?? {};
  const prefixed = !current || (jobNameLabels[1] in before && controllerUidLabels[1] in before);
  const errors = [
    ...validateObjectMeta(job.metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateGeneratedSelector(job, prefixed),
    ...validateCompleteSpec(job.spec, 'spec', current),
  ];
  const { completionMode, completions = 0 } = job.spec;
  if (completionMode === 'Indexed' && completions > 0) {
    const hostname = `${job.metadata.name}-${completions - 1}`;
    if (isDNS1123Label(hostname).length > 0) {
      const detail = `will not able to create pod with invalid DNS label: ${hostname}`;
      errors.push(invalid('metadata.name', job.metadata.name, detail));
    }
  }
  return errors;
}

export function validateJobUpdate(job: Job, current: Job): FieldError[] {
  const { spec } = job;
  const immutable = (type: string, field: keyof JobSpec) =>
    validateImmutable(type, spec[field], current.spec[field], `spec.${field}`);
  return [
    ...validateJob(job, current),
    ...validateObjectMetaUpdate(job.metadata, current.metadata),
    ...validateCompleteSpec(spec, 'spec', current),
    ...validateCompletionsUpdate(spec, current.spec),
    ...immutable('v1.LabelSelector', 'selector'),
    ...validateTemplateUpdate(job, current),
    ...immutable('string', 'completionMode'),
    ...immutable('batch.PodFailurePolicy', 'podFailurePolicy'),
    ...immutable('int', 'backoffLimitPerIndex'),
    ...immutable('string', 'managedBy'),
    ...immutable('batch.SuccessPolicy', 'successPolicy'),
  ];
}

/** Whoever wants the selector generated must not have set labels that contradict it. */
function validateGeneratedSelector({ metadata, spec }: Job, prefixed: boolean): FieldError[] {
  if (spec.manualSelector || !spec.selector) return [];
  const { uid = '', name } = metadata;
  const errors: FieldError[] = uid ? [] : [required('metadata.uid')];
  const expected: Record<string, string> = {};
  for (const index of prefixed ? ([0, 1] as const) : ([0] as const)) {
    expected[controllerUidLabels[index]] = uid;
    expected[jobNameLabels[index]] = name;
  }
  const labels = spec.template.metadata?.labels ?? {};
  for (const [key, value] of Object.entries(expected)) {
    const path = `spec.template.metadata.labels[${key}]`;
    if (!Object.hasOwn(labels, key)) {
      errors.push(required(path, `must be '${value}'`));
    } else if (labels[key] !== value) {
      errors.push(invalid(path, goValue('map[string]string', labels), `must be '${value}'`));
    }
  }
  const selector = usableSelector(spec.selector);
  if (selector && !selector.matches(expected)) {
    errors.push(invalid('spec.selector', goValue('v1.LabelSelector', spec.selector), '`selector` not auto-generated'));
  }
  return errors;
}

function validateCompleteSpec(spec: JobSpec, path: string, current?: Job): FieldError[] {
  const errors = validateJobSpec(spec, path);
  if (!spec.selector) errors.push(required(`${path}.selector`));
  else {
    const allowInvalidLabelValues = hasInvalidLabelValue(current?.spec.selector);
    errors.push(...validateLabelSelector(spec.selector, `${path}.selector`, { allowInvalidLabelValues }));
  }
  const selector = usableSelector(spec.selector);
  if (selector && !selector.matches(spec.template?.metadata?.labels)) {
    errors.push(labelsDoNotMatch(spec.template, `${path}.template`));
  }
  return errors;
}

/** What holds for a Job's spec and for the one inside a CronJob. */
export function validateJobSpec(spec: JobSpec, path: string): FieldError[] {
  const counts = [
    ...['parallelism', 'completions', 'activeDeadlineSeconds', 'backoffLimit', 'ttlSecondsAfterFinished'],
    ...['backoffLimitPerIndex', 'maxFailedIndexes'],
  ] as (keyof JobSpec)[];
  const errors = counts.flatMap((field) => validateNonnegative(spec[field] as number | undefined, `${path}.${field}`));
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(required(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  if (spec.managedBy !== undefined) {
    errors.push(...validateDomainPrefixedPath(spec.managedBy, `${path}.managedBy`));
    if (byteLength(spec.managedBy) > 63) errors.push(tooLong(`${path}.managedBy`, 63));
  }
  errors.push(...validateCompletionMode(spec, path));
  if (spec.podFailurePolicy) errors.push(...validatePodFailurePolicy(spec, `${path}.podFailurePolicy`));
  if (spec.successPolicy) {
    const at = `${path}.successPolicy`;
    if (spec.completionMode === 'Indexed') errors.push(...validateSuccessPolicy(spec, at));
    else {
      const shown = goValue('batch.SuccessPolicy', spec.successPolicy);
      errors.push(invalid(at, shown, 'requires indexed completion mode'));
    }
  }
  return [
    ...errors,
    ...validatePodReplacementPolicy(spec, `${path}.podReplacementPolicy`),
    ...validatePodTemplateSpec(spec.template ?? {}, `${path}.template`),
    ...validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`),
  ];
}

function validateCompletionMode(spec: JobSpec, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const mode: string | undefined = spec.completionMode;
  const { completions, parallelism, maxFailedIndexes: failed, backoffLimitPerIndex } = spec;
  if (mode !== undefined && mode !== 'NonIndexed' && mode !== 'Indexed') {
    errors.push(notSupported(`${path}.completionMode`, mode, ['NonIndexed', 'Indexed']));
  }
  if (mode === undefined || mode === 'NonIndexed') {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      if (spec[field] !== undefined) {
        errors.push(invalid(`${path}.${field}`, spec[field], 'requires indexed completion mode'));
      }
    }
  }
  if (mode !== 'Indexed') return errors;
  const tooHigh = (field: 'parallelism' | 'maxFailedIndexes', limit: string) =>
    errors.push(invalid(`${path}.${field}`, spec[field], `must be less than or equal to ${limit}`));
  if (completions === undefined) errors.push(required(`${path}.completions`, 'when completion mode is Indexed'));
  if (parallelism !== undefined && parallelism > maxParallelism) {
    tooHigh('parallelism', `${maxParallelism} when completion mode is Indexed`);
  }
  if (completions !== undefined && failed !== undefined && failed > completions) {
    tooHigh('maxFailedIndexes', 'completions');
  }
  if (failed !== undefined && failed > maxFailedIndexes) tooHigh('maxFailedIndexes', `${maxFailedIndexes}`);
  if (completions === undefined || completions <= manyCompletions || backoffLimitPerIndex === undefined) return errors;
  const condition = `when completions are above ${manyCompletions} and used with backoff limit per index`;
  if (failed === undefined) {
    const detail = `must be specified when completions is above ${manyCompletions}`;
    errors.push(required(`${path}.maxFailedIndexes`, detail));
  }
  if (parallelism !== undefined && parallelism > maxParallelismForMany) {
    tooHigh('parallelism', `${maxParallelismForMany} ${condition}`);
  }
  if (failed !== undefined && failed > maxFailedIndexesForMany) {
    tooHigh('maxFailedIndexes', `${maxFailedIndexesForMany} ${condition}`);
  }
  return errors;
}

function validatePodReplacementPolicy(spec: JobSpec, path: string): FieldError[] {
  const policy = spec.podReplacementPolicy;
  if (policy === undefined) return [];
  const valid = spec.podFailurePolicy ? ['Failed'] : ['Failed', 'TerminatingOrFailed'];
  return valid.includes(policy) ? [] : [notSupported(path, policy, valid)];
}

function validateRestartPolicy(spec: JobSpec, path: string): FieldError[] {
  const policy = spec.template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') return [required(path, 'valid values: "OnFailure", "Never"')];
  if (policy !== 'OnFailure' && policy !== 'Never') return [notSupported(path, policy, ['OnFailure', 'Never'])];
  if (!spec.podFailurePolicy || policy === 'Never') return [];
  return [invalid(path, policy, 'only "Never" is supported when podFailurePolicy is specified')];
}

/** Indexed Jobs are elastic: completions may change together with parallelism. */
function validateCompletionsUpdate(spec: JobSpec, current: JobSpec): FieldError[] {
  const path = 'spec.completions';
  if (spec.completionMode !== 'Indexed') return validateImmutable('int', spec.completions, current.completions, path);
  if (spec.completions === undefined || spec.completions === current.completions) return [];
  if (spec.completions === spec.parallelism) return [];
  return [invalid(path, spec.completions, 'can only be modified in tandem with spec.parallelism')];
}

/** Where its Pods go may be decided as long as a Job is suspended and has not started. */
function validateTemplateUpdate({ spec }: Job, current: Job): FieldError[] {
  const path = 'spec.template';
  const template = spec.template;
  let before = current.spec.template;
  if (current.spec.suspend && !current.status?.startTime) {
    const { nodeAffinity: _, ...otherAffinity } = before.spec?.affinity ?? {};
    const nodeAffinity = template.spec?.affinity?.nodeAffinity;
    const affinity = { ...otherAffinity, ...(nodeAffinity && { nodeAffinity }) };
    before = {
      metadata: { ...before.metadata, labels: template.metadata?.labels, annotations: template.metadata?.annotations },
      spec: {
        ...before.spec!,
        affinity: template.spec?.affinity || Object.keys(affinity).length > 0 ? affinity : undefined,
        nodeSelector: template.spec?.nodeSelector,
        tolerations: template.spec?.tolerations,
        schedulingGates: template.spec?.schedulingGates,
      },
    };
  }
  if (semanticEqual(template, before)) return [];
  return validateImmutable('core.PodTemplateSpec', template, before, path);
}

/** What a CronJob's job template must not hold. */
export function validateJobTemplate(spec: JobSpec, path: string): FieldError[] {
  const errors = validateJobSpec(spec, path);
  if (spec.selector) {
    const shown = goValue('v1.LabelSelector', spec.selector);
    errors.push(invalid(`${path}.selector`, shown, '`selector` will be auto-generated'));
  }
  if (spec.manualSelector) errors.push(notSupported(`${path}.manualSelector`, true, ['nil', 'false']));
  return errors;
}
