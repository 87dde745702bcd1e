import { isQualifiedName, isValidLabelValue } from '../../../kubernetes/names.ts';
import type { LabelSelector } from '../../../kubernetes/objects.ts';
import { type FieldError, forbidden, invalid, invalidEach, required } from './field.ts';

/** k8s.io/apimachinery/pkg/apis/meta/v1/validation: labels and label selectors. */

export function validateLabels(labels: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  for (const key in labels) {
    errors.push(...validateLabelName(key, path));
    errors.push(...invalidEach(path, labels[key], isValidLabelValue(labels[key] ?? '')));
  }
  return errors;
}

export function validateLabelName(name: string, path: string): FieldError[] {
  return invalidEach(path, name, isQualifiedName(name));
}

export interface LabelSelectorOptions {
  /** Lets pass what was stored before values were checked. */
  readonly allowInvalidLabelValues?: boolean;
}

export function validateLabelSelector(
  selector: LabelSelector | undefined,
  path: string,
  options: LabelSelectorOptions = {},
): FieldError[] {
  if (!selector) return [];
  const errors = validateLabels(selector.matchLabels, `${path}.matchLabels`);
  selector.matchExpressions?.forEach((expression, index) => {
    const at = `${path}.matchExpressions[${index}]`;
    const values = expression.values ?? [];
    switch (expression.operator) {
      case 'In':
      case 'NotIn':
        if (values.length === 0) {
          errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
        }
        break;
      case 'Exists':
      case 'DoesNotExist':
        if (values.length > 0) {
          errors.push(forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
        }
        break;
      default:
        errors.push(invalid(`${at}.operator`, expression.operator ?? '', 'not a valid selector operator'));
    }
    errors.push(...validateLabelName(expression.key ?? '', `${at}.key`));
    if (options.allowInvalidLabelValues) return;
    values.forEach((value, position) => {
      errors.push(...invalidEach(`${at}.values[${position}]`, value, isValidLabelValue(value)));
    });
  });
  return errors;
}

/** Whether a stored selector holds values that are no longer accepted: then updates may keep them. */
export function hasInvalidLabelValue(selector: LabelSelector | undefined): boolean {
  return !!selector?.matchExpressions?.some(({ values }) =>
    values?.some((value) => isValidLabelValue(value).length > 0),
  );
}
