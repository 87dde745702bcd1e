export class ShellSyntaxError extends Error {
  /** The text may be the beginning of something longer. */
  readonly unfinished: boolean;

  constructor(message: string, unfinished = false) {
    super(message);
    this.name = 'SyntaxError';
    this.unfinished = unfinished;
  }
}

export interface Token {
  readonly kind: 'name' | 'text' | 'number' | 'sign';
  readonly text: string;
  /** A line ends before it. */
  readonly afterLine: boolean;
}

const space = /(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/|\s)+/y;
const name = /[A-Za-z_$][\w$]*/y;
const number = /(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy;
const sign = /=>|===|!==|==|!=|<=|>=|&&|\|\||[{}[\]().,:;+\-!<>]/y;
const text = /"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'|`(?:[^`\\]|\\[\s\S])*`/y;
const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  v: '\v',
  '0': '\0',
  '\n': '',
};

/** @throws ShellSyntaxError */
export function lex(source: string): Token[] {
  const tokens: Token[] = [];
  let place = 0;
  let afterLine = false;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = place;
    const found = pattern.exec(source)?.[0];
    if (found) place += found.length;
    return found;
  };
  while (place < source.length) {
    const skipped = take(space);
    if (skipped !== undefined) {
      afterLine ||= skipped.includes('\n');
      continue;
    }
    const word = take(name);
    const digits = word ?? take(number);
    const quoted = digits ?? take(text);
    const found = quoted ?? take(sign);
    if (found === undefined) {
      const rest = source.slice(place);
      throw new ShellSyntaxError(
        `Invalid or unexpected token at '${rest.slice(0, 20)}'`,
        /^(["'`]|\/\*)/.test(rest) && !/^["'].*\n/.test(rest),
      );
    }
    const kind = word !== undefined ? 'name' : digits !== undefined ? 'number' : quoted !== undefined ? 'text' : 'sign';
    tokens.push({ kind, text: kind === 'text' ? unquoted(found) : found, afterLine });
    afterLine = false;
  }
  return tokens;
}

function unquoted(quoted: string): string {
  if (quoted.startsWith('`') && quoted.includes('${')) {
    throw new ShellSyntaxError('the stand-in does not know values within texts: join them with +');
  }
  return quoted.slice(1, -1).replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|([\s\S]))/gi, (_, unicode, hex, character) => {
    const code = unicode ?? hex;
    return code !== undefined ? String.fromCharCode(Number.parseInt(code, 16)) : (escapes[character] ?? character);
  });
}
