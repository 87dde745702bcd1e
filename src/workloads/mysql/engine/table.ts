import { failures } from '../sql/errors.ts';
import type { TableDefinition, Value } from '../sql/syntax.ts';
import { compare } from './values.ts';

export type Row = readonly Value[];

/** The rows of a table. What is asked of it is checked whole before the first row changes. */
export class Table {
  readonly definition: TableDefinition;
  readonly #rows = new Set<Row>();
  /** For each key, its rows by the key's values. */
  readonly #indexes: Map<string, Row>[];
  readonly #positions: readonly number[][];
  #next: number;

  constructor(definition: TableDefinition) {
    this.definition = definition;
    this.#indexes = definition.keys.map(() => new Map());
    this.#positions = definition.keys.map(({ columns }) => columns.map((name) => this.position(name)!));
    this.#next = definition.nextIncrement ?? 1;
  }

  /** What the next row gets that brings no number of its own. */
  get nextIncrement(): number {
    return this.#next;
  }

  /** Undefined for a column that it does not have. Small and capital letters are alike. */
  position(column: string): number | undefined {
    const wanted = column.toLowerCase();
    const found = this.definition.columns.findIndex(({ name }) => name.toLowerCase() === wanted);
    return found < 0 ? undefined : found;
  }

  /** In the order of the primary key where there is one, else as they came. */
  rows(): Row[] {
    const rows = [...this.#rows];
    if (this.definition.keys[0]?.name !== 'PRIMARY') return rows;
    const positions = this.#positions[0]!;
    return rows.sort((a, b) => {
      for (const at of positions) {
        const order = compare(a[at]!, b[at]!);
        if (order !== 0) return order;
      }
      return 0;
    });
  }

  /** Among the rows here the one that is equal in all columns. @throws SqlError if there is none. */
  find(row: Row): Row {
    if (this.#rows.has(row)) return row;
    const indexed = this.definition.keys.length > 0 ? this.#indexes[0]!.get(this.#keyOf(0, row) ?? '') : undefined;
    const candidates = indexed ? [indexed] : this.#rows;
    for (const candidate of candidates) if (candidate.every((value, at) => value === row[at])) return candidate;
    throw failures.noRecord(this.definition.name);
  }

  /** Takes rows away and puts others in their place, or none. @throws SqlError for a key that would be there twice. */
  check(gone: readonly Row[], come: readonly Row[]): void {
    const away = new Set(gone.map((row) => this.find(row)));
    this.definition.keys.forEach(({ name }, index) => {
      const seen = new Set<string>();
      for (const row of come) {
        const key = this.#keyOf(index, row);
        if (key === undefined) continue;
        const other = this.#indexes[index]!.get(key);
        if (seen.has(key) || (other && !away.has(other))) {
          throw failures.duplicateEntry(this.#positions[index]!.map((at) => row[at]).join('-'), name);
        }
        seen.add(key);
      }
    });
  }

  /** After `check`. */
  replace(gone: readonly Row[], come: readonly Row[]): void {
    for (const one of gone) {
      const row = this.find(one);
      this.#rows.delete(row);
      this.#eachKey(row, (index, key) => index.delete(key));
    }
    const counted = this.definition.columns.findIndex(({ autoIncrement }) => autoIncrement);
    for (const row of come) {
      this.#rows.add(row);
      this.#eachKey(row, (index, key) => index.set(key, row));
      const number = row[counted];
      if (typeof number === 'number' && number >= this.#next) this.#next = number + 1;
    }
  }

  #eachKey(row: Row, act: (index: Map<string, Row>, key: string) => void): void {
    this.#indexes.forEach((index, at) => {
      const key = this.#keyOf(at, row);
      if (key !== undefined) act(index, key);
    });
  }

  /** NULL is not equal to NULL: such a row is in no index. */
  #keyOf(key: number, row: Row): string | undefined {
    const values = this.#positions[key]!.map((at) => row[at]!);
    if (values.some((value) => value === null)) return undefined;
    return JSON.stringify(values.map((value) => (typeof value === 'string' ? value.toLowerCase() : value)));
  }
}
