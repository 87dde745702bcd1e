import { isQualifiedName, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { LimitRange, LimitRangeItem, ResourceList } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import {
  isOvercommitAllowed,
  quantities,
  validateContainerResourceName,
  validateResourceName,
} from './compute-resources.ts';
import { duplicate, type FieldError, forbidden, invalid, invalidEach, required } from './field.ts';
import { goValue } from './go-structs.ts';
import { validateObjectMeta } from './object-meta.ts';

/** pkg/apis/core/validation. */

const limitTypes = new Set(['Pod', 'Container', 'PersistentVolumeClaim']);

/** Beyond this many, amounts are compared as whole numbers. */
const maxMilliValue = 2 ** 63 / 1000;

const listNames = ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'] as const;
type ListName = (typeof listNames)[number];

export function validateLimitRange({ metadata, spec }: LimitRange): FieldError[] {
  const errors = validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain });
  const types = new Set<string>();
  spec.limits?.forEach((limit, index) => {
    const { type = '' } = limit;
    const path = `spec.limits[${index}]`;
    errors.push(...validateType(type, `${path}.type`));
    if (types.has(type)) errors.push(duplicate(`${path}.type`, type));
    types.add(type);
    errors.push(...validateLimit(limit, path));
  });
  return errors;
}

function validateType(type: string, path: string): FieldError[] {
  const errors = invalidEach(path, type, isQualifiedName(type));
  if (errors.length > 0 || type.includes('/') || limitTypes.has(type)) return errors;
  return [invalid(path, type, 'must be a standard limit type or fully qualified')];
}

function validateLimit(limit: LimitRangeItem, path: string): FieldError[] {
  const { type } = limit;
  const errors: FieldError[] = [];
  const validateName = type === 'Pod' || type === 'Container' ? validateContainerResourceName : validateResourceName;
  const lists = new Map<ListName, ReadonlyMap<string, Quantity>>();
  const names = new Set<string>();
  for (const listName of listNames) {
    const list: ResourceList = limit[listName] ?? {};
    if (type === 'Pod' && (listName === 'default' || listName === 'defaultRequest')) {
      if (Object.keys(list).length > 0) {
        errors.push(forbidden(`${path}.${listName}`, "may not be specified when `type` is 'Pod'"));
      }
      continue;
    }
    if (listName === 'maxLimitRequestRatio') errors.push(...validateStorageLimit(limit, path));
    for (const name in list) {
      errors.push(...validateName(name, `${path}.${listName}[${name}]`));
      names.add(name);
    }
    lists.set(listName, new Map(quantities(list)));
  }
  for (const name of names) {
    const amount = (listName: ListName) => lists.get(listName)?.get(name);
    errors.push(...validateAmounts(name, amount, path));
  }
  return errors;
}

function validateStorageLimit({ type, min = {}, max = {} }: LimitRangeItem, path: string): FieldError[] {
  if (type !== 'PersistentVolumeClaim' || Object.hasOwn(min, 'storage') || Object.hasOwn(max, 'storage')) return [];
  const detail = 'either minimum or maximum storage value is required, but neither was provided';
  return [required(`${path}.limits`, detail)];
}

/** How the amounts of one resource go together. */
function validateAmounts(name: string, amount: (list: ListName) => Quantity | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const wrong = (list: ListName, value: Quantity, detail: string) => {
    errors.push(invalid(`${path}.${list}[${name}]`, goValue('resource.Quantity', value.toString()), detail));
  };
  const [max, min, limit, request] = [amount('max'), amount('min'), amount('default'), amount('defaultRequest')];
  const ratio = amount('maxLimitRequestRatio');
  const above = (left: Quantity | undefined, right: Quantity | undefined) =>
    left !== undefined && right !== undefined && left.compare(right) > 0;
  if (above(min, max)) wrong('min', min!, `min value ${min} is greater than max value ${max}`);
  if (above(min, request)) {
    wrong('defaultRequest', request!, `min value ${min} is greater than default request value ${request}`);
  }
  if (above(request, max)) {
    wrong('defaultRequest', request!, `default request value ${request} is greater than max value ${max}`);
  }
  if (above(request, limit)) {
    wrong('defaultRequest', request!, `default request value ${request} is greater than default limit value ${limit}`);
  }
  if (above(min, limit)) wrong('default', min!, `min value ${min} is greater than default value ${limit}`);
  if (above(limit, max)) wrong('default', max!, `default value ${limit} is greater than max value ${max}`);
  if (ratio) {
    if (ratio.compare(Quantity.parse('1')) < 0) wrong('maxLimitRequestRatio', ratio, `ratio ${ratio} is less than 1`);
    if (min && max) {
      const [wanted, possible] = ratios(ratio, min, max);
      if (wanted > possible) {
        wrong('maxLimitRequestRatio', ratio, `ratio ${ratio} is greater than max/min = ${goFloat(possible)}`);
      }
    }
  }
  if (!isOvercommitAllowed(name) && limit && request && !limit.equals(request)) {
    const detail = `default value ${limit} must equal to defaultRequest value ${request} in ${name}`;
    wrong('defaultRequest', request, detail);
  }
  return errors;
}

function ratios(ratio: Quantity, min: Quantity, max: Quantity): [wanted: number, possible: number] {
  if ([ratio, min, max].every((amount) => amount.value() < maxMilliValue)) {
    return [ratio.milliValue() / 1000, max.milliValue() / min.milliValue()];
  }
  return [ratio.value(), max.value() / min.value()];
}

/** %f */
function goFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return value.toFixed(6);
}
