/**
 * Takes a shell script apart into the commands a shell would read one after the other, as somebody would type them: a
 * line, or several where a quote, a here-document, a backslash, an operator or a compound command goes on.
 */
export function splitCommands(script: string): string[] {
  const commands: string[] = [];
  let current: string[] = [];
  const state = new Reading();
  for (const line of script.replace(/\r\n?/g, '\n').split('\n')) {
    if (current.length === 0 && /^\s*(#.*)?$/.test(line)) continue;
    current.push(line);
    state.read(line);
    if (state.complete) {
      commands.push(current.join('\n'));
      current = [];
    }
  }
  if (current.length > 0) commands.push(current.join('\n'));
  return commands;
}

const opening = new Set(['if', 'case', 'do', '{']);
const closing = new Set(['fi', 'esac', 'done', '}']);
/** Words after which a command begins, so that the next word may be a keyword again. */
const introducing = new Set(['if', 'then', 'elif', 'else', 'while', 'until', 'do', '{', '!', 'time']);
/** Begin a compound command whose `do` comes later, perhaps on another line. */
const looping = new Set(['for', 'while', 'until', 'select']);

/** How far into unfinished syntax the lines read so far have led. */
class Reading {
  #quote: "'" | '"' | '`' | undefined;
  #depth = 0;
  #loops = 0;
  #continued = false;
  /** Parentheses inside `case` patterns close without having been opened. */
  #cases = 0;
  readonly #documents: { end: string; tabs: boolean }[] = [];

  get complete(): boolean {
    return !this.#quote && this.#depth <= 0 && this.#loops <= 0 && !this.#continued && this.#documents.length === 0;
  }

  read(line: string): void {
    const document = this.#documents[0];
    if (document) {
      if ((document.tabs ? line.replace(/^\t+/, '') : line) === document.end) this.#documents.shift();
      return;
    }
    this.#continued = false;
    const started: { end: string; tabs: boolean }[] = [];
    let commandStart = !this.#quote;
    let operatorLast = false;
    for (let at = 0; at < line.length; ) {
      if (this.#quote) {
        at = this.#inQuote(line, at);
        continue;
      }
      const character = line[at]!;
      if (character === '\\') {
        if (at + 1 >= line.length) this.#continued = true;
        at += 2;
        commandStart = false;
        operatorLast = false;
      } else if (character === "'" || character === '"' || character === '`') {
        this.#quote = character;
        at++;
        commandStart = false;
        operatorLast = false;
      } else if (character === '#' && (at === 0 || /[\s;&|(]/.test(line[at - 1]!))) {
        break;
      } else if (line.startsWith('<<', at) && !line.startsWith('<<<', at)) {
        const found = /^<<(-?)\s*(?:'([^']*)'|"([^"]*)"|\\?([^\s;&|<>()]+))/.exec(line.slice(at));
        if (found) started.push({ end: found[2] ?? found[3] ?? found[4] ?? '', tabs: found[1] === '-' });
        at += found?.[0].length ?? 2;
        operatorLast = false;
      } else if (line.startsWith('<<<', at)) {
        at += 3;
      } else if (character === '(') {
        this.#depth++;
        at++;
        commandStart = true;
        operatorLast = false;
      } else if (character === ')') {
        if (this.#depth > this.#cases) this.#depth--;
        at++;
        commandStart = true;
        operatorLast = false;
      } else if (line.startsWith('&&', at) || line.startsWith('||', at) || character === '|') {
        at += line.startsWith('&&', at) || line.startsWith('||', at) ? 2 : 1;
        commandStart = true;
        operatorLast = true;
      } else if (character === ';' || character === '&') {
        at++;
        commandStart = true;
        operatorLast = false;
      } else if (/\s/.test(character)) {
        at++;
      } else {
        const word = /^[^\s;&|<>()'"`\\]+/.exec(line.slice(at))?.[0] ?? character;
        const ends = at + word.length >= line.length || /[\s;&|)]/.test(line[at + word.length]!);
        if (commandStart && ends) this.#keyword(word);
        commandStart = commandStart && ends && introducing.has(word);
        operatorLast = false;
        at += word.length;
      }
    }
    if (operatorLast) this.#continued = true;
    this.#documents.push(...started);
  }

  #inQuote(line: string, at: number): number {
    const quote = this.#quote!;
    for (let index = at; index < line.length; index++) {
      if (line[index] === '\\' && quote !== "'") index++;
      else if (line[index] === quote) {
        this.#quote = undefined;
        return index + 1;
      }
    }
    return line.length;
  }

  #keyword(word: string): void {
    if (looping.has(word)) this.#loops++;
    if (word === 'do' && this.#loops > 0) this.#loops--;
    if (word === 'case') this.#cases++;
    if (word === 'esac') this.#cases--;
    if (opening.has(word)) this.#depth++;
    if (closing.has(word)) this.#depth--;
  }
}
