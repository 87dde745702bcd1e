import { failures } from '../sql/errors.ts';
import type { Column, Expression, Statement, Value } from '../sql/syntax.ts';
import type { Change } from './catalog.ts';
import { evaluate } from './evaluate.ts';
import { checkColumns, matching, rowScope } from './select.ts';
import { type Context, databaseOf } from './session.ts';
import type { Row, Table } from './table.ts';
import { dateTime, stored } from './values.ts';

/** What a statement is going to change, and what the client is told when it has. */
export interface Plan {
  readonly changes: readonly Change[];
  readonly affected: number;
  readonly info?: string;
}

type Kind<K extends Statement['is']> = Extract<Statement, { is: K }>;

/** @throws SqlError */
export function insert(statement: Kind<'insert'>, context: Context): Plan {
  const { database, table } = target(statement.table, context);
  const { columns } = table.definition;
  const named = statement.columns?.map((name) => {
    const at = table.position(name);
    if (at === undefined) throw failures.unknownColumn(name, 'INSERT INTO');
    return at;
  });
  let next = table.nextIncrement;
  const come = statement.rows.map((values, index): Row => {
    const places = values.length === 0 && !statement.columns ? [] : (named ?? columns.map((_, at) => at));
    if (values.length !== places.length) throw failures.columnCount(index + 1);
    return columns.map((column, at) => {
      const given = values[places.indexOf(at)] ?? 'default';
      const place = { database, table: table.definition.name, row: index + 1 };
      const value = given === 'default' ? undefined : stored(constant(given, context), column, place);
      if (column.autoIncrement && (value === undefined || value === null || value === 0)) return next++;
      if (typeof value === 'number' && column.autoIncrement && value >= next) next = value + 1;
      return present(value === undefined ? defaultOf(column, context) : value, column);
    });
  });
  const info = come.length > 1 ? `Records: ${come.length}  Duplicates: 0  Warnings: 0` : undefined;
  return { changes: rowsChange(database, table, [], come), affected: come.length, info };
}

/** @throws SqlError */
export function update(statement: Kind<'update'>, context: Context): Plan {
  const { database, table } = target(statement.table, context);
  const { columns } = table.definition;
  const set = statement.set.map(([name, expression]) => {
    const at = table.position(name);
    if (at === undefined) throw failures.unknownColumn(name, 'SET');
    checkColumns(expression, table, 'SET');
    return { at, expression };
  });
  const matched = matching(table, statement.where, context).slice(0, statement.limit);
  const pairs = matched.map((before, index) => {
    const after = [...before];
    for (const { at, expression } of set) {
      const value = evaluate(expression, rowScope(table, after, context));
      const place = { database, table: table.definition.name, row: index + 1 };
      after[at] = present(stored(value, columns[at]!, place), columns[at]!);
    }
    return { before, after };
  });
  const changed = pairs.filter(({ before, after }) => before.some((value, at) => value !== after[at]));
  const gone = changed.map(({ before }) => before);
  const come = changed.map(({ after }) => after);
  return {
    changes: rowsChange(database, table, gone, come),
    affected: changed.length,
    info: `Rows matched: ${matched.length}  Changed: ${changed.length}  Warnings: 0`,
  };
}

/** @throws SqlError */
export function remove(statement: Kind<'delete'>, context: Context): Plan {
  const { database, table } = target(statement.table, context);
  const gone = matching(table, statement.where, context).slice(0, statement.limit);
  return { changes: rowsChange(database, table, gone, []), affected: gone.length };
}

function target(name: { database?: string; name: string }, context: Context): { database: string; table: Table } {
  const database = databaseOf(context, name.database);
  return { database, table: context.catalog.table(database, name.name) };
}

function rowsChange(database: string, table: Table, gone: readonly Row[], come: readonly Row[]): Change[] {
  if (gone.length + come.length === 0) return [];
  return [{ do: 'rows', database, table: table.definition.name, gone, come }];
}

/** Of an expression that no row belongs to. */
function constant(expression: Expression, context: Context): Value {
  checkColumns(expression, undefined, 'VALUES');
  return evaluate(expression, rowScope(undefined, [], context));
}

function defaultOf(column: Column, { now }: Context): Value {
  if (column.default === 'now') return dateTime(now);
  if (column.default) return column.default.value;
  if (column.nullable) return null;
  throw failures.noDefault(column.name);
}

function present(value: Value, column: Column): Value {
  if (value === null && !column.nullable) throw failures.notNull(column.name);
  return value;
}
