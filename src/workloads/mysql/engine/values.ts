import { failures } from '../sql/errors.ts';
import type { Column, ColumnType, Value } from '../sql/syntax.ts';

/** Where a value is going, for what an error says. */
export interface Place {
  readonly database: string;
  readonly table: string;
  readonly row: number;
}

const least: Partial<Record<ColumnType['name'], number>> = {
  tinyint: 128,
  smallint: 32_768,
  int: 2_147_483_648,
  bigint: Number.MAX_SAFE_INTEGER,
};

/** The value as the column keeps it. @throws SqlError where it keeps no such values. */
export function stored(value: Value, column: Column, place: Place): Value {
  if (value === null) return null;
  const { type } = column;
  switch (type.name) {
    case 'varchar':
    case 'char':
    case 'text': {
      const text = String(value);
      if (type.size !== undefined && [...text].length > type.size) throw failures.tooLong(column.name, place.row);
      return text;
    }
    case 'datetime':
    case 'timestamp':
    case 'date':
      return moment(String(value), column, place);
    default:
      return numeric(value, column, place);
  }
}

function numeric(value: string | number, column: Column, place: Place): number {
  const { name, scale = 0 } = column.type;
  const number = typeof value === 'number' ? value : value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) {
    const kind = name === 'decimal' || name === 'double' ? name : 'integer';
    throw failures.incorrectValue(kind, String(value), written(column, place), place.row);
  }
  if (name === 'double') return number;
  if (name === 'decimal') return Number(number.toFixed(scale));
  const whole = Math.round(number);
  const limit = least[name]!;
  if (whole < -limit || whole >= limit) throw failures.outOfRange(column.name, place.row);
  return whole;
}

function moment(text: string, column: Column, place: Place): string {
  const [, day, time = '00:00:00'] = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d:\d\d)(?:\.\d+)?)?$/.exec(text) ?? [];
  if (!day || Number.isNaN(Date.parse(`${day}T${time}Z`))) {
    throw failures.incorrectValue('datetime', text, written(column, place), place.row);
  }
  return column.type.name === 'date' ? day : `${day} ${time}`;
}

function written(column: Column, { database, table }: Place): string {
  return `\`${database}\`.\`${table}\`.\`${column.name}\``;
}

/** As a client shows it. */
export function shown(value: Value, type?: ColumnType): string | null {
  if (value === null) return null;
  if (type?.name === 'decimal') return Number(value).toFixed(type.scale ?? 0);
  return String(value);
}

export function isNumeric({ name }: ColumnType): boolean {
  return ['int', 'bigint', 'smallint', 'tinyint', 'decimal', 'double'].includes(name);
}

/** `int(11)`, as DESCRIBE shows it. */
export function typeName({ name, size, scale }: ColumnType): string {
  const widths: Partial<Record<ColumnType['name'], number>> = { int: 11, bigint: 20, smallint: 6, tinyint: 4 };
  const width = size ?? widths[name];
  if (width === undefined) return name;
  return `${name}(${width}${name === 'decimal' ? `,${scale ?? 0}` : ''})`;
}

/** Below 0, 0 or above: as MySQL orders two values, letters alike whether small or capital. NULL comes first. */
export function compare(a: Value, b: Value): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  if (typeof a === 'string' && typeof b === 'string') {
    const [one, other] = [a.toLowerCase(), b.toLowerCase()];
    return one < other ? -1 : one > other ? 1 : 0;
  }
  return numberOf(a) - numberOf(b);
}

/** A text's beginning counts, as far as it is a number. */
export function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  return Number.parseFloat(value ?? '') || 0;
}

/** `2026-11-21 17:02:11`, in UTC. */
export function dateTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ');
}
