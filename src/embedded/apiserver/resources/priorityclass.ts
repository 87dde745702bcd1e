import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { PriorityClass } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateImmutable } from '../validation/equality.ts';
import { type FieldError, forbidden, notSupported, required } from '../validation/field.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../validation/object-meta.ts';
import { ageColumn, column } from './columns/common.ts';

const systemPrefix = 'system-';
const highestUserPriority = 1_000_000_000;
const preemptionPolicies = ['PreemptLowerPriority', 'Never'];

/** The classes that come with a cluster, by name. */
const systemClasses: ReadonlyMap<string, number> = new Map([
  ['system-node-critical', 2_000_001_000],
  ['system-cluster-critical', 2_000_000_000],
]);

/** pkg/registry/scheduling/priorityclass, pkg/apis/scheduling/validation and SetDefaults_PriorityClass. */
export const priorityclass = defineResource<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  schema: 'io.k8s.api.scheduling.v1.PriorityClass',

  validateName: nameIsDNSSubdomain,
  defaults(draft) {
    draft.preemptionPolicy ??= 'PreemptLowerPriority';
  },

  prepareForCreate({ metadata }) {
    metadata.generation = 1;
  },
  validateCreate: validate,
  validateUpdate(object, current) {
    const errors = validateObjectMetaUpdate(object.metadata, current.metadata);
    if ((object.value ?? 0) !== (current.value ?? 0)) {
      errors.push(forbidden('value', 'may not be changed in an update.'));
    }
    const { preemptionPolicy } = object;
    return [...errors, ...validateImmutable('string', preemptionPolicy, current.preemptionPolicy, 'preemptionPolicy')];
  },

  refuseDeletion: (name) =>
    systemClasses.has(name) ? 'this is a system priority class and cannot be deleted' : undefined,

  columns: [
    column(
      'Value',
      'integer',
      'value represents the integer value of this priority class. This is the actual priority that pods receive when ' +
        'they have the name of this class in their pod spec.',
      ({ value }) => value ?? 0,
    ),
    column(
      'Global-Default',
      'boolean',
      'globalDefault specifies whether this PriorityClass should be considered as the default priority for pods that do ' +
        'not have any priority class. Only one PriorityClass can be marked as `globalDefault`. However, if more than ' +
        'one PriorityClasses exists with their `globalDefault` field set to true, the smallest value of such global ' +
        'default PriorityClasses will be used as the default priority.',
      ({ globalDefault }) => globalDefault ?? false,
    ),
    ageColumn(),
    column(
      'PreemptionPolicy',
      'string',
      'preemptionPolicy is the Policy for preempting pods with lower priority. One of Never, PreemptLowerPriority. ' +
        'Defaults to PreemptLowerPriority if unset.',
      ({ preemptionPolicy }) => preemptionPolicy ?? '',
    ),
  ],
});

function validate({ metadata, value = 0, globalDefault = false, preemptionPolicy }: PriorityClass): FieldError[] {
  const errors = validateObjectMeta(metadata, { namespaced: false, validateName: nameIsDNSSubdomain });
  const { name = '' } = metadata;
  if (name.startsWith(systemPrefix)) {
    const problem = systemClassProblem(name, value, globalDefault);
    const detail = `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${problem}`;
    if (problem) errors.push(forbidden('metadata.name', detail));
  } else if (value > highestUserPriority) {
    errors.push(forbidden('value', `maximum allowed value of a user defined priority is ${highestUserPriority}`));
  }
  const policy: string | undefined = preemptionPolicy;
  if (policy === '') errors.push(required('preemptionPolicy'));
  else if (policy !== undefined && !preemptionPolicies.includes(policy)) {
    errors.push(notSupported('preemptionPolicy', policy, preemptionPolicies));
  }
  return errors;
}

function systemClassProblem(name: string, value: number, globalDefault: boolean): string | undefined {
  const expected = systemClasses.get(name);
  if (expected === undefined) return `${name} is not a known system priority class`;
  if (value !== expected) return `value of ${name} PriorityClass must be ${expected}`;
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : undefined;
}
