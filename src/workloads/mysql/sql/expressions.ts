import type { Cursor } from './cursor.ts';
import { failures } from './errors.ts';
import type { Expression } from './syntax.ts';

/** What cannot be a column's name, so that `WHERE AND …` is an error and not a column. */
export const reserved = new Set(
  'AND OR NOT IS NULL IN LIKE BETWEEN SELECT FROM WHERE ORDER GROUP BY HAVING LIMIT AS ASC DESC SET VALUES INSERT UPDATE DELETE JOIN ON UNION'.split(
    ' ',
  ),
);

export function expression(cursor: Cursor): Expression {
  let left = conjunction(cursor);
  while (cursor.accept('OR') || cursor.accept('||')) left = binary('or', left, conjunction(cursor));
  return left;
}

function conjunction(cursor: Cursor): Expression {
  let left = negation(cursor);
  while (cursor.accept('AND') || cursor.accept('&&')) left = binary('and', left, negation(cursor));
  return left;
}

function negation(cursor: Cursor): Expression {
  if (cursor.accept('NOT') || cursor.accept('!')) return { is: 'unary', operator: 'not', operand: negation(cursor) };
  return comparison(cursor);
}

function comparison(cursor: Cursor): Expression {
  let left = sum(cursor);
  for (;;) {
    const operator = cursor.oneOf('=', '<=>', '<>', '!=', '<=', '>=', '<', '>');
    if (operator) {
      left = binary(operator === '<>' ? '!=' : operator, left, sum(cursor));
      continue;
    }
    if (cursor.accept('IS')) {
      const not = cursor.accept('NOT');
      cursor.expect('NULL');
      left = { is: 'null', not, operand: left };
      continue;
    }
    const not = ['IN', 'LIKE', 'BETWEEN'].some((word) => cursor.sees('NOT', word)) && cursor.accept('NOT');
    const more = predicate(cursor, left, not);
    if (!more) return left;
    left = more;
  }
}

function predicate(cursor: Cursor, operand: Expression, not: boolean): Expression | undefined {
  const perhapsNot = (found: Expression): Expression =>
    not ? { is: 'unary', operator: 'not', operand: found } : found;
  if (cursor.accept('IN')) {
    cursor.expect('(');
    const list = cursor.list(() => expression(cursor));
    cursor.expect(')');
    return { is: 'in', not, operand, list };
  }
  if (cursor.accept('LIKE')) return perhapsNot(binary('like', operand, sum(cursor)));
  if (cursor.accept('BETWEEN')) {
    const least = sum(cursor);
    cursor.expect('AND');
    return perhapsNot(binary('and', binary('>=', operand, least), binary('<=', operand, sum(cursor))));
  }
  return undefined;
}

function sum(cursor: Cursor): Expression {
  let left = product(cursor);
  for (;;) {
    const operator = cursor.oneOf('+', '-');
    if (!operator) return left;
    left = binary(operator, left, product(cursor));
  }
}

function product(cursor: Cursor): Expression {
  let left = factor(cursor);
  for (;;) {
    const operator = cursor.oneOf('*', '/', '%');
    if (!operator) return left;
    left = binary(operator, left, factor(cursor));
  }
}

function factor(cursor: Cursor): Expression {
  if (cursor.accept('-')) return { is: 'unary', operator: '-', operand: factor(cursor) };
  if (cursor.accept('+')) return factor(cursor);
  if (cursor.accept('(')) {
    if (cursor.sees('SELECT')) throw failures.notYet('subquery');
    const inner = expression(cursor);
    cursor.expect(')');
    return inner;
  }
  const { kind, text } = cursor.token;
  if (kind === 'number') return { is: 'literal', value: Number(cursor.next().text) };
  if (kind === 'string') return { is: 'literal', value: cursor.next().text };
  if (kind === 'variable') {
    cursor.next();
    if (!text.startsWith('@@')) throw failures.notYet(`user variable ${text}`);
    return { is: 'variable', name: text.slice(2).replace(/^(?:global|session|persist)\./, '') };
  }
  if (kind === 'word') {
    if (cursor.accept('NULL')) return { is: 'literal', value: null };
    if (cursor.accept('TRUE')) return { is: 'literal', value: 1 };
    if (cursor.accept('FALSE')) return { is: 'literal', value: 0 };
    if (reserved.has(text.toUpperCase())) throw cursor.error();
  }
  return named(cursor);
}

/** A column, or a function and its arguments. */
function named(cursor: Cursor): Expression {
  const quoted = cursor.token.kind === 'name';
  const name = cursor.name();
  if (!quoted && cursor.accept('(')) {
    if (cursor.accept(')')) return { is: 'call', name: name.toLowerCase(), arguments: [] };
    if (cursor.accept('DISTINCT')) throw failures.notYet('DISTINCT');
    if (cursor.accept('*', ')')) return { is: 'call', name: name.toLowerCase(), arguments: [], star: true };
    const list = cursor.list(() => expression(cursor));
    cursor.expect(')');
    return { is: 'call', name: name.toLowerCase(), arguments: list };
  }
  if (!quoted && /^current_(?:timestamp|user|date)$/i.test(name)) {
    return { is: 'call', name: name.toLowerCase(), arguments: [] };
  }
  if (!cursor.accept('.')) return { is: 'column', name };
  const second = cursor.name();
  // With a database before it: `shop.items.name`.
  return cursor.accept('.')
    ? { is: 'column', table: second, name: cursor.name() }
    : { is: 'column', table: name, name: second };
}

function binary(operator: string, left: Expression, right: Expression): Expression {
  return { is: 'binary', operator, left, right };
}
