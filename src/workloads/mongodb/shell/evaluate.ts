import { ClientError } from '../errors.ts';
import { compare, isDocument, same, type Value } from '../values.ts';
import type { Expression } from './syntax.ts';
import { isFunction, plain, type ShellFunction, type ShellValue, Thing } from './thing.ts';

export type Scope = ReadonlyMap<string, ShellValue>;

/** The value of an expression. Names that the scope lacks are unknown: there is nothing else to reach. */
export async function evaluate(expression: Expression, scope: Scope): Promise<ShellValue> {
  switch (expression.kind) {
    case 'value':
      return expression.value;
    case 'name':
      if (scope.has(expression.name)) return scope.get(expression.name);
      throw new ClientError(
        'ReferenceError',
        `${expression.name} is not defined (the stand-in knows ${[...scope.keys()].join(', ')})`,
      );
    case 'array':
      return inOrder(expression.items, scope);
    case 'object': {
      const fields: [string, Value][] = [];
      for (const [name, value] of expression.fields) {
        const evaluated = await evaluate(value, scope);
        if (evaluated !== undefined) fields.push([name, plain(evaluated, name)]);
      }
      return Object.fromEntries(fields);
    }
    case 'member': {
      const of = await evaluate(expression.of, scope);
      const name = await evaluate(expression.name, scope);
      return memberOf(of, typeof name === 'number' ? String(name) : text(name), described(expression.of));
    }
    case 'call': {
      const callee = await evaluate(expression.callee, scope);
      if (!isFunction(callee)) {
        throw new ClientError('TypeError', `${described(expression.callee)} is not a function that the stand-in knows`);
      }
      return callee(...(await inOrder(expression.args, scope)));
    }
    case 'function':
      return functionOf(expression.parameters, expression.body, scope);
    case 'unary': {
      const operand = await evaluate(expression.operand, scope);
      return expression.operator === '!' ? !truth(operand) : -Number(operand);
    }
    case 'binary':
      return binary(expression.operator, await evaluate(expression.left, scope), () =>
        evaluate(expression.right, scope),
      );
  }
}

async function inOrder(expressions: readonly Expression[], scope: Scope): Promise<ShellValue[]> {
  const values: ShellValue[] = [];
  for (const expression of expressions) values.push(await evaluate(expression, scope));
  return values;
}

function functionOf(parameters: readonly string[], body: Expression, scope: Scope): ShellFunction {
  return (...args) =>
    evaluate(body, new Map([...scope, ...parameters.map((name, place) => [name, args[place]] as const)]));
}

async function binary(operator: string, left: ShellValue, rightOf: () => Promise<ShellValue>): Promise<ShellValue> {
  if (operator === '&&') return truth(left) ? rightOf() : left;
  if (operator === '||') return truth(left) ? left : rightOf();
  const right = await rightOf();
  const [a, b] = [left, right] as [Value | undefined, Value | undefined];
  switch (operator) {
    case '===':
    case '==':
      return same(a, b);
    case '!==':
    case '!=':
      return !same(a, b);
    case '<':
      return compare(a, b) < 0;
    case '>':
      return compare(a, b) > 0;
    case '<=':
      return compare(a, b) <= 0;
    case '>=':
      return compare(a, b) >= 0;
    case '-':
      return Number(a) - Number(b);
    default:
      return typeof a === 'number' && typeof b === 'number' ? a + b : text(a) + text(b);
  }
}

function memberOf(value: ShellValue, name: string, what: string): ShellValue {
  if (value === undefined || value === null) {
    throw new ClientError('TypeError', `Cannot read properties of ${value} (reading '${name}'): ${what} is ${value}`);
  }
  if (value instanceof Thing) return value.member(name);
  if (Array.isArray(value)) return arrayMember(value, name);
  if (typeof value === 'string') return textMember(value, name);
  return isDocument(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function arrayMember(items: readonly ShellValue[], name: string): ShellValue {
  if (/^\d+$/.test(name)) return items[Number(name)];
  const each = async (given: ShellValue) => {
    if (!isFunction(given)) throw new ClientError('TypeError', `${name} needs a function: x => …`);
    const results: ShellValue[] = [];
    for (const [place, item] of items.entries()) results.push(await given(item, place));
    return results;
  };
  switch (name) {
    case 'length':
      return items.length;
    case 'map':
      return each;
    case 'forEach':
      return async (given) => void (await each(given));
    case 'filter':
      return async (given) => {
        const kept = await each(given);
        return items.filter((_, place) => truth(kept[place]));
      };
    case 'find':
      return async (given) => {
        const found = (await each(given)).findIndex(truth);
        return items[found];
      };
    case 'join':
      return (separator = ',') => items.map(text).join(text(separator));
    default:
      return undefined;
  }
}

function textMember(value: string, name: string): ShellValue {
  switch (name) {
    case 'length':
      return value.length;
    case 'split':
      return (separator) => value.split(text(separator));
    case 'startsWith':
      return (start) => value.startsWith(text(start));
    default:
      return undefined;
  }
}

export function text(value: ShellValue): string {
  return typeof value === 'string'
    ? value
    : isFunction(value) || value instanceof Thing
      ? '[object]'
      : (JSON.stringify(value) ?? 'undefined');
}

function truth(value: ShellValue): boolean {
  return Boolean(value);
}

function described(expression: Expression): string {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind === 'call') return `${described(expression.callee)}(…)`;
  if (expression.kind !== 'member') return 'this';
  const { name } = expression;
  return `${described(expression.of)}.${name.kind === 'value' ? String(name.value) : '…'}`;
}
