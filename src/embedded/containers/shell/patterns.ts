/**
 * Shell patterns: `*`, `?`, `[a-z]`, `[!x]`, `[[:digit:]]`, backslash quotes. They are run as a set of states over the
 * text, so no pattern takes longer than its length times the text's.
 */
export class Pattern {
  readonly #tokens: readonly Token[];

  constructor(readonly source: string) {
    this.#tokens = parse(source);
  }

  matches(text: string): boolean {
    let end = -1;
    this.#run(text, 0, 1, (length) => {
      end = length;
    });
    return end === text.length;
  }

  /** The length of the prefix that matches, the shortest or the longest; -1 for none. */
  prefix(text: string, longest: boolean): number {
    return this.#extent(text, 0, 1, longest);
  }

  suffix(text: string, longest: boolean): number {
    return this.#extent(text, text.length - 1, -1, longest);
  }

  /** The longest match that begins at `from`; -1 for none. `budget.steps` is counted down; RangeError below zero. */
  at(text: string, from: number, budget: { steps: number }): number {
    let best = -1;
    this.#run(
      text,
      from,
      1,
      (length) => {
        best = length;
      },
      budget,
    );
    return best;
  }

  #extent(text: string, from: number, direction: 1 | -1, longest: boolean): number {
    let best = -1;
    this.#run(text, from, direction, (length) => {
      if (longest || best < 0) best = length;
    });
    return best;
  }

  #run(text: string, from: number, step: 1 | -1, accept: (length: number) => void, budget?: { steps: number }): void {
    const tokens = step === 1 ? this.#tokens : [...this.#tokens].reverse();
    const final = tokens.length;
    let states = new Set<number>();
    const add = (set: Set<number>, state: number) => {
      set.add(state);
      for (let next = state; tokens[next] === star; next++) set.add(next + 1);
    };
    add(states, 0);
    if (states.has(final)) accept(0);
    for (let index = from, length = 1; index >= 0 && index < text.length && states.size > 0; index += step, length++) {
      const character = text[index]!;
      const next = new Set<number>();
      for (const state of states) {
        const token = tokens[state];
        if (token === undefined) continue;
        if (token === star) add(next, state);
        else if (token(character)) add(next, state + 1);
      }
      if (budget) {
        budget.steps -= states.size;
        if (budget.steps < 0) throw new RangeError('pattern takes too long');
      }
      states = next;
      if (states.has(final)) accept(length);
    }
  }
}

const star = Symbol('*');
type Token = typeof star | ((character: string) => boolean);

const classes: Readonly<Record<string, RegExp>> = {
  alpha: /[A-Za-z]/,
  digit: /[0-9]/,
  alnum: /[A-Za-z0-9]/,
  upper: /[A-Z]/,
  lower: /[a-z]/,
  space: /\s/,
  blank: /[ \t]/,
  punct: /[!-/:-@[-`{-~]/,
  xdigit: /[0-9A-Fa-f]/,
  print: /[ -~]/,
  graph: /[!-~]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is the class of control characters.
  cntrl: /[\x00-\x1f\x7f]/,
  word: /[A-Za-z0-9_]/,
};

function parse(source: string): Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < source.length; index++) {
    const character = source[index]!;
    if (character === '*') {
      if (tokens.at(-1) !== star) tokens.push(star);
    } else if (character === '?') {
      tokens.push(() => true);
    } else if (character === '[') {
      const set = bracket(source, index);
      if (set) {
        tokens.push(set.token);
        index = set.end;
      } else {
        tokens.push(literal('['));
      }
    } else if (character === '\\' && index + 1 < source.length) {
      tokens.push(literal(source[++index]!));
    } else {
      tokens.push(literal(character));
    }
  }
  return tokens;
}

function literal(wanted: string): Token {
  return (character) => character === wanted;
}

function bracket(source: string, start: number): { token: Token; end: number } | undefined {
  let index = start + 1;
  const negated = source[index] === '!' || source[index] === '^';
  if (negated) index++;
  const tests: ((character: string) => boolean)[] = [];
  for (let first = true; ; first = false) {
    let character = source[index];
    if (character === undefined) return undefined;
    if (character === ']' && !first) break;
    const named = /^\[:([a-z]+):\]/.exec(source.slice(index, index + 12));
    if (named && Object.hasOwn(classes, named[1]!)) {
      const pattern = classes[named[1]!]!;
      tests.push((candidate) => pattern.test(candidate));
      index += named[0].length;
      continue;
    }
    if (character === '\\' && index + 1 < source.length) character = source[++index]!;
    index++;
    if (source[index] === '-' && source[index + 1] !== ']' && source[index + 1] !== undefined) {
      const low = character;
      let high = source[index + 1]!;
      index += 2;
      if (high === '\\' && source[index] !== undefined) high = source[index++]!;
      tests.push((candidate) => candidate >= low && candidate <= high);
    } else {
      const wanted = character;
      tests.push((candidate) => candidate === wanted);
    }
  }
  return { token: (character) => tests.some((test) => test(character)) !== negated, end: index };
}

/** Text as a pattern that matches just it. */
export function quotePattern(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}

export function hasWildcards(pattern: string): boolean {
  return /(^|[^\\])(\\\\)*[*?[]/.test(pattern);
}

export function unquotePattern(pattern: string): string {
  return pattern.replace(/\\(.)/gs, '$1');
}
