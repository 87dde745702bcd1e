import { syntaxError, type Token, tokens } from './lexer.ts';
import type { TableName } from './syntax.ts';

/** Goes through a statement, token by token. */
export class Cursor {
  readonly sql: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(sql: string) {
    this.sql = sql;
    this.#tokens = tokens(sql);
  }

  get token(): Token {
    return this.#tokens[this.#at]!;
  }

  next(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  /** Whether these words, or symbols, come next. */
  sees(...texts: string[]): boolean {
    return texts.every((text, index) => {
      const token = this.#tokens[this.#at + index];
      const plain = token?.kind === 'word' || token?.kind === 'symbol';
      return plain && token.text.toUpperCase() === text;
    });
  }

  accept(...texts: string[]): boolean {
    if (!this.sees(...texts)) return false;
    this.#at += texts.length;
    return true;
  }

  expect(...texts: string[]): void {
    for (const text of texts) if (!this.accept(text)) throw this.error();
  }

  /** Of several words the one that comes. */
  oneOf(...texts: string[]): string | undefined {
    return texts.find((text) => this.accept(text));
  }

  /** A database's, table's or column's name. */
  name(): string {
    const { kind } = this.token;
    if (kind !== 'word' && kind !== 'name') throw this.error();
    return this.next().text;
  }

  tableName(): TableName {
    const name = this.name();
    return this.accept('.') ? { database: name, name: this.name() } : { name };
  }

  string(): string {
    if (this.token.kind !== 'string') throw this.error();
    return this.next().text;
  }

  number(): number {
    if (this.token.kind !== 'number') throw this.error();
    return Number(this.next().text);
  }

  /** `item, item, …` */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(',')) items.push(item());
    return items;
  }

  /** The text from a place to here, as it was written. */
  written(from: number): string {
    const before = this.#tokens[this.#at]!.at;
    return this.sql.slice(from, before).trimEnd();
  }

  end(): void {
    if (this.token.kind !== 'end') throw this.error();
  }

  error(): Error {
    return syntaxError(this.sql, this.token.at);
  }
}
