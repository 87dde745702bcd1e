import type { Column, Show, TableDefinition } from '../sql/syntax.ts';
import { like } from './evaluate.ts';
import { tableOf } from './select.ts';
import { type Context, databaseOf, mayUse, type Outcome, systemDatabases } from './session.ts';
import type { Table } from './table.ts';
import { typeName } from './values.ts';

/** What SHOW and DESCRIBE say of databases and tables. @throws SqlError */
export function show(
  what: Exclude<Show, { what: 'variables' | 'replica-status' | 'source-status' }>,
  context: Context,
): Outcome {
  switch (what.what) {
    case 'databases': {
      const names = [...context.catalog.databases(), ...systemDatabases].filter(
        (name) => mayUse(context.account, name) || /_schema$/.test(name),
      );
      return list('Database', names, what.like);
    }
    case 'tables': {
      const database = databaseOf(context, what.database);
      const names = context.catalog.tables(database).map(({ definition }) => definition.name);
      return list(`Tables_in_${database}`, names, what.like);
    }
    case 'columns': {
      const table = tableOf(context, what.table);
      return {
        columns: headings('Field', 'Type', 'Null', 'Key', 'Default', 'Extra'),
        rows: describe(table.definition),
      };
    }
    case 'create-table': {
      const table = tableOf(context, what.table);
      const rows = [[table.definition.name, createStatement(table)]];
      return { columns: headings('Table', 'Create Table'), rows };
    }
    case 'warnings':
      return { columns: headings('Level', 'Code', 'Message'), rows: [] };
  }
}

export function headings(...names: string[]): { name: string; numeric: boolean }[] {
  return names.map((name) => ({ name, numeric: false }));
}

function list(heading: string, names: readonly string[], pattern: string | undefined): Outcome {
  const rows = [...names].filter((name) => pattern === undefined || like(name, pattern)).sort();
  const name = pattern === undefined ? heading : `${heading} (${pattern})`;
  return { columns: headings(name), rows: rows.map((row) => [row]) };
}

function describe({ columns, keys }: TableDefinition): (string | null)[][] {
  return columns.map((column) => {
    const key = keys.find((one) => one.columns.includes(column.name));
    return [
      column.name,
      typeName(column.type),
      column.nullable ? 'YES' : 'NO',
      key ? (key.name === 'PRIMARY' ? 'PRI' : 'UNI') : '',
      defaultText(column),
      column.autoIncrement ? 'auto_increment' : '',
    ];
  });
}

function defaultText(column: Column): string | null {
  if (column.default === 'now') return 'current_timestamp()';
  if (!column.default || column.default.value === null) return null;
  const { value } = column.default;
  return column.type.name === 'decimal' ? Number(value).toFixed(column.type.scale) : String(value);
}

/** The statement that makes the table as it is, which the stand-in reads too. */
export function createStatement(table: Table): string {
  const { name, columns, keys } = table.definition;
  const counts = columns.some(({ autoIncrement }) => autoIncrement) && table.nextIncrement > 1;
  const lines = [
    ...columns.map((column) => `  ${columnLine(column)}`),
    ...keys.map((key) => {
      const list = key.columns.map(quoted).join(',');
      return key.name === 'PRIMARY' ? `  PRIMARY KEY (${list})` : `  UNIQUE KEY ${quoted(key.name)} (${list})`;
    }),
  ];
  const options = `ENGINE=InnoDB${counts ? ` AUTO_INCREMENT=${table.nextIncrement}` : ''} DEFAULT CHARSET=utf8mb4`;
  return `CREATE TABLE ${quoted(name)} (\n${lines.join(',\n')}\n) ${options}`;
}

function columnLine(column: Column): string {
  const text = defaultText(column);
  const bare = column.default === 'now' || (column.default && typeof column.default.value === 'number');
  const value = text === null ? (column.nullable ? 'DEFAULT NULL' : '') : `DEFAULT ${bare ? text : literal(text)}`;
  const null_ = column.nullable ? (column.type.name === 'timestamp' ? 'NULL' : '') : 'NOT NULL';
  const parts = [quoted(column.name), typeName(column.type), null_, column.autoIncrement ? 'AUTO_INCREMENT' : value];
  return parts.filter((part) => part !== '').join(' ');
}

export function quoted(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}

export function literal(value: string): string {
  const escaped = value.replace(/[\\'\n\r\0]/g, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    return character === '\0' ? '\\0' : `\\${character}`;
  });
  return `'${escaped}'`;
}
