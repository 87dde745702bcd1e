import type { Host } from '../host.ts';

/** A document's value, as it is stored and sent: JSON, with `{ $oid }` for an ObjectId and `{ $date }` for a date. */
export type Value = null | boolean | number | string | Value[] | Document;
export type Document = { [field: string]: Value };

export function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A document with fields of its own, unlike ObjectIds and dates. */
export function isPlain(value: unknown): value is Document {
  return isDocument(value) && !isObjectId(value) && !isDate(value);
}

export function isObjectId(value: unknown): value is { $oid: string } {
  return isDocument(value) && typeof value.$oid === 'string';
}

export function isDate(value: unknown): value is { $date: string } {
  return isDocument(value) && typeof value.$date === 'string';
}

/** Time, then chance, as MongoDB's are made: they sort by when they were made. */
export function newObjectId(host: Host): { $oid: string } {
  const seconds = Math.floor(host.now() / 1000);
  const chance = Array.from({ length: 16 }, () => Math.floor(host.random() * 16).toString(16)).join('');
  return { $oid: `${seconds.toString(16).padStart(8, '0')}${chance}` };
}

export function same(a: Value | undefined, b: Value | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && JSON.stringify(a) === JSON.stringify(b));
}

/** The order of `sort` and of `$lt`: numbers before texts, and what cannot be compared by its JSON. */
export function compare(a: Value | undefined, b: Value | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [a, b].map((value) => (value === undefined || value === null ? '' : text(value)));
  const rank = rankOf(a) - rankOf(b);
  return rank !== 0 ? rank : left! < right! ? -1 : left! > right! ? 1 : 0;
}

/** Whether `$lt` and its like may compare the two: only values of one type. */
export function comparable(a: Value | undefined, b: Value | undefined): boolean {
  return rankOf(a) === rankOf(b);
}

function text(value: Value): string {
  if (typeof value === 'string') return value;
  return isObjectId(value) ? value.$oid : isDate(value) ? value.$date : JSON.stringify(value);
}

function rankOf(value: Value | undefined): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === 'number') return 1;
  if (typeof value === 'string') return 2;
  if (isObjectId(value)) return 5;
  if (isDate(value)) return 7;
  if (typeof value === 'boolean') return 6;
  return Array.isArray(value) ? 4 : 3;
}
