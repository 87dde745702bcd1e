import { isInRange } from '../../../kubernetes/names.ts';
import type { Container, NodeSelectorTerm, Pod, PodSpec, Toleration } from '../../../kubernetes/objects.ts';
import { semanticEqual } from './equality.ts';
import { type FieldError, forbidden, invalid, invalidEach, required } from './field.ts';
import { goDiff } from './go-diff.ts';
import { goValue } from './go-structs.ts';
import { validateObjectMetaUpdate } from './object-meta.ts';
import { validatePodMetadataAndSpec } from './pod.ts';
import { mirrorPodAnnotation, validatePodAnnotationsUpdate } from './pod-annotations.ts';
import { validateTolerations } from './scheduling.ts';

/** Which changes of a Pod are allowed (pkg/apis/core/validation). */

const updatableFields = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
];

/** ValidatePodUpdate. */
export function validatePodUpdate(pod: Pod, current: Pod): FieldError[] {
  const { spec } = pod;
  const errors = [
    ...validateObjectMetaUpdate(pod.metadata, current.metadata),
    ...validatePodMetadataAndSpec(pod),
    ...validatePodAnnotationsUpdate(
      pod.metadata.annotations,
      current.metadata.annotations,
      spec,
      'metadata.annotations',
    ),
  ];
  for (const field of ['containers', 'initContainers'] as const) {
    if ((spec[field] ?? []).length !== (current.spec[field] ?? []).length) {
      return [...errors, forbidden(`spec.${field}`, 'pod updates may not add or remove containers')];
    }
    errors.push(...validateImages(spec[field], `spec.${field}`));
  }
  const deadlineErrors = validateDeadline(spec.activeDeadlineSeconds, current.spec.activeDeadlineSeconds);
  errors.push(...deadlineErrors);
  if (deadlineErrors.length > 0 && spec.activeDeadlineSeconds !== undefined) return errors;
  errors.push(
    ...validateAddedTolerations(spec.tolerations, current.spec.tolerations),
    ...validateRemovedGates(spec.schedulingGates, current.spec.schedulingGates),
  );
  if (semanticEqual(spec, current.spec)) return errors;
  const rest = withUpdatableFieldsOf(spec, current.spec, errors);
  if (!semanticEqual(rest, current.spec)) {
    const fields = `pod updates may not change fields other than ${updatableFields.join(',')}`;
    errors.push(forbidden('spec', `${fields}\n${goDiff('core.PodSpec', current.spec, rest)}`));
  }
  return errors;
}

function validateImages(containers: readonly Container[] | undefined, path: string): FieldError[] {
  return (containers ?? []).flatMap(({ image = '' }, index) => {
    const at = `${path}[${index}].image`;
    if (!image) return [required(at)];
    return image.trim() === image ? [] : [invalid(at, image, 'must not have leading or trailing whitespace')];
  });
}

/** A deadline may be set, and then only come nearer. */
function validateDeadline(deadline: number | undefined, current: number | undefined): FieldError[] {
  const path = 'spec.activeDeadlineSeconds';
  if (deadline === undefined) {
    if (current === undefined) return [];
    return [invalid(path, undefined, 'must not update from a positive integer to nil value')];
  }
  const errors = invalidEach(path, deadline, isInRange(deadline, 0, 2 ** 31 - 1));
  if (errors.length > 0 || current === undefined || deadline <= current) return errors;
  return [invalid(path, deadline, 'must be less than or equal to previous value')];
}

function validateAddedTolerations(
  tolerations: readonly Toleration[] | undefined,
  current: readonly Toleration[] | undefined,
): FieldError[] {
  const kept = (old: Toleration) =>
    tolerations?.some((each) => semanticEqual({ ...old, tolerationSeconds: each.tolerationSeconds }, each));
  if (!(current ?? []).every(kept)) {
    const detail = 'existing toleration can not be modified except its tolerationSeconds';
    return [forbidden('spec.tolerations', detail)];
  }
  return validateTolerations(tolerations, 'spec.tolerations');
}

function validateRemovedGates(gates: PodSpec['schedulingGates'], current: PodSpec['schedulingGates']): FieldError[] {
  const known = new Set(current?.map(({ name }) => name));
  const last = new Map((gates ?? []).map(({ name }, index) => [name, index]));
  return [...last]
    .filter(([name]) => !known.has(name))
    .map(([name, index]) => {
      const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
      return forbidden(`spec.schedulingGates[${index}].name`, detail);
    });
}

/** The new spec with the stored one's values wherever a change is allowed: what differs still is not. */
function withUpdatableFieldsOf(spec: PodSpec, current: PodSpec, errors: FieldError[]): PodSpec {
  const withImages = (field: 'containers' | 'initContainers') =>
    spec[field]?.map((container, index) => ({ ...container, image: current[field]![index]!.image }));
  const rest: PodSpec = {
    ...spec,
    containers: withImages('containers') ?? spec.containers,
    initContainers: withImages('initContainers'),
    activeDeadlineSeconds: current.activeDeadlineSeconds,
    schedulingGates: current.schedulingGates,
    tolerations: current.tolerations,
  };
  if ((current.terminationGracePeriodSeconds ?? 0) < 0 && rest.terminationGracePeriodSeconds === 1) {
    rest.terminationGracePeriodSeconds = current.terminationGracePeriodSeconds;
  }
  if (!current.schedulingGates?.length) return rest;
  // What narrows down the choice of nodes may still be added to a Pod that is not to be scheduled yet.
  errors.push(...validateAddedNodeSelector(rest.nodeSelector, current.nodeSelector));
  rest.nodeSelector = current.nodeSelector;
  const affinity = rest.affinity?.nodeAffinity;
  const currentAffinity = current.affinity?.nodeAffinity;
  if (semanticEqual(affinity, currentAffinity)) return rest;
  errors.push(...validateAddedNodeAffinity(affinity, currentAffinity));
  rest.affinity = { ...rest.affinity, nodeAffinity: currentAffinity };
  const { nodeAffinity, podAffinity, podAntiAffinity } = rest.affinity;
  if (!current.affinity && !nodeAffinity && !podAffinity && !podAntiAffinity) rest.affinity = undefined;
  return rest;
}

function validateAddedNodeSelector(selector: PodSpec['nodeSelector'], current: PodSpec['nodeSelector']): FieldError[] {
  const kept = Object.entries(current ?? {}).every(([key, value]) => selector?.[key] === value);
  if (kept) return [];
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  return [invalid('spec.nodeSelector', goValue('map[string]string', selector), detail)];
}

type NodeAffinity = NonNullable<PodSpec['affinity']>['nodeAffinity'];

function validateAddedNodeAffinity(affinity: NodeAffinity, current: NodeAffinity): FieldError[] {
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const before = current?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  if (before.length > 0 && before.length !== (terms ?? []).length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    return [invalid(path, goValue('[]core.NodeSelectorTerm', terms), detail)];
  }
  return before.flatMap((term, index) => {
    if (isExtended(terms![index]!, term)) return [];
    const detail = 'only additions are allowed (no mutations or deletions)';
    return [invalid(`${path}[${index}]`, goValue('core.NodeSelectorTerm', terms![index]), detail)];
  });
}

function isExtended(term: NodeSelectorTerm, current: NodeSelectorTerm): boolean {
  const fields = ['matchExpressions', 'matchFields'] as const;
  if (fields.every((field) => !current[field]?.length)) return fields.every((field) => !term[field]?.length);
  return fields.every((field) => {
    const before = current[field] ?? [];
    return semanticEqual((term[field] ?? []).slice(0, before.length), before);
  });
}

/** ValidatePodEphemeralContainersUpdate: they may be added, and that is all. */
export function validateEphemeralContainersUpdate(pod: Pod, current: Pod): FieldError[] {
  if (Object.hasOwn(current.metadata.annotations ?? {}, mirrorPodAnnotation)) {
    return [forbidden('', 'static pods do not support ephemeral containers')];
  }
  const errors = [
    ...validateObjectMetaUpdate(pod.metadata, current.metadata),
    ...validatePodMetadataAndSpec(pod),
    ...validatePodAnnotationsUpdate(
      pod.metadata.annotations,
      current.metadata.annotations,
      pod.spec,
      'metadata.annotations',
    ),
  ];
  const byName = new Map(pod.spec.ephemeralContainers?.map((container) => [container.name, container]));
  for (const container of current.spec.ephemeralContainers ?? []) {
    const next = byName.get(container.name);
    const subject = `existing ephemeral containers "${container.name}" may not be`;
    if (!next) errors.push(forbidden('spec.ephemeralContainers', `${subject} removed\n`));
    else if (!semanticEqual(container, next)) {
      const diff = goDiff('core.EphemeralContainer', container, next);
      errors.push(forbidden('spec.ephemeralContainers', `${subject} changed\n${diff}`));
    }
  }
  return errors;
}
