import type { Cursor } from './cursor.ts';
import { failures } from './errors.ts';
import type { Column, ColumnType, Key, Statement, Value } from './syntax.ts';

/** What people write, and what MySQL calls it. */
const types: Readonly<Record<string, ColumnType>> = {
  INT: { name: 'int' },
  INTEGER: { name: 'int' },
  BIGINT: { name: 'bigint' },
  SMALLINT: { name: 'smallint' },
  TINYINT: { name: 'tinyint' },
  BOOLEAN: { name: 'tinyint', size: 1 },
  BOOL: { name: 'tinyint', size: 1 },
  DECIMAL: { name: 'decimal', size: 10, scale: 0 },
  NUMERIC: { name: 'decimal', size: 10, scale: 0 },
  DOUBLE: { name: 'double' },
  FLOAT: { name: 'double' },
  VARCHAR: { name: 'varchar' },
  CHAR: { name: 'char', size: 1 },
  TEXT: { name: 'text' },
  LONGTEXT: { name: 'text' },
  DATETIME: { name: 'datetime' },
  TIMESTAMP: { name: 'timestamp' },
  DATE: { name: 'date' },
};

/** After CREATE TABLE. */
export function createTable(cursor: Cursor): Statement {
  const unlessExists = cursor.accept('IF', 'NOT', 'EXISTS');
  const table = cursor.tableName();
  if (!cursor.accept('(')) throw failures.notYet('CREATE TABLE without columns');
  const columns: Column[] = [];
  const keys: Key[] = [];
  cursor.list(() => element(cursor, columns, keys));
  cursor.expect(')');
  const primary = keys.filter(({ name }) => name === 'PRIMARY');
  const inPrimary = new Set(primary.flatMap((key) => key.columns));
  check(columns, keys);
  return {
    is: 'create-table',
    table,
    unlessExists,
    definition: {
      name: table.name,
      columns: columns.map((column) => (inPrimary.has(column.name) ? { ...column, nullable: false } : column)),
      keys: [...primary, ...keys.filter(({ name }) => name !== 'PRIMARY')],
      nextIncrement: tableOptions(cursor),
    },
  };
}

function check(columns: readonly Column[], keys: readonly Key[]): void {
  const names = columns.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined) throw failures.duplicateColumn(twice);
  for (const name of keys.flatMap((key) => key.columns)) {
    if (!names.includes(name)) throw failures.missingKeyColumn(name);
  }
}

function element(cursor: Cursor, columns: Column[], keys: Key[]): void {
  if (cursor.accept('PRIMARY', 'KEY')) {
    keys.push({ name: 'PRIMARY', columns: keyColumns(cursor) });
    return;
  }
  if (cursor.accept('UNIQUE')) {
    if (!cursor.accept('KEY')) cursor.accept('INDEX');
    const named = cursor.sees('(') ? undefined : cursor.name();
    const list = keyColumns(cursor);
    keys.push({ name: named ?? list[0]!, columns: list });
    return;
  }
  if (cursor.sees('FOREIGN') || cursor.sees('CONSTRAINT')) throw failures.notYet('FOREIGN KEY');
  if (cursor.sees('KEY') || cursor.sees('INDEX')) throw failures.notYet('KEY');
  columns.push(column(cursor, keys));
}

function keyColumns(cursor: Cursor): string[] {
  cursor.expect('(');
  const names = cursor.list(() => cursor.name());
  cursor.expect(')');
  return names;
}

function column(cursor: Cursor, keys: Key[]): Column {
  const name = cursor.name();
  const type = columnType(cursor);
  let nullable = true;
  let autoIncrement = false;
  let value: Column['default'];
  for (;;) {
    if (cursor.accept('NOT', 'NULL')) nullable = false;
    else if (cursor.accept('NULL')) nullable = true;
    else if (cursor.accept('AUTO_INCREMENT')) autoIncrement = true;
    else if (cursor.accept('PRIMARY', 'KEY')) keys.push({ name: 'PRIMARY', columns: [name] });
    else if (cursor.accept('UNIQUE')) {
      cursor.accept('KEY');
      keys.push({ name, columns: [name] });
    } else if (cursor.accept('DEFAULT')) value = defaultValue(cursor);
    else if (cursor.accept('COMMENT')) cursor.string();
    else break;
  }
  return { name, type, nullable, ...(autoIncrement && { autoIncrement }), ...(value && { default: value }) };
}

function columnType(cursor: Cursor): ColumnType {
  const word = cursor.token;
  if (word.kind !== 'word') throw cursor.error();
  const type = types[word.text.toUpperCase()];
  if (!type) throw /^[a-z]+$/i.test(word.text) ? failures.notYet(`column type ${word.text}`) : cursor.error();
  cursor.next();
  if (!cursor.accept('(')) {
    if (type.name === 'varchar') throw cursor.error();
    return type;
  }
  const size = cursor.number();
  const scale = cursor.accept(',') ? cursor.number() : undefined;
  cursor.expect(')');
  return { name: type.name, size, ...(type.name === 'decimal' && { scale: scale ?? 0 }) };
}

function defaultValue(cursor: Cursor): Column['default'] {
  if (['CURRENT_TIMESTAMP', 'NOW'].some((word) => cursor.accept(word))) {
    if (cursor.accept('(')) cursor.expect(')');
    return 'now';
  }
  let value: Value;
  if (cursor.accept('NULL')) return undefined;
  if (cursor.oneOf('TRUE')) value = 1;
  else if (cursor.oneOf('FALSE')) value = 0;
  else if (cursor.token.kind === 'string') value = cursor.string();
  else value = cursor.accept('-') ? -cursor.number() : cursor.number();
  return { value };
}

/** `ENGINE=InnoDB AUTO_INCREMENT=3 …`, of which the number matters. */
function tableOptions(cursor: Cursor): number | undefined {
  let next: number | undefined;
  while (cursor.token.kind !== 'end') {
    if (cursor.accept('AUTO_INCREMENT', '=')) next = cursor.number();
    else cursor.next();
  }
  return next;
}
