import { RE2JS, RE2JSException } from 're2js';

/**
 * What a lesson writes to match text with. `/kubectl\s+scale/` is a regular expression (of RE2, whose time grows with
 * the text and nothing else; flags i, m and s), anything else is looked for as it stands, runs of spaces counting as one.
 */
export interface Pattern {
  readonly source: string;
  test(text: string): boolean;
}

const longest = 1000;

/** In RE2 instructions. Matching takes time in proportion to this times the text's length: half a second for 64 KiB. */
const largest = 500;

/** @throws PatternError where it does not compile. */
export function compilePattern(source: string): Pattern {
  if (source.length > longest) {
    throw new PatternError(`a pattern of ${source.length} characters is too long: the limit is ${longest}`);
  }
  const written = /^\/(.*)\/([a-z]*)$/s.exec(source);
  if (!written) {
    const wanted = collapse(source);
    if (wanted === '') throw new PatternError('an empty pattern matches everything: write the text to look for');
    return { source, test: (text) => collapse(text).includes(wanted) };
  }
  const expression = compileRegularExpression(written[1]!, written[2]!);
  return { source, test: (text) => expression.test(text) };
}

/** @throws PatternError */
export function compileRegularExpression(source: string, flags = ''): RE2JS {
  if (source.length > longest) {
    throw new PatternError(`a pattern of ${source.length} characters is too long: the limit is ${longest}`);
  }
  let bits = 0;
  for (const flag of flags) {
    const bit = { i: RE2JS.CASE_INSENSITIVE, m: RE2JS.MULTILINE, s: RE2JS.DOTALL }[flag];
    if (bit === undefined) throw new PatternError(`flag "${flag}" of /${source}/ is not known: there are i, m and s`);
    bits |= bit;
  }
  try {
    const compiled = RE2JS.compile(source, bits);
    if (compiled.programSize() <= largest) return compiled;
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const reason = error.message.replace(/^error parsing regexp: /, '');
    throw new PatternError(
      `/${source}/ does not compile: ${reason}. Patterns are RE2: no look-around and no back-references`,
    );
  }
  throw new PatternError(`/${source}/ is too large: write smaller counts than {n}, or fewer alternatives`);
}

export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** A command on one line, its spaces single: how it was typed is not what is asked. */
export function commandLine(text: string): string {
  return collapse(text.replace(/\\\n/g, ' '));
}

function collapse(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
