import { describeError } from '../../commands/errors.ts';
import { absolute, normalize } from '../../files/paths.ts';
import { Interrupted, ProcessEnded } from '../../process/process.ts';
import { signalNumbers } from '../../process/signals.ts';
import { test } from '../conditional.ts';
import { ShellError } from '../control.ts';
import { printf, unescapeText } from '../printf.ts';
import type { Shell } from '../shell.ts';
import type { Builtin } from './types.ts';

async function echo(shell: Shell, args: readonly string[]): Promise<number> {
  let newline = true;
  let escapes = shell.flavour === 'dash';
  let index = 0;
  const flag = shell.flavour === 'dash' ? /^-n$/ : /^-[neE]+$/;
  for (; index < args.length && flag.test(args[index]!); index++) {
    for (const letter of args[index]!.slice(1)) {
      if (letter === 'n') newline = false;
      else escapes = letter === 'e';
    }
  }
  let text = args.slice(index).join(' ');
  if (escapes) {
    const unescaped = unescapeText(text, true);
    text = unescaped.text;
    if (unescaped.stop) newline = false;
  }
  await shell.process.print(newline ? `${text}\n` : text);
  return 0;
}

async function printfBuiltin(shell: Shell, args: readonly string[]): Promise<number> {
  let words = args[0] === '--' ? args.slice(1) : args;
  let target: string | undefined;
  if (shell.isBash && words[0] === '-v') {
    target = words[1];
    words = words.slice(2);
  }
  const [format, ...rest] = words;
  if (format === undefined) throw new ShellError('printf: usage: printf [-v var] format [arguments]', 2);
  const { text, errors } = printf(format, rest, shell.process.system.clock.now());
  if (target) await shell.assign(target, text);
  else await shell.process.print(text);
  for (const error of errors) await shell.complain(`printf: ${error}`);
  return errors.length > 0 ? 1 : 0;
}

async function read(shell: Shell, args: readonly string[]): Promise<number> {
  let raw = false;
  let delimiter = 10;
  let prompt = '';
  let silent = false;
  let limit: number | undefined;
  let timeout: number | undefined;
  let array: string | undefined;
  let fd = 0;
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index]!;
    if (word === '--') {
      index++;
      break;
    }
    if (!/^-[a-zA-Z]/.test(word)) break;
    for (let at = 1; at < word.length; at++) {
      const letter = word[at]!;
      if (letter === 'r') raw = true;
      else if (letter === 's') silent = true;
      else if (letter === 'e') continue;
      else {
        const value = word.slice(at + 1) || args[++index] || '';
        if (letter === 'd') delimiter = value.length > 0 ? value.charCodeAt(0) : 0;
        else if (letter === 'p') prompt = value;
        else if (letter === 'n' || letter === 'N') limit = Number(value);
        else if (letter === 't') timeout = Number(value);
        else if (letter === 'u') fd = Number(value);
        else if (letter === 'a') array = value;
        else throw new ShellError(`read: -${letter}: invalid option`, 2);
        break;
      }
    }
  }
  const names = args.slice(index);
  const { process } = shell;
  const terminal = process.descriptors.get(fd)?.terminal;
  if (prompt && terminal) await process.error(prompt);
  const echoed = terminal?.echo;
  if (terminal && silent) terminal.echo = false;
  let line: { text: string; ended: boolean } | Interrupted;
  try {
    line = await readLine(shell, fd, delimiter, raw, limit, timeout);
  } finally {
    if (terminal) terminal.echo = echoed ?? true;
  }
  if (line instanceof Interrupted) {
    if (shell.interrupted) throw line;
    return 128 + signalNumbers[line.signal];
  }
  await assignFields(shell, line.text, names, array);
  return line.ended ? 0 : 1;
}

async function readLine(
  shell: Shell,
  fd: number,
  delimiter: number,
  raw: boolean,
  limit: number | undefined,
  timeout: number | undefined,
): Promise<{ text: string; ended: boolean } | Interrupted> {
  const { process } = shell;
  const parts: Uint8Array[] = [];
  let size = 0;
  const text = () => new TextDecoder().decode(Buffer.concat(parts));
  const timer =
    timeout === undefined ? undefined : process.schedule(timeout * 1000, () => process.interrupt('SIGALRM'));
  try {
    for (;;) {
      if (shell.interrupted) return new Interrupted('SIGINT');
      const part = await process.readUntil(fd, delimiter, limit === undefined ? 65_536 : limit - size, true);
      if (!part) return { text: text(), ended: false };
      const complete = part.at(-1) === delimiter;
      const body = complete ? part.subarray(0, -1) : part;
      // A backslash before the newline joins the next line.
      if (complete && !raw && delimiter === 10 && oddBackslashes(body)) {
        parts.push(body.subarray(0, -1));
        continue;
      }
      parts.push(body);
      size += body.length;
      process.allocate(body.length);
      process.release(body.length);
      if (size > process.system.memoryLimit) throw new ShellError('read: line is too long');
      if (complete || (limit !== undefined && size >= limit))
        return { text: raw ? text() : keepEscaped(text()), ended: true };
    }
  } catch (error) {
    if (error instanceof Interrupted) return error;
    if (error instanceof ProcessEnded || error instanceof ShellError) throw error;
    throw new ShellError(`read: read error: ${fd}: ${describeError(error)}`);
  } finally {
    timer?.cancel();
  }
}

function oddBackslashes(bytes: Uint8Array): boolean {
  let count = 0;
  while (bytes.at(-1 - count) === 92) count++;
  return count % 2 === 1;
}

/** Characters that a backslash protects from splitting are marked with NUL before them, which no line can have. */
function keepEscaped(text: string): string {
  return text.replace(/\\(.)/gs, '\0$1');
}

async function assignFields(
  shell: Shell,
  text: string,
  names: readonly string[],
  array: string | undefined,
): Promise<void> {
  const unmark = (value: string) => value.replaceAll('\0', '');
  const ifs = shell.variables.value('IFS') ?? ' \t\n';
  const blank = [...ifs].filter((character) => /\s/.test(character)).join('');
  if (names.length === 0 && array === undefined) {
    await shell.assign('REPLY', unmark(text));
    return;
  }
  const isSeparator = (at: number) => at < text.length && ifs.includes(text[at]!) && text[at - 1] !== '\0';
  const isBlank = (at: number) => isSeparator(at) && blank.includes(text[at]!);
  let at = 0;
  while (isBlank(at)) at++;
  const trimEnd = (value: string) => {
    let end = value.length;
    while (end > 0 && blank.includes(value[end - 1]!) && value[end - 2] !== '\0') end--;
    return value.slice(0, end);
  };
  const fields: string[] = [];
  const wanted = array === undefined ? names.length : Number.POSITIVE_INFINITY;
  while (at < text.length) {
    if (fields.length === wanted - 1) {
      fields.push(trimEnd(text.slice(at)));
      break;
    }
    const start = at;
    while (at < text.length && !isSeparator(at)) at++;
    fields.push(text.slice(start, at));
    while (isBlank(at)) at++;
    if (isSeparator(at) && !isBlank(at)) at++;
    while (isBlank(at)) at++;
  }
  if (array !== undefined) {
    shell.variables.setArray(array, new Map(fields.map((field, index) => [String(index), unmark(field)])));
    return;
  }
  for (const [index, name] of names.entries()) await shell.assign(name, unmark(fields[index] ?? ''));
}

async function mapfile(shell: Shell, args: readonly string[]): Promise<number> {
  const trim = args.includes('-t');
  const name = args.find((word) => !word.startsWith('-')) ?? 'MAPFILE';
  const lines = new Map<string, string>();
  for (;;) {
    const line = await shell.process.readUntil(0, 10);
    if (!line) break;
    const text = new TextDecoder().decode(line);
    lines.set(String(lines.size), trim ? text.replace(/\n$/, '') : text);
  }
  shell.variables.setArray(name, lines);
  return 0;
}

async function cd(shell: Shell, args: readonly string[]): Promise<number> {
  const words = args.filter((word) => !/^-[LPe@]+$/.test(word));
  let target = words[0] ?? shell.variables.value('HOME');
  if (target === undefined) throw new ShellError('cd: HOME not set');
  const back = target === '-';
  if (back) target = shell.variables.value('OLDPWD');
  if (target === undefined) throw new ShellError('cd: OLDPWD not set');
  const path = normalize(absolute(target, shell.process.cwd));
  const found = await shell.process.files.find(path);
  const reason = !found ? 'No such file or directory' : found.type !== 'directory' ? 'Not a directory' : undefined;
  if (reason) {
    throw new ShellError(
      shell.isBash
        ? `cd: ${target}: ${reason}`
        : `cd: can't cd to ${target}${shell.flavour === 'ash' ? `: ${reason}` : ''}`,
      shell.flavour === 'dash' ? 2 : 1,
    );
  }
  shell.variables.set('OLDPWD', shell.process.cwd).exported = true;
  shell.process.cwd = path;
  shell.variables.set('PWD', path).exported = true;
  if (back) await shell.process.print(`${path}\n`);
  return 0;
}

async function testBuiltin(shell: Shell, name: string, args: readonly string[]): Promise<number> {
  try {
    return (await test(shell.process, args)) ? 0 : 1;
  } catch (error) {
    if (error instanceof ShellError) throw new ShellError(`${name}: ${error.message}`, 2);
    throw error;
  }
}

export const inputOutputBuiltins: Readonly<Record<string, Builtin>> = {
  echo,
  printf: printfBuiltin,
  read,
  mapfile,
  readarray: mapfile,
  cd,
  async pwd(shell) {
    await shell.process.print(`${shell.process.cwd}\n`);
    return 0;
  },
  test: (shell, args) => testBuiltin(shell, 'test', args),
  async '['(shell, args) {
    if (args.at(-1) !== ']') throw new ShellError("[: missing `]'", 2);
    return testBuiltin(shell, '[', args.slice(0, -1));
  },
};
