import { failures, SqlError } from '../sql/errors.ts';
import type { ColumnType, Expression, Value } from '../sql/syntax.ts';
import { compare, dateTime, numberOf } from './values.ts';

/** What an expression can refer to. */
export interface Scope {
  /** The row's value in a column. @throws SqlError for no such column; `clause` is what the message names. */
  readonly column: (name: string, table: string | undefined) => Value;
  /** @throws SqlError for no such variable. */
  readonly variable: (name: string) => Value;
  readonly session: SessionFacts;
  /** All the rows that an aggregate counts, where there may be one. */
  readonly group?: readonly Scope[];
}

export interface SessionFacts {
  readonly database: string | null;
  /** `root@10.244.1.5` */
  readonly user: string;
  /** `root@%` */
  readonly account: string;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly uuid: () => string;
}

const aggregates = new Set(['count', 'sum', 'min', 'max', 'avg']);

export function isAggregate(expression: Expression): boolean {
  switch (expression.is) {
    case 'call':
      return aggregates.has(expression.name) || expression.arguments.some(isAggregate);
    case 'binary':
      return isAggregate(expression.left) || isAggregate(expression.right);
    case 'unary':
    case 'null':
    case 'in':
      return isAggregate(expression.operand);
    default:
      return false;
  }
}

/** Whether clients put it at the right of its column. */
export function isNumber(expression: Expression, typeOf: (column: string) => ColumnType | undefined): boolean {
  switch (expression.is) {
    case 'literal':
      return typeof expression.value === 'number';
    case 'column': {
      const name = typeOf(expression.name)?.name;
      return name !== undefined && !['varchar', 'char', 'text', 'datetime', 'timestamp', 'date'].includes(name);
    }
    case 'call':
      if (expression.name === 'min' || expression.name === 'max' || expression.name === 'ifnull') {
        return isNumber(expression.arguments[0]!, typeOf);
      }
      return ['count', 'sum', 'avg', 'length', 'char_length'].includes(expression.name);
    case 'variable':
      return /(?:_id|_only|port|autocommit|sql_log_bin|gtid_consistency)$/.test(expression.name);
    default:
      return true;
  }
}

/** @throws SqlError */
export function evaluate(expression: Expression, scope: Scope): Value {
  switch (expression.is) {
    case 'literal':
      return expression.value;
    case 'column':
      return scope.column(expression.name, expression.table);
    case 'variable':
      return scope.variable(expression.name);
    case 'unary': {
      const value = evaluate(expression.operand, scope);
      if (value === null) return null;
      return expression.operator === '-' ? -numberOf(value) : truth(value) ? 0 : 1;
    }
    case 'null':
      return (evaluate(expression.operand, scope) === null) !== expression.not ? 1 : 0;
    case 'in':
      return inList(expression, scope);
    case 'binary':
      return binary(expression.operator, expression.left, expression.right, scope);
    case 'call':
      return call(expression, scope);
  }
}

/** Neither 0 nor NULL nor a text that is no number. */
export function truth(value: Value): boolean {
  return value !== null && numberOf(value) !== 0;
}

function inList(expression: Extract<Expression, { is: 'in' }>, scope: Scope): Value {
  const value = evaluate(expression.operand, scope);
  const list = expression.list.map((item) => evaluate(item, scope));
  if (value === null) return null;
  const found = list.some((item) => item !== null && compare(value, item) === 0);
  if (!found && list.includes(null)) return null;
  return found !== expression.not ? 1 : 0;
}

function binary(operator: string, left: Expression, right: Expression, scope: Scope): Value {
  const a = evaluate(left, scope);
  const b = evaluate(right, scope);
  if (operator === 'and') {
    if ([a, b].some((value) => value !== null && !truth(value))) return 0;
    return a === null || b === null ? null : 1;
  }
  if (operator === 'or') {
    if (truth(a) || truth(b)) return 1;
    return a === null || b === null ? null : 0;
  }
  if (operator === '<=>') return compare(a, b) === 0 ? 1 : 0;
  if (a === null || b === null) return null;
  switch (operator) {
    case '=':
      return compare(a, b) === 0 ? 1 : 0;
    case '!=':
      return compare(a, b) !== 0 ? 1 : 0;
    case '<':
      return compare(a, b) < 0 ? 1 : 0;
    case '>':
      return compare(a, b) > 0 ? 1 : 0;
    case '<=':
      return compare(a, b) <= 0 ? 1 : 0;
    case '>=':
      return compare(a, b) >= 0 ? 1 : 0;
    case 'like':
      return like(String(a), String(b)) ? 1 : 0;
    default:
      return calculate(operator, numberOf(a), numberOf(b));
  }
}

function calculate(operator: string, a: number, b: number): Value {
  if (operator === '+') return a + b;
  if (operator === '-') return a - b;
  if (operator === '*') return a * b;
  if (b === 0) return null;
  return operator === '/' ? a / b : a % b;
}

/** `%` is any text, `_` any character. */
export function like(text: string, pattern: string): boolean {
  // Not as a regular expression: one of many `%` could keep the server busy for minutes.
  const [value, parts] = [
    [...text.toLowerCase()],
    [...pattern.toLowerCase().matchAll(/\\?[\s\S]/gu)].map(([part]) => part),
  ];
  let reached = new Set([0]);
  for (const part of parts) {
    const after = new Set<number>();
    for (const at of reached) {
      if (part === '%') for (let index = at; index <= value.length; index++) after.add(index);
      else if (at < value.length && (part === '_' || part.replace(/^\\(?=.)/, '') === value[at])) after.add(at + 1);
    }
    reached = after;
  }
  return reached.has(value.length);
}

function call(expression: Extract<Expression, { is: 'call' }>, scope: Scope): Value {
  const { name, star } = expression;
  if (aggregates.has(name)) return aggregate(expression, scope);
  if (star) throw failures.notYet(`${name}(*)`);
  const values = expression.arguments.map((argument) => evaluate(argument, scope));
  const [first = null] = values;
  const { session } = scope;
  switch (name) {
    case 'version':
      return session.version;
    case 'database':
    case 'schema':
      return session.database;
    case 'user':
      return session.user;
    case 'current_user':
      return session.account;
    case 'now':
    case 'current_timestamp':
      return dateTime(session.now);
    case 'current_date':
      return dateTime(session.now).slice(0, 10);
    case 'uuid':
      return session.uuid();
    case 'concat':
      return values.includes(null) ? null : values.join('');
    case 'upper':
    case 'lower':
      return first === null ? null : name === 'upper' ? String(first).toUpperCase() : String(first).toLowerCase();
    case 'length':
      return first === null ? null : Buffer.byteLength(String(first));
    case 'char_length':
      return first === null ? null : [...String(first)].length;
    case 'ifnull':
    case 'coalesce':
      return values.find((value) => value !== null) ?? null;
    default:
      throw failures.unknownFunction(scope.session.database ? `${scope.session.database}.${name}` : name);
  }
}

function aggregate({ name, arguments: [argument], star }: Extract<Expression, { is: 'call' }>, scope: Scope): Value {
  if (!scope.group) throw new SqlError(1111, 'HY000', 'Invalid use of group function');
  if (name === 'count' && star) return scope.group.length;
  if (!argument) throw failures.notYet(`${name}()`);
  const values = scope.group.map((row) => evaluate(argument, row)).filter((value) => value !== null);
  if (name === 'count') return values.length;
  if (values.length === 0) return null;
  const sum = () => values.reduce<number>((total, value) => total + numberOf(value), 0);
  if (name === 'sum') return sum();
  if (name === 'avg') return sum() / values.length;
  const sign = name === 'min' ? 1 : -1;
  return values.reduce((best, value) => (compare(value, best) * sign < 0 ? value : best));
}
