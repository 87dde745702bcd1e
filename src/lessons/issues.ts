import type { z } from 'zod';
import { closest } from '../checks/text.ts';
import type { Problem } from './problem.ts';
import type { YamlSource } from './yaml.ts';

/** What a schema found wrong, in words for authors: the value, the problem, what to write instead. */

type Issue = z.core.$ZodIssue;

export function describeIssues(
  issues: readonly Issue[],
  source: YamlSource,
  schema: z.ZodType,
  file: string,
): Problem[] {
  return issues.flatMap((issue) => describe(issue, [], source, schema, file));
}

function describe(
  issue: Issue,
  above: readonly PropertyKey[],
  source: YamlSource,
  schema: z.ZodType,
  file: string,
): Problem[] {
  const path = [...above, ...issue.path];
  const at = (message: string, place = source.locate(path)): Problem => ({
    file,
    ...place,
    message,
    severity: 'error',
  });
  const name = nameOf(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => {
        const meant = closest(key, keysAt(schema, path));
        const words = `${name} has no ${key}${meant ? `: did you mean ${meant}?` : ''}`;
        return at(words, source.locate([...path, key], { key: true }));
      });
    case 'invalid_union': {
      // The form that was meant is the one whose own complaints lie deepest.
      const meant = issue.errors
        .filter((errors) => !errors.some(({ code, path: own }) => code === 'invalid_type' && own.length === 0))
        .sort((one, other) => depth(other) - depth(one))[0];
      if (meant && meant.length > 0) return meant.flatMap((inner) => describe(inner, path, source, schema, file));
      if (valueAt(source.data, path) === undefined) return [at(`${name} is missing`)];
      const types = issue.errors
        .flat()
        .flatMap((inner) => (inner.code === 'invalid_type' ? [words[inner.expected] ?? inner.expected] : []));
      return [at(`${name} is ${[...new Set(types)].join(' or ') || 'something else'}`)];
    }
    case 'invalid_type': {
      const expected = words[issue.expected] ?? issue.expected;
      const value = valueAt(source.data, path);
      if (issue.expected === 'string' && typeof value === 'object' && value !== null) {
        return [at(`${name} is not text: where it contains ": " it has to stand in quotes`)];
      }
      const missing = value === undefined;
      return [at(missing ? `${name} is missing: write ${expected}` : `${name} is not ${expected}`)];
    }
    case 'invalid_value':
      return [at(`${name} is one of ${issue.values.map(String).join(', ')}`)];
    case 'too_small':
      return [at(issue.origin === 'number' ? `${name} is at least ${issue.minimum}` : `${name} is empty`)];
    case 'too_big':
      return [at(`${name} is too ${issue.origin === 'number' ? 'large' : 'long'}: the limit is ${issue.maximum}`)];
    case 'invalid_key':
      return [
        at(`"${String(path.at(-1))}" does not do: ${issue.issues[0]?.message}`, source.locate(path, { key: true })),
      ];
    default:
      return [at(`${name}: ${issue.message}`)];
  }
}

const words: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
  boolean: 'true or false',
};

function valueAt(data: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (value as Record<PropertyKey, unknown> | null | undefined)?.[step],
    data,
  );
}

function depth(issues: readonly Issue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

function nameOf(path: readonly PropertyKey[]): string {
  const named = path.filter((step) => typeof step === 'string');
  const last = path.at(-1);
  if (last === undefined) return 'the file';
  return typeof last === 'number' ? `${named.at(-1) ?? 'entry'} ${last + 1}` : String(last);
}

/** Keys a mapping may have at a path. */
function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let forms: z.ZodType[] = [schema];
  for (const step of path) forms = forms.flatMap((form) => below(form, step));
  return forms.flatMap((form) => expand(form)).flatMap((form) => Object.keys(shapeOf(form) ?? {}));
}

interface Definition {
  readonly type: string;
  readonly shape?: Record<string, z.ZodType>;
  readonly innerType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
}

function definition(schema: z.ZodType): Definition {
  return schema.def as unknown as Definition;
}

function expand(schema: z.ZodType): z.ZodType[] {
  const { type, innerType, options } = definition(schema);
  if (type === 'optional' && innerType) return expand(innerType);
  if (type === 'union') return (options ?? []).flatMap(expand);
  return [schema];
}

function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | undefined {
  return definition(schema).shape;
}

function below(schema: z.ZodType, step: PropertyKey): z.ZodType[] {
  return expand(schema).flatMap((form) => {
    const { shape, element, valueType } = definition(form);
    return shape?.[String(step)] ?? element ?? valueType ?? [];
  });
}
