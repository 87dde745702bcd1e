import { goQuote } from '../../../kubernetes/go-format.ts';
import { isObject, type JsonObject } from '../json.ts';
import { goType, goValue } from '../patch/go-value.ts';
import type { ListType, ScalarName, Type } from '../schema/types.ts';
import { fieldElement, type PathElement, showElement } from './path-element.ts';
import { elementOf, memberOf, TypedError } from './typed.ts';

/**
 * Holds an object to its schema, in the words of structured-merge-diff.
 * @param duplicates whether items of a list may have the same key: in stored objects, but not in configurations.
 * @throws TypedError with everything that is wrong.
 */
export function validateTyped(type: Type, object: unknown, duplicates: 'allowed' | 'refused'): void {
  const errors: string[] = [];
  validate(type, object, '', { errors, duplicates });
  if (errors.length > 0) {
    throw new TypedError(
      errors.length === 1 ? errors[0]! : ['errors:', ...errors.map((text) => `  ${text}`)].join('\n'),
    );
  }
}

interface Context {
  readonly errors: string[];
  readonly duplicates: 'allowed' | 'refused';
}

function validate(type: Type, value: unknown, path: string, context: Context): void {
  const fail = (text: string) => context.errors.push(path === '' ? text : `${path}: ${text}`);
  if (value === null || value === undefined) return;
  if (type.kind === 'scalar') {
    const error = scalarError(type.scalar, value);
    if (error !== undefined) fail(error);
  } else if (type.kind === 'list') {
    if (Array.isArray(value)) validateItems(type, value, path, context, fail);
    else fail(`expected list, got &{${goValue(value)}}`);
  } else if (isObject(value)) {
    validateMembers(type, value, path, context);
  } else {
    fail(`expected map, got &{${goValue(value)}}`);
  }
}

function validateMembers(type: Type, object: JsonObject, path: string, context: Context): void {
  for (const key of Object.keys(object)) {
    const inner = path + showElement(fieldElement(key));
    const member = memberOf(type, key);
    if (!member) {
      context.errors.push(`${inner}: field not declared in schema`);
      return;
    }
    validate(member.type, object[key], inner, context);
  }
}

function validateItems(
  type: ListType,
  items: readonly unknown[],
  path: string,
  context: Context,
  fail: (text: string) => void,
): void {
  const seen = new Set<PathElement>();
  for (const [index, item] of items.entries()) {
    let element: PathElement = `i:${index}`;
    if (type.relation !== 'atomic') {
      try {
        element = elementOf(type, item);
      } catch (error) {
        if (!(error instanceof TypedError)) throw error;
        fail(`element ${index}: ${error.message}`);
        return;
      }
      if (seen.has(element) && context.duplicates === 'refused')
        fail(`duplicate entries for key ${showElement(element)}`);
      seen.add(element);
    }
    validate(type.items, item, path + showElement(element), context);
  }
}

function scalarError(scalar: ScalarName, value: unknown): string | undefined {
  switch (scalar) {
    case 'string':
    case 'bytes':
      return typeof value === 'string'
        ? undefined
        : `expected string, got &value.valueUnstructured{Value:${goSyntax(value)}}`;
    case 'int32':
    case 'int64':
    case 'double':
      return typeof value === 'number' ? undefined : `expected numeric (int or float), got ${goType(value)}`;
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `expected boolean, got &{${goValue(value)}}`;
    case 'quantity':
    case 'intOrString':
    case 'time':
    case 'microTime':
      return typeof value === 'object' ? `expected any scalar, got &{${goValue(value)}}` : undefined;
    default:
      return undefined;
  }
}

/** As Go's %#v prints a decoded JSON value. */
function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (!isObject(value)) return String(value);
  const members = Object.keys(value).sort();
  return `map[string]interface {}{${members.map((key) => `${goQuote(key)}:${goSyntax(value[key])}`).join(', ')}}`;
}
