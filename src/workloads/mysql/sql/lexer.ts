import { failures } from './errors.ts';

export interface Token {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'variable' | 'symbol' | 'end';
  /** What it stands for: without quotes, escapes resolved. */
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
}

const symbols = ['<=>', '<=', '>=', '<>', '!=', ':=', '&&', '||'];
const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '0': '\0', b: '\b', Z: '\x1a' };

/** @throws SqlError for text that is no SQL. */
export function tokens(sql: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  for (;;) {
    at = skip(sql, at);
    if (at >= sql.length) break;
    const { token, end } = next(sql, at);
    found.push(token);
    at = end;
  }
  found.push({ kind: 'end', text: '', at: sql.length });
  return found;
}

function next(sql: string, at: number): { token: Token; end: number } {
  const character = sql[at]!;
  if (character === "'" || character === '"' || character === '`') {
    const end = endOfQuotes(sql, at);
    if (end === undefined) throw syntaxError(sql, at);
    const text = unquoted(sql.slice(at + 1, end - 1), character);
    return { token: { kind: character === '`' ? 'name' : 'string', text, at }, end };
  }
  const rest = sql.slice(at);
  const number = /^(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?(?![\w$])/i.exec(rest)?.[0];
  if (number) return { token: { kind: 'number', text: number, at }, end: at + number.length };
  const variable = /^@@(?:(?:global|session|persist)\.)?[\w$]+|^@[\w$]+/i.exec(rest)?.[0];
  if (variable) return { token: { kind: 'variable', text: variable.toLowerCase(), at }, end: at + variable.length };
  const word = /^[\p{L}\p{N}_$]+/u.exec(rest)?.[0];
  if (word) return { token: { kind: 'word', text: word, at }, end: at + word.length };
  const symbol = symbols.find((known) => rest.startsWith(known)) ?? character;
  return { token: { kind: 'symbol', text: symbol, at }, end: at + symbol.length };
}

/** Past blanks and comments. Versions of MySQL differ in what is between `/*!` and its end: the stand-in skips it. */
function skip(sql: string, from: number): number {
  const blank = /(?:\s+|#[^\n]*|--(?=\s|$)[^\n]*|\/\*[\s\S]*?(?:\*\/|$))*/y;
  blank.lastIndex = from;
  blank.test(sql);
  return blank.lastIndex;
}

/** Where the quotes that begin at `at` end; undefined if they do not. */
function endOfQuotes(sql: string, at: number): number | undefined {
  const quote = sql[at]!;
  for (let index = at + 1; index < sql.length; index++) {
    if (sql[index] === '\\' && quote !== '`') index++;
    else if (sql[index] === quote) {
      if (sql[index + 1] !== quote) return index + 1;
      index++;
    }
  }
  return undefined;
}

function unquoted(text: string, quote: string): string {
  const single = text.replaceAll(quote + quote, quote);
  if (quote === '`') return single;
  // Before % and _ a backslash stays: it is LIKE's.
  return single.replace(/\\([\s\S])/g, (all, character: string) =>
    character === '%' || character === '_' ? all : (escapes[character] ?? character),
  );
}

export function syntaxError(sql: string, at: number): Error {
  const line = sql.slice(0, at).split('\n').length;
  return failures.syntax(sql.slice(at).trimEnd(), line);
}

export interface Piece {
  readonly sql: string;
  /** Ended by `\G`: rows are to be shown one field a line. */
  readonly vertical: boolean;
  /** Counted from 1, where the statement begins. */
  readonly line: number;
}

/** Cuts text into statements; `rest` is what no semicolon has ended. */
export function statements(text: string): { pieces: Piece[]; rest: string } {
  const pieces: Piece[] = [];
  let start = skip(text, 0);
  let at = start;
  const line = () => text.slice(0, start).split('\n').length;
  while (at < text.length) {
    const character = text[at]!;
    const end = text.startsWith('\\G', at) || text.startsWith('\\g', at) ? 2 : character === ';' ? 1 : 0;
    if (end > 0) {
      const sql = text.slice(start, at).trimEnd();
      if (sql) pieces.push({ sql, vertical: text.startsWith('\\G', at), line: line() });
      start = skip(text, at + end);
      at = start;
    } else if (`'"\``.includes(character)) {
      const closed = endOfQuotes(text, at);
      if (closed === undefined) break;
      at = closed;
    } else {
      const after = skip(text, at);
      at = after > at ? after : at + 1;
    }
  }
  return { pieces, rest: text.slice(start) };
}
