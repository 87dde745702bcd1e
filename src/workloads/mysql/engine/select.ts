import { failures } from '../sql/errors.ts';
import type { ColumnType, Expression, Item, Select, TableName, Value } from '../sql/syntax.ts';
import { evaluate, isAggregate, isNumber, type Scope, type SessionFacts, truth } from './evaluate.ts';
import { type Context, databaseOf, type Outcome } from './session.ts';
import type { Row, Table } from './table.ts';
import { compare, shown } from './values.ts';

/** @throws SqlError */
export function select(statement: Select, context: Context): Outcome {
  const table = statement.from && tableOf(context, statement.from);
  const typeOf = (name: string) => columnType(table, name);
  const items = itemsOf(statement, table);
  for (const { expression } of items) checkColumns(expression, table, 'SELECT');
  const rows = statement.from ? matching(table!, statement.where, context) : [[]];
  const scopes = rows.map((row) => rowScope(table, row, context));
  const lines = items.some(({ expression }) => isAggregate(expression))
    ? [grouped(scopes, context)]
    : ordered(statement, items, table, scopes);
  const start = statement.offset ?? 0;
  return {
    columns: items.map(({ heading, expression }) => ({ name: heading, numeric: isNumber(expression, typeOf) })),
    rows: lines
      .slice(start, statement.limit === undefined ? undefined : start + statement.limit)
      .map((scope) => items.map(({ expression }) => cell(expression, scope, typeOf))),
  };
}

/** @throws SqlError for a table, or its database, that is not there. */
export function tableOf(context: Context, { database, name }: TableName): Table {
  return context.catalog.table(databaseOf(context, database), name);
}

/** The rows for which a condition holds. @throws SqlError */
export function matching(table: Table, where: Expression | undefined, context: Context): Row[] {
  if (!where) return table.rows();
  checkColumns(where, table, 'WHERE');
  return table.rows().filter((row) => truth(evaluate(where, rowScope(table, row, context))));
}

export function rowScope(table: Table | undefined, row: Row, context: Context): Scope {
  return {
    column: (name) => row[table!.position(name)!]!,
    variable: context.variable,
    session: factsOf(context),
  };
}

/** @throws SqlError for a column that the table does not have, whether there are rows or not. */
export function checkColumns(expression: Expression, table: Table | undefined, clause: string): void {
  const check = (inner: Expression) => checkColumns(inner, table, clause);
  switch (expression.is) {
    case 'column': {
      const { name, table: of } = expression;
      const known = table?.position(name) !== undefined && (!of || of === table.definition.name);
      if (!known) throw failures.unknownColumn(of ? `${of}.${name}` : name, clause);
      return;
    }
    case 'binary':
      check(expression.left);
      check(expression.right);
      return;
    case 'in':
      expression.list.forEach(check);
      check(expression.operand);
      return;
    case 'unary':
    case 'null':
      check(expression.operand);
      return;
    case 'call':
      expression.arguments.forEach(check);
  }
}

function itemsOf(statement: Select, table: Table | undefined): { expression: Expression; heading: string }[] {
  return statement.items.flatMap((item: Item) => {
    if (item.expression !== 'all') return [{ expression: item.expression, heading: item.heading }];
    if (!table) throw failures.notYet('SELECT * without a table');
    return table.definition.columns.map(({ name }) => ({
      expression: { is: 'column' as const, name },
      heading: name,
    }));
  });
}

function cell(expression: Expression, scope: Scope, typeOf: (name: string) => ColumnType | undefined): string | null {
  return shown(evaluate(expression, scope), expression.is === 'column' ? typeOf(expression.name) : undefined);
}

function columnType(table: Table | undefined, name: string): ColumnType | undefined {
  const at = table?.position(name);
  return at === undefined ? undefined : table!.definition.columns[at]!.type;
}

/** One row for all: a column that is not counted has its value from the first. */
function grouped(scopes: readonly Scope[], context: Context): Scope {
  return {
    column: (name, table) => scopes[0]?.column(name, table) ?? null,
    variable: context.variable,
    session: factsOf(context),
    group: scopes,
  };
}

function ordered(
  { order }: Select,
  items: readonly { expression: Expression; heading: string }[],
  table: Table | undefined,
  scopes: readonly Scope[],
): Scope[] {
  const by = order.map(({ expression, descending }) => ({ expression: meant(expression, items, table), descending }));
  for (const { expression } of by) checkColumns(expression, table, 'ORDER BY');
  const keyed = scopes.map((scope) => ({ scope, keys: by.map(({ expression }) => evaluate(expression, scope)) }));
  keyed.sort((a, b) => {
    for (const [index, { descending }] of by.entries()) {
      const difference = compare(a.keys[index] as Value, b.keys[index] as Value);
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });
  return keyed.map(({ scope }) => scope);
}

/** `ORDER BY 2` and `ORDER BY total` mean what is selected. */
function meant(
  expression: Expression,
  items: readonly { expression: Expression; heading: string }[],
  table: Table | undefined,
): Expression {
  if (expression.is === 'literal' && typeof expression.value === 'number') {
    return items[expression.value - 1]?.expression ?? { is: 'column', name: String(expression.value) };
  }
  if (expression.is !== 'column' || table?.position(expression.name) !== undefined) return expression;
  return items.find(({ heading }) => heading === expression.name)?.expression ?? expression;
}

function factsOf({ session, account, from, variable, now, uuid }: Context): SessionFacts {
  return {
    database: session.database,
    user: `${account.name}@${from}`,
    account: `${account.name}@${account.host}`,
    version: String(variable('version')),
    now,
    uuid,
  };
}
