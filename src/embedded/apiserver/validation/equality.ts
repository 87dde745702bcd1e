import { GoLiteral } from '../../../kubernetes/go-format.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { type FieldError, invalid } from './field.ts';
import { goValue } from './go-structs.ts';
import { immutableField } from './object-meta.ts';

/** Maps with nothing in them are not stored, so that being there and being empty is the same. */
const maps = new Set(['annotations', 'labels', 'limits', 'matchLabels', 'nodeSelector', 'requests']);
const resourceLists = new Set(['limits', 'requests', 'overhead', 'capacity']);

/**
 * Whether two values mean the same: k8s.io/apimachinery/pkg/api/equality.Semantic. What is absent, null or an empty
 * list is the same, and so are quantities of the same amount.
 */
export function semanticEqual(a: unknown, b: unknown, name = ''): boolean {
  if (a === b || (isNothing(a, name) && isNothing(b, name))) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || !a || !b) return resourceLists.has(name) && sameAmount(a, b);
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false;
    return a.every((item, index) => semanticEqual(item, b[index]));
  }
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((key) =>
    semanticEqual(own(left, key), own(right, key), resourceLists.has(name) ? name : key),
  );
}

/**
 * @param type what the field holds in Go, which decides how the error prints it; behind a pointer it is a pointer's
 *   target ("v1.LabelSelector"), and absent prints as null
 */
export function validateImmutable(type: string, value: unknown, current: unknown, path: string): FieldError[] {
  if (semanticEqual(value, current)) return [];
  const shown = value === undefined || value === null || isScalar(type) ? value : goValue(type, value);
  return [invalid(path, shown, immutableField)];
}

/** An error that says nothing of the value: upstream's field.OmitValueType. */
export function invalidWhole(path: string, detail: string): FieldError {
  return invalid(path, new GoLiteral(detail), '');
}

function isScalar(type: string): boolean {
  return type === 'string' || type === 'int' || type === 'bool';
}

function isNothing(value: unknown, name: string): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return maps.has(name) && typeof value === 'object' && Object.keys(value).length === 0;
}

function own(object: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function sameAmount(a: unknown, b: unknown): boolean {
  const [left, right] = [a, b].map((value) =>
    typeof value === 'string' || typeof value === 'number' ? Quantity.tryParse(value) : undefined,
  );
  return left !== undefined && right !== undefined && left.equals(right);
}
