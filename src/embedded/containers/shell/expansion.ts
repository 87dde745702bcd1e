import { evaluate } from './arithmetic.ts';
import type { ArithmeticNode, BracePart, ParameterPart, ProcessSubstitution, WordNode, WordPart } from './ast.ts';
import { ShellError } from './control.ts';
import { glob } from './glob.ts';
import { expandOperation, type Values } from './parameters.ts';
import { hasWildcards, quotePattern } from './patterns.ts';
import type { Shell } from './shell.ts';

/** A word on its way to becoming fields: its text, and the same as a pattern with quoted characters escaped. */
interface Field {
  text: string;
  pattern: string;
  /** Something in it was quoted, or literal: it stays even when it is empty. */
  kept: boolean;
}

const mostFields = 100_000;
const mostBraces = 20_000;

/** Words to fields: braces, tildes, parameters, commands, arithmetic, splitting and file names, in bash's order. */
export class Expansion {
  readonly #shell: Shell;

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** All fields of all words. */
  async words(words: readonly WordNode[]): Promise<string[]> {
    const fields: string[] = [];
    for (const word of words) {
      for (const part of this.braces(word)) fields.push(...(await this.#fields(part)));
      if (fields.length > mostFields) throw new ShellError('argument list too long');
    }
    return fields;
  }

  /** One string, neither split nor matched against file names: assignments, redirections, case. */
  async text(word: WordNode): Promise<string> {
    const field = await this.#unsplit(word.parts, false);
    return field.text;
  }

  /** A here-document's text: expanded as between double quotes. */
  async hereDocument(word: WordNode): Promise<string> {
    return (await this.#unsplit(word.parts, true)).text;
  }

  /** The same as a pattern. */
  async pattern(word: WordNode): Promise<string> {
    const field = await this.#unsplit(word.parts, false);
    return field.pattern;
  }

  /** The same as a regular expression: quoted characters match themselves. */
  async regex(word: WordNode): Promise<string> {
    let source = '';
    for (const part of word.parts) {
      const { text } = await this.#unsplit([part], false);
      const quoted = part.type === 'DoubleQuoted' || part.type === 'SingleQuoted' || part.type === 'Escaped';
      source += quoted ? text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&') : text;
    }
    return source;
  }

  async arithmetic(node: ArithmeticNode): Promise<bigint> {
    return this.arithmeticText(node.originalText ?? '');
  }

  async arithmeticText(text: string): Promise<bigint> {
    const expanded = /[$`\\"']/.test(text) ? await this.#expandArithmetic(text) : text;
    return evaluate(expanded, this.#shell.arithmeticScope);
  }

  async #expandArithmetic(text: string): Promise<string> {
    const word = this.#shell.parser.quotedText(text.replace(/["']/g, ''));
    return this.text(word);
  }

  /** Words without brace expressions. */
  braces(word: WordNode): WordNode[] {
    const at = word.parts.findIndex((part) => part.type === 'BraceExpansion');
    if (at < 0) return [word];
    const before = word.parts.slice(0, at);
    const rest = this.braces({ ...word, parts: word.parts.slice(at + 1) });
    const expanded: WordNode[] = [];
    for (const item of braceItems(word.parts[at] as BracePart)) {
      for (const inner of this.braces(item)) {
        for (const tail of rest) expanded.push({ ...word, parts: [...before, ...inner.parts, ...tail.parts] });
        if (expanded.length > mostBraces) throw new ShellError('brace expansion: too many words');
      }
    }
    return expanded;
  }

  async #fields(word: WordNode): Promise<string[]> {
    const [only] = word.parts;
    if (word.parts.length === 1 && only?.type === 'Literal') return [only.value];
    const fields: Field[] = [];
    let open: Field | undefined;
    const current = () => {
      if (!open) {
        open = { text: '', pattern: '', kept: false };
        fields.push(open);
      }
      return open;
    };
    for (const part of word.parts) {
      for (const piece of await this.#pieces(part, false)) {
        if (piece === 'break') {
          open = undefined;
          continue;
        }
        if (piece.split) {
          for (const [text, separated] of this.#split(piece.text)) {
            if (separated) open = undefined;
            if (text === undefined) continue;
            const field = current();
            field.text += text;
            field.pattern += text;
            field.kept = true;
          }
          continue;
        }
        const field = current();
        field.text += piece.text;
        field.pattern += piece.pattern;
        field.kept ||= piece.kept;
      }
    }
    const result: string[] = [];
    for (const field of fields) {
      if (!field.kept && field.text === '') continue;
      const found =
        hasWildcards(field.pattern) && !this.#shell.options.noglob
          ? await glob(this.#shell.process, field.pattern)
          : [];
      if (found.length > 0) result.push(...found);
      else result.push(field.text);
    }
    return result;
  }

  async #unsplit(parts: readonly WordPart[], quoted: boolean): Promise<Field> {
    const field: Field = { text: '', pattern: '', kept: false };
    for (const part of parts) {
      let separate = false;
      for (const piece of await this.#pieces(part, quoted)) {
        if (piece === 'break') {
          separate = true;
          continue;
        }
        if (separate) {
          field.text += ' ';
          field.pattern += ' ';
          separate = false;
        }
        field.text += piece.text;
        field.pattern += piece.split ? piece.text : piece.pattern;
      }
    }
    return field;
  }

  async #pieces(part: WordPart, quoted: boolean): Promise<(Piece | 'break')[]> {
    switch (part.type) {
      case 'Literal':
        return [literal(part.value, quoted)];
      case 'SingleQuoted':
      case 'Escaped':
        return [literal(part.value, true)];
      case 'Glob':
        return [
          { text: part.pattern, pattern: quoted ? quotePattern(part.pattern) : part.pattern, kept: true, split: false },
        ];
      case 'DoubleQuoted':
        return this.#quoted(part.parts);
      case 'TildeExpansion':
        return [literal(this.#home(part.user), true)];
      case 'ParameterExpansion':
        return this.#parameter(part, quoted);
      case 'CommandSubstitution': {
        const output = await this.#shell.substitutions.output(part.body);
        return [quoted ? literal(output, true) : { text: output, pattern: output, kept: false, split: true }];
      }
      case 'ArithmeticExpansion':
        return [literal(String(await this.arithmetic(part.expression)), true)];
      case 'ProcessSubstitution':
        return [literal(await this.#shell.substitutions.path(part as ProcessSubstitution), true)];
      default:
        return [];
    }
  }

  /** Between double quotes: one piece that stays, or several fields around "$@". */
  async #quoted(parts: readonly WordPart[]): Promise<(Piece | 'break')[]> {
    const pieces: (Piece | 'break')[] = [];
    // "$@" without parameters leaves nothing, not even an empty field.
    let vanishes = parts.length > 0;
    for (const part of parts) {
      const inner = await this.#pieces(part, true);
      const list = part.type === 'ParameterExpansion' && isList(part);
      if (!(list && inner.length === 0)) vanishes = false;
      pieces.push(...inner.map((piece) => (piece === 'break' ? piece : { ...piece, kept: true })));
    }
    if (pieces.length === 0 && !vanishes) pieces.push(literal('', true));
    return pieces;
  }

  async #parameter(part: ParameterPart, quoted: boolean): Promise<(Piece | 'break')[]> {
    const values: Values = await expandOperation(this.#shell, this, part, quoted);
    if (values.word) {
      const pieces: (Piece | 'break')[] = [];
      for (const inner of values.word.parts) pieces.push(...(await this.#pieces(inner, quoted)));
      return pieces;
    }
    const piece = (text: string): Piece =>
      quoted ? literal(text, true) : { text, pattern: text, kept: false, split: true };
    if (!values.list) return values.texts.map(piece);
    if (values.joined && quoted) {
      const separator = this.#shell.variables.value('IFS') ?? ' \t\n';
      return [literal(values.texts.join(separator.slice(0, 1)), true)];
    }
    return values.texts.flatMap((text, index): (Piece | 'break')[] =>
      index === 0 ? [piece(text)] : ['break', piece(text)],
    );
  }

  /** Parts of a text between separators; the flag tells that a new field begins. */
  *#split(text: string): Generator<[string | undefined, boolean]> {
    const ifs = this.#shell.variables.value('IFS') ?? ' \t\n';
    if (ifs === '') {
      yield [text, false];
      return;
    }
    const blank = [...ifs].filter((character) => /\s/.test(character)).join('');
    let start = 0;
    let index = 0;
    let separated = false;
    const skipBlank = () => {
      while (index < text.length && blank.includes(text[index]!)) index++;
    };
    if (blank.includes(text[0] ?? 'x')) {
      skipBlank();
      separated = true;
      start = index;
    }
    while (index < text.length) {
      if (!ifs.includes(text[index]!)) {
        index++;
        continue;
      }
      yield [text.slice(start, index), separated];
      skipBlank();
      if (index < text.length && ifs.includes(text[index]!) && !blank.includes(text[index]!)) {
        index++;
        skipBlank();
      }
      separated = true;
      start = index;
    }
    yield [start < text.length ? text.slice(start) : undefined, separated];
  }

  #home(user: string | null): string {
    if (user === null) return this.#shell.variables.value('HOME') ?? '/root';
    if (user === '+') return this.#shell.process.cwd;
    if (user === '-') return this.#shell.variables.value('OLDPWD') ?? '~-';
    return user === 'root' ? '/root' : `~${user}`;
  }
}

interface Piece {
  readonly text: string;
  readonly pattern: string;
  readonly kept: boolean;
  /** To be split into fields, and matched against file names. */
  readonly split: boolean;
}

function literal(text: string, quoted: boolean): Piece {
  return { text, pattern: quoted || /[\\*?[]/.test(text) ? quotePattern(text) : text, kept: true, split: false };
}

function isList(part: ParameterPart): boolean {
  return part.parameter === '@' || part.parameter.endsWith('[@]') || part.operation?.type === 'ArrayKeys';
}

function* braceItems(part: BracePart): Generator<WordNode> {
  for (const item of part.items) {
    if (item.type === 'Word') {
      yield item.word;
      continue;
    }
    const word = (value: string): WordNode => ({ type: 'Word', parts: [{ type: 'Literal', value }] });
    const letters = typeof item.start === 'string' || typeof item.end === 'string';
    const from = letters ? String(item.start).charCodeAt(0) : Number(item.start);
    const to = letters ? String(item.end).charCodeAt(0) : Number(item.end);
    const step = Math.max(1, Math.abs(item.step ?? 1));
    if (Math.abs(to - from) / step > mostBraces) throw new ShellError('brace expansion: too many words');
    const padded = /^-?0\d/.test(item.startStr ?? '') || /^-?0\d/.test(item.endStr ?? '');
    const width = padded ? Math.max(item.startStr?.length ?? 0, item.endStr?.length ?? 0) : 0;
    const direction = from <= to ? 1 : -1;
    for (let value = from; direction > 0 ? value <= to : value >= to; value += step * direction) {
      const digits = value < 0 ? `-${String(-value).padStart(width - 1, '0')}` : String(value).padStart(width, '0');
      yield word(letters ? String.fromCharCode(value) : digits);
    }
  }
}
