import { badRequest } from '../../../kubernetes/errors.ts';
import { goQuote } from '../../../kubernetes/go-format.ts';
import { type JsonObject, set } from '../json.ts';

/** What a text holds, and a complaint for each field it gives twice: `duplicate field "spec.replicas"`. */
export interface ParsedText {
  readonly value: unknown;
  readonly duplicates: string[];
}

/** Nothing in the API is nested nearly as deep; everything that walks an object can rely on it. */
export const deepestNesting = 500;

/**
 * Parses JSON. Of a field given twice the last wins.
 * @throws ApiError BadRequest, in the words of Go's parser.
 */
export function parseJson(text: string): ParsedText {
  const keys = countKeys(text);
  if (keys !== undefined) {
    try {
      const value = JSON.parse(text) as unknown;
      if (countMembers(value) === keys) return { value, duplicates: [] };
    } catch {
      // The slow way says what is wrong.
    }
  }
  return new SlowParser(text).parse();
}

/** Keys in a JSON text, or undefined where it cannot be JSON or is nested too deep. */
function countKeys(text: string): number | undefined {
  let keys = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = text.indexOf('"', at + 1);
        while (at >= 0 && endsInOddBackslashes(text, at)) at = text.indexOf('"', at + 1);
        if (at < 0) return undefined;
        break;
      case 0x3a: // :
        keys++;
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > deepestNesting) return undefined;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
    }
  }
  return keys;
}

function endsInOddBackslashes(text: string, at: number): boolean {
  let odd = false;
  for (let before = at - 1; text.charCodeAt(before) === 0x5c; before--) odd = !odd;
  return odd;
}

function countMembers(value: unknown): number {
  let members = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') members += countMembers(item);
  } else if (typeof value === 'object' && value !== null) {
    const object = value as JsonObject;
    for (const key in object) {
      members++;
      const member = object[key];
      if (typeof member === 'object') members += countMembers(member);
    }
  }
  return members;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** For texts with duplicate fields or mistakes, which are rare: it knows both where JSON.parse does not. */
class SlowParser {
  readonly #text: string;
  readonly #duplicates = new Set<string>();
  #at = 0;
  #depth = 0;
  readonly #path: string[] = [];

  constructor(text: string) {
    this.#text = text;
  }

  parse(): ParsedText {
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#wrong('after top-level value');
    return { value, duplicates: [...this.#duplicates] };
  }

  #value(): unknown {
    this.#skipSpace();
    const character = this.#text[this.#at];
    if (character === '{' || character === '[') {
      if (++this.#depth > deepestNesting) throw badRequest('exceeded max depth');
      const value = character === '{' ? this.#object() : this.#array();
      this.#depth--;
      return value;
    }
    if (character === '"') return this.#string();
    if (character === 't') return this.#literal('true', true);
    if (character === 'f') return this.#literal('false', false);
    if (character === 'n') return this.#literal('null', null);
    if (character !== undefined && /[-0-9]/.test(character)) return this.#number();
    throw this.#wrong('looking for beginning of value');
  }

  #object(): JsonObject {
    const object: JsonObject = {};
    this.#at++;
    this.#skipSpace();
    if (this.#take('}')) return object;
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] !== '"') throw this.#wrong('looking for beginning of object key string');
      const key = this.#string();
      const prefix = this.#path.length > 0 ? '.' : '';
      if (Object.hasOwn(object, key)) {
        this.#duplicates.add(`duplicate field ${goQuote(this.#path.join('') + prefix + key)}`);
        // Moved to the end, so that complaints come in the order of the text.
        delete object[key];
      }
      this.#skipSpace();
      if (!this.#take(':')) throw this.#wrong('after object key');
      this.#path.push(prefix + key);
      set(object, key, this.#value());
      this.#path.pop();
      this.#skipSpace();
      if (this.#take('}')) return object;
      if (!this.#take(',')) throw this.#wrong('after object key:value pair');
    }
  }

  #array(): unknown[] {
    const array: unknown[] = [];
    this.#at++;
    this.#skipSpace();
    if (this.#take(']')) return array;
    for (;;) {
      this.#path.push(`[${array.length}]`);
      array.push(this.#value());
      this.#path.pop();
      this.#skipSpace();
      if (this.#take(']')) return array;
      if (!this.#take(',')) throw this.#wrong('after array element');
    }
  }

  #string(): string {
    let value = '';
    this.#at++;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || character < ' ') throw this.#wrong('in string literal');
      this.#at++;
      if (character === '"') return value;
      if (character !== '\\') {
        value += character;
        continue;
      }
      const escaped = this.#text[this.#at];
      if (escaped === 'u') {
        this.#at++;
        const start = this.#at;
        for (let digits = 0; digits < 4; digits++) {
          if (!/^[0-9a-fA-F]$/.test(this.#text[this.#at] ?? ''))
            throw this.#wrong('in \\u hexadecimal character escape');
          this.#at++;
        }
        value += String.fromCharCode(Number.parseInt(this.#text.slice(start, this.#at), 16));
      } else if (escaped !== undefined && Object.hasOwn(escapes, escaped)) {
        value += escapes[escaped];
        this.#at++;
      } else {
        throw this.#wrong('in string escape code');
      }
    }
  }

  #number(): number {
    const start = this.#at;
    this.#take('-');
    if (!this.#take('0')) this.#digits('in numeric literal');
    if (this.#take('.')) this.#digits('after decimal point in numeric literal');
    if (this.#take('e') || this.#take('E')) {
      if (!this.#take('+')) this.#take('-');
      this.#digits('in exponent of numeric literal');
    }
    return Number(this.#text.slice(start, this.#at));
  }

  #digits(where: string): void {
    const start = this.#at;
    while (/^[0-9]$/.test(this.#text[this.#at] ?? '')) this.#at++;
    if (this.#at === start) throw this.#wrong(where);
  }

  #literal<T>(word: string, value: T): T {
    for (const expected of word) {
      if (!this.#take(expected)) throw this.#wrong(`in literal ${word} (expecting '${expected}')`);
    }
    return value;
  }

  #take(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    while (/^[ \t\r\n]$/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #wrong(where: string) {
    const code = this.#text.codePointAt(this.#at);
    if (code === undefined) return badRequest('unexpected end of JSON input');
    const character = String.fromCodePoint(code);
    const quoted = character === "'" ? "'\\''" : character === '"' ? `'"'` : `'${goQuote(character).slice(1, -1)}'`;
    return badRequest(`invalid character ${quoted} ${where}`);
  }
}
