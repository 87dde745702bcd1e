// biome-ignore-all lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
/**
 * What a shell prints, taken apart before anyone sees it. Any program can print escape sequences, `cat` of a stranger's
 * file included, so only what a learner needs goes on to a browser:
 *
 * - our shell integration's marks, recognised by a nonce so that nothing else can pretend a command ended well;
 * - questions to the terminal (cursor position, device attributes, colours …), which the server's own screen answers:
 *   several browsers would each type an answer into the shell;
 * - clipboard writes, titles, notifications, files and unknown commands, which go nowhere;
 * - hyperlinks, which keep http and https targets alone.
 */

export type Piece =
  /** For the screen and for browsers. */
  | { readonly kind: 'text'; readonly data: string }
  /** For the screen alone. */
  | { readonly kind: 'query'; readonly data: string }
  | { readonly kind: 'mark'; readonly mark: Mark };

export type Mark =
  | { readonly type: 'prompt-start' }
  | { readonly type: 'prompt-end' }
  /** What is about to run. `entry` is the shell's history number: two runs of one entry are lines of one paste. */
  | { readonly type: 'command'; readonly text: string; readonly entry?: string }
  | { readonly type: 'output' }
  | { readonly type: 'finished'; readonly exitCode: number };

/** An operating system command longer than this is dropped whole; a command line of the transcript fits. */
const longest = 256 * 1024;

/** Operating system commands that only change how the screen looks: palette and default colours. */
const harmless = new Set(['4', '10', '11', '12', '104', '110', '111', '112']);

const introducer = /[\x05\x1b\x90\x98\x9b\x9d-\x9f]/g;
const csi = /(?:\x1b\[|\x9b)([\x00-\x17\x19\x1c-\x1f\x20-\x3f]*)([\x40-\x7e])/y;
const shortSequence = /\x1b[\x20-\x2f]*[\x30-\x7e]/y;
const stringEnd = /[\x07\x18\x1a\x1b\x9c]/g;

const eightBit: Readonly<Record<string, string>> = { '\x90': 'P', '\x98': 'X', '\x9d': ']', '\x9e': '^', '\x9f': '_' };

export class OutputFilter {
  readonly #nonce: string;
  #pending = '';
  /** Inside a string sequence too long to keep: everything up to its end is dropped. */
  #dropping = false;

  constructor(nonce: string) {
    this.#nonce = nonce;
  }

  push(chunk: string): Piece[] {
    let input = this.#pending + chunk;
    this.#pending = '';
    if (this.#dropping) {
      stringEnd.lastIndex = 0;
      const end = stringEnd.exec(input);
      if (!end) return [];
      this.#dropping = false;
      input = input.slice(end.index + (end[0] === '\x1b' ? 0 : 1));
    }
    const pieces: Piece[] = [];
    let kept = 0;
    let at = 0;
    const text = (from: number, to: number) => {
      if (to > from) pieces.push({ kind: 'text', data: input.slice(from, to) });
    };
    for (;;) {
      introducer.lastIndex = at;
      const found = introducer.exec(input);
      if (!found) break;
      const sequence = this.#sequence(input, found.index);
      if (sequence === 'incomplete') {
        text(kept, found.index);
        this.#hold(input.slice(found.index));
        return pieces;
      }
      at = sequence.end;
      if (sequence.piece === 'keep') continue;
      text(kept, found.index);
      if (sequence.piece) pieces.push(sequence.piece);
      kept = sequence.end;
    }
    text(kept, input.length);
    return pieces;
  }

  #hold(rest: string): void {
    if (rest.length > longest) this.#dropping = true;
    else this.#pending = rest;
  }

  #sequence(input: string, start: number): { end: number; piece: Piece | 'keep' | undefined } | 'incomplete' {
    const first = input[start]!;
    if (first === '\x05') return { end: start + 1, piece: { kind: 'query', data: first } };
    if (first === '\x9b' || (first === '\x1b' && input[start + 1] === '[')) return controlSequence(input, start);
    if (first === '\x1b' && start + 1 >= input.length) return 'incomplete';
    const kind = eightBit[first] ?? (first === '\x1b' && ']PX^_'.includes(input[start + 1]!) ? input[start + 1]! : '');
    if (kind) return this.#string(input, start, kind, start + (first === '\x1b' ? 2 : 1));
    shortSequence.lastIndex = start;
    const short = shortSequence.exec(input);
    if (!short) {
      // ESC and intermediates with nothing behind them yet, or followed by a control character: the latter is no sequence.
      return /^\x1b[\x20-\x2f]*$/.test(input.slice(start, start + 16))
        ? 'incomplete'
        : { end: start + 1, piece: 'keep' };
    }
    const end = start + short[0].length;
    return { end, piece: short[0] === '\x1bZ' ? { kind: 'query', data: short[0] } : 'keep' };
  }

  #string(input: string, start: number, kind: string, body: number) {
    stringEnd.lastIndex = body;
    const terminator = stringEnd.exec(input);
    if (!terminator) return 'incomplete' as const;
    let end = terminator.index + 1;
    if (terminator[0] === '\x1b') {
      // ESC \ ends it properly. Any other ESC ends it too and begins the next sequence; which it is must be known.
      if (terminator.index + 1 >= input.length) return 'incomplete' as const;
      end = input[terminator.index + 1] === '\\' ? terminator.index + 2 : terminator.index;
    }
    if (terminator[0] === '\x18' || terminator[0] === '\x1a') return { end, piece: undefined };
    const content = input.slice(body, terminator.index);
    if (kind === 'P') return { end, piece: { kind: 'query', data: input.slice(start, end) } as const };
    if (kind !== ']') return { end, piece: undefined };
    return { end, piece: this.#command(content) };
  }

  /** An operating system command, its terminator removed. */
  #command(content: string): Piece | undefined {
    const semicolon = content.indexOf(';');
    const number = semicolon < 0 ? content : content.slice(0, semicolon);
    const rest = semicolon < 0 ? '' : content.slice(semicolon + 1);
    if (number === '133' || number === '633') {
      const mark = number === '133' ? this.#promptMark(rest) : this.#commandMark(rest);
      return mark && { kind: 'mark', mark };
    }
    if (number === '8') return { kind: 'text', data: hyperlink(rest) };
    if (!harmless.has(number)) return undefined;
    return rest.includes('?')
      ? { kind: 'query', data: `\x1b]${content}\x07` }
      : { kind: 'text', data: `\x1b]${content}\x07` };
  }

  #promptMark(rest: string): Mark | undefined {
    const fields = rest.split(';');
    if (!fields.includes(`aid=${this.#nonce}`)) return undefined;
    switch (fields[0]) {
      case 'A':
        return { type: 'prompt-start' };
      case 'B':
        return { type: 'prompt-end' };
      case 'C':
        return { type: 'output' };
      case 'D':
        return { type: 'finished', exitCode: Number.parseInt(fields[1] ?? '', 10) || 0 };
      default:
        return undefined;
    }
  }

  #commandMark(rest: string): Mark | undefined {
    const [type, text, nonce, entry] = rest.split(';');
    if (type !== 'E' || text === undefined || nonce !== this.#nonce) return undefined;
    return { type: 'command', text: unescapeCommand(text), ...(entry && { entry }) };
  }
}

function controlSequence(
  input: string,
  start: number,
): { end: number; piece: Piece | 'keep' | undefined } | 'incomplete' {
  csi.lastIndex = start;
  const match = csi.exec(input);
  if (!match) {
    // Cut off by the end of the chunk, or by something that cannot stand in one: a terminal drops that as well.
    const rest = input.slice(start, start + 256);
    if (/^(?:\x1b\[|\x9b)[\x00-\x17\x19\x1c-\x1f\x20-\x3f]*$/.test(rest) && rest.length < 256) return 'incomplete';
    return { end: start + 1, piece: undefined };
  }
  const parameters = match[1]!;
  const end = start + match[0].length;
  const asks =
    match[2] === 'n' ||
    match[2] === 'c' ||
    match[2] === 'x' ||
    match[2] === 'y' ||
    (match[2] === 'q' && parameters.includes('>')) ||
    (match[2] === 'p' && parameters.includes('$')) ||
    (match[2] === 'u' && parameters.includes('?'));
  if (asks) return { end, piece: { kind: 'query', data: match[0] } };
  // Window operations move, resize and report the title: nothing a learner needs.
  return { end, piece: match[2] === 't' ? undefined : 'keep' };
}

/** `params;URI`: kept for web addresses, else the text stands without a link. */
function hyperlink(rest: string): string {
  const address = rest.slice(rest.indexOf(';') + 1);
  return /^https?:\/\/[^\s]+$/i.test(address) && address.length <= 2083 ? `\x1b]8;${rest}\x1b\\` : '\x1b]8;;\x1b\\';
}

/** Undoes what the integration scripts do to a command line: `\\` and `\xHH`. */
export function unescapeCommand(text: string): string {
  return text.replace(/\\(?:\\|x([0-9a-f]{2}))/gi, (_, code: string | undefined) =>
    code ? String.fromCharCode(Number.parseInt(code, 16)) : '\\',
  );
}
