import { byteLength, regexError } from '../../../kubernetes/names.ts';
import type { Condition } from '../../../kubernetes/objects.ts';
import { duplicate, type FieldError, invalid, notSupported, required, tooLong } from './field.ts';
import { validateLabelName } from './labels.ts';

/** metav1.Condition, as PodDisruptionBudgets and other newer kinds report them. */

const reasonFormat = '[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?';
const reasonPattern = new RegExp(`^${reasonFormat}$`);
const reasonExamples = ['my_name', 'MY_NAME', 'MyName', 'ReasonA,ReasonB', 'ReasonA:ReasonB'];
const statuses = ['False', 'True', 'Unknown'];

const maxReasonLength = 1024;
const maxMessageLength = 32 * 1024;

export function validateConditions(conditions: readonly Partial<Condition>[] | undefined, path: string): FieldError[] {
  const seen = new Set<string>();
  return (conditions ?? []).flatMap((condition, index) => {
    const type = condition.type ?? '';
    const errors = seen.has(type) ? [duplicate(`${path}[${index}].type`, type)] : [];
    seen.add(type);
    return [...errors, ...validateCondition(condition, `${path}[${index}]`)];
  });
}

function validateCondition(condition: Partial<Condition>, path: string): FieldError[] {
  const { type = '', status = '', observedGeneration = 0, reason = '', message = '' } = condition;
  const errors = validateLabelName(type, `${path}.type`);
  if (!statuses.includes(status)) errors.push(notSupported(`${path}.status`, status, statuses));
  if (observedGeneration < 0) {
    const detail = 'must be greater than or equal to zero';
    errors.push(invalid(`${path}.observedGeneration`, observedGeneration, detail));
  }
  if (!condition.lastTransitionTime) errors.push(required(`${path}.lastTransitionTime`, 'must be set'));
  if (reason === '') {
    errors.push(required(`${path}.reason`, 'must be set'));
  } else {
    if (!reasonPattern.test(reason)) {
      const rule =
        'a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric ' +
        "characters or '_,:', and must end with an alphanumeric character or '_'";
      errors.push(invalid(`${path}.reason`, reason, regexError(rule, reasonFormat, ...reasonExamples)));
    }
    if (byteLength(reason) > maxReasonLength) errors.push(tooLong(`${path}.reason`, maxReasonLength));
  }
  if (byteLength(message) > maxMessageLength) errors.push(tooLong(`${path}.message`, maxMessageLength));
  return errors;
}
