import { administration } from './administration.ts';
import { Cursor } from './cursor.ts';
import { createTable } from './definitions.ts';
import { failures } from './errors.ts';
import { expression, reserved } from './expressions.ts';
import type { Expression, Item, Order, Statement } from './syntax.ts';

/** Statements of a whole MySQL that the stand-in knows by name, and no more. */
const known = [
  'ALTER',
  'BEGIN',
  'START',
  'COMMIT',
  'ROLLBACK',
  'REPLACE',
  'LOAD',
  'CALL',
  'EXPLAIN',
  'WITH',
  'RENAME',
  'REVOKE',
  'KILL',
  'PREPARE',
  'CREATE',
  'DROP',
  'SHOW',
  'RESET',
  'DO',
  'HANDLER',
  'ANALYZE',
  'OPTIMIZE',
];

/** One statement, without a semicolon. @throws SqlError */
export function parse(sql: string): Statement {
  const cursor = new Cursor(sql);
  const statement = statementAt(cursor);
  cursor.end();
  return statement;
}

function statementAt(cursor: Cursor): Statement {
  if (cursor.accept('SELECT')) return select(cursor);
  if (cursor.accept('INSERT')) return insert(cursor);
  if (cursor.accept('UPDATE')) return update(cursor);
  if (cursor.accept('DELETE', 'FROM')) return remove(cursor);
  if (cursor.accept('USE')) return { is: 'use', database: cursor.name() };
  const found = definition(cursor) ?? administration(cursor);
  if (found) return found;
  const word = known.find((text) => cursor.sees(text));
  if (word) throw failures.notYet(cursor.sql.split(/\s+/).slice(0, 2).join(' ').toUpperCase());
  throw cursor.error();
}

function definition(cursor: Cursor): Statement | undefined {
  const database = ['DATABASE', 'SCHEMA'];
  if (database.some((word) => cursor.accept('CREATE', word))) {
    const unlessExists = cursor.accept('IF', 'NOT', 'EXISTS');
    const name = cursor.name();
    options(cursor);
    return { is: 'create-database', name, unlessExists };
  }
  if (database.some((word) => cursor.accept('DROP', word))) {
    const ifExists = cursor.accept('IF', 'EXISTS');
    return { is: 'drop-database', name: cursor.name(), ifExists };
  }
  if (cursor.accept('CREATE', 'TABLE')) return createTable(cursor);
  if (cursor.accept('DROP', 'TABLE')) {
    const ifExists = cursor.accept('IF', 'EXISTS');
    return { is: 'drop-table', tables: cursor.list(() => cursor.tableName()), ifExists };
  }
  if (cursor.accept('TRUNCATE')) {
    cursor.accept('TABLE');
    return { is: 'truncate', table: cursor.tableName() };
  }
  return undefined;
}

/** Character sets and the like, which make no difference here. */
function options(cursor: Cursor): void {
  while (cursor.token.kind !== 'end') cursor.next();
}

function select(cursor: Cursor): Statement {
  if (cursor.sees('DISTINCT')) throw failures.notYet('SELECT DISTINCT');
  const items = cursor.list(() => item(cursor));
  const from = cursor.accept('FROM') ? cursor.tableName() : undefined;
  if (from && (cursor.sees('AS') || cursor.token.kind === 'name')) throw failures.notYet('alias of a table');
  if (cursor.sees(',') || ['JOIN', 'INNER', 'LEFT', 'RIGHT', 'CROSS'].some((word) => cursor.sees(word))) {
    throw failures.notYet('JOIN');
  }
  const where = condition(cursor);
  if (cursor.sees('GROUP', 'BY')) throw failures.notYet('GROUP BY');
  if (cursor.sees('UNION')) throw failures.notYet('UNION');
  const order = cursor.accept('ORDER', 'BY') ? cursor.list(() => ordering(cursor)) : [];
  return { is: 'select', items, from, where, order, ...limits(cursor) };
}

function item(cursor: Cursor): Item {
  const from = cursor.token.at;
  if (cursor.accept('*')) return { expression: 'all', heading: '*' };
  const found = expression(cursor);
  const written = cursor.written(from);
  if (cursor.accept('AS')) {
    const heading = cursor.token.kind === 'string' ? cursor.string() : cursor.name();
    return { expression: found, heading };
  }
  const { kind, text } = cursor.token;
  const named = kind === 'name' || (kind === 'word' && !reserved.has(text.toUpperCase()));
  if (named) return { expression: found, heading: cursor.name() };
  return { expression: found, heading: headingOf(found, written) };
}

function headingOf(found: Expression, written: string): string {
  if (found.is === 'column') return found.name;
  if (found.is === 'literal') return found.value === null ? 'NULL' : String(found.value);
  return written;
}

function ordering(cursor: Cursor): Order {
  const found = expression(cursor);
  const descending = cursor.oneOf('DESC', 'ASC') === 'DESC';
  return { expression: found, descending };
}

function limits(cursor: Cursor): { limit?: number; offset?: number } {
  if (!cursor.accept('LIMIT')) return {};
  const first = cursor.number();
  if (cursor.accept('OFFSET')) return { limit: first, offset: cursor.number() };
  if (cursor.accept(',')) return { limit: cursor.number(), offset: first };
  return { limit: first };
}

function condition(cursor: Cursor): Expression | undefined {
  return cursor.accept('WHERE') ? expression(cursor) : undefined;
}

function insert(cursor: Cursor): Statement {
  if (cursor.sees('IGNORE')) throw failures.notYet('INSERT IGNORE');
  cursor.accept('INTO');
  const table = cursor.tableName();
  let columns: string[] | undefined;
  if (cursor.accept('(')) {
    columns = cursor.accept(')') ? [] : cursor.list(() => cursor.name());
    if (columns.length > 0) cursor.expect(')');
  }
  if (cursor.sees('SELECT')) throw failures.notYet('INSERT … SELECT');
  if (!cursor.oneOf('VALUES', 'VALUE')) throw cursor.error();
  const rows = cursor.list(() => {
    cursor.expect('(');
    if (cursor.accept(')')) return [];
    const row = cursor.list(() => (cursor.accept('DEFAULT') ? 'default' : expression(cursor)));
    cursor.expect(')');
    return row;
  });
  if (cursor.sees('ON', 'DUPLICATE')) throw failures.notYet('ON DUPLICATE KEY UPDATE');
  return { is: 'insert', table, columns, rows };
}

function update(cursor: Cursor): Statement {
  const table = cursor.tableName();
  cursor.expect('SET');
  const set = cursor.list((): [string, Expression] => {
    const name = cursor.name();
    cursor.expect('=');
    return [name, expression(cursor)];
  });
  return { is: 'update', table, set, where: condition(cursor), limit: limits(cursor).limit };
}

function remove(cursor: Cursor): Statement {
  const table = cursor.tableName();
  return { is: 'delete', table, where: condition(cursor), limit: limits(cursor).limit };
}
