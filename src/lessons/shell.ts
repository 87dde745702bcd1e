/** As much of the shell's grammar as it takes to tell commands apart. Nothing here runs anything. */

export interface CommandLine {
  readonly text: string;
  /** Character of the script at which it begins. */
  readonly offset: number;
}

/** The lines of a script as a shell takes them: continued lines, open quotes and here-documents belong together. */
export function commandLines(script: string): CommandLine[] {
  const result: CommandLine[] = [];
  let start = 0;
  let heredoc: string | undefined;
  /** What the shell reads itself: without here-documents. */
  let read = '';
  let offset = 0;
  for (const line of script.split('\n')) {
    offset += line.length + 1;
    if (heredoc === undefined) {
      read += `${line}\n`;
      heredoc = /<<-?\s*(['"]?)(\w+)\1/.exec(line)?.[2];
    } else if (line.trim() === heredoc) {
      heredoc = undefined;
    }
    if (heredoc !== undefined || /(^|[^\\])(\\\\)*\\\n$/.test(read) || isOpen(read)) continue;
    const whole = script.slice(start, offset - 1);
    read = '';
    const text = whole.trim();
    if (text !== '' && !text.startsWith('#')) result.push({ text, offset: start + whole.indexOf(text) });
    start = offset;
  }
  const rest = script.slice(start).trim();
  if (rest !== '' && start < script.length) result.push({ text: rest, offset: start });
  return result;
}

function isOpen(text: string): boolean {
  let quote = '';
  for (let index = 0; index < text.length; index++) {
    const character = text[index]!;
    if (character === '\\' && quote !== "'") index++;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
  }
  return quote !== '';
}

export interface Word {
  readonly text: string;
  readonly offset: number;
  /** Holds something that only the shell knows: a variable, a substitution, a pattern. */
  readonly dynamic: boolean;
}

/** The simple commands of a line, those of pipes, lists and $(…) included, each as its words without redirections. */
export function simpleCommands(line: string, base = 0): Word[][] {
  const commands: Word[][] = [];
  let words: Word[] = [];
  let index = 0;
  const end = () => {
    if (words.length > 0) commands.push(words);
    words = [];
  };
  while (index < line.length) {
    const character = line[index]!;
    if (/\s/.test(character) || (character === '\\' && line[index + 1] === '\n')) {
      index += character === '\\' ? 2 : 1;
    } else if (character === '#' && (index === 0 || /\s/.test(line[index - 1]!))) {
      index = line.indexOf('\n', index) < 0 ? line.length : line.indexOf('\n', index);
    } else if ('|&;()'.includes(character)) {
      end();
      index++;
    } else {
      const redirection = /^\d*(?:<<-?|>>|>&|<&|&>|<|>)\s*/.exec(line.slice(index));
      if (redirection) {
        index += redirection[0].length;
        const { next } = readWord(line, index, base);
        index = Math.max(next, index + 1);
      } else {
        const { word, next, nested } = readWord(line, index, base);
        words.push(word);
        commands.push(...nested);
        index = next;
      }
    }
  }
  end();
  return commands;
}

function readWord(line: string, start: number, base: number): { word: Word; next: number; nested: Word[][] } {
  let text = '';
  let dynamic = false;
  const nested: Word[][] = [];
  let index = start;
  let quote = '';
  for (; index < line.length; index++) {
    const character = line[index]!;
    if (quote === '' && /[\s|&;()<>]/.test(character)) break;
    if (character === '\\' && quote !== "'") {
      text += line[++index] ?? '';
    } else if (quote !== "'" && character === '$' && line[index + 1] === '(') {
      const close = closing(line, index + 2);
      nested.push(...simpleCommands(line.slice(index + 2, close), base + index + 2));
      dynamic = true;
      index = close;
    } else if (character === quote) {
      quote = '';
    } else if (quote === '' && (character === '"' || character === "'")) {
      quote = character;
    } else {
      if (quote !== "'" && (character === '$' || character === '`')) dynamic = true;
      if (quote === '' && (character === '*' || character === '?')) dynamic = true;
      text += character;
    }
  }
  return { word: { text, offset: base + start, dynamic }, next: index, nested };
}

/** Place of the parenthesis that closes one opened before `from`. */
function closing(line: string, from: number): number {
  let depth = 1;
  for (let index = from; index < line.length; index++) {
    if (line[index] === '(') depth++;
    if (line[index] === ')' && --depth === 0) return index;
  }
  return line.length;
}
