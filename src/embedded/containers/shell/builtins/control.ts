import { describeError } from '../../commands/errors.ts';
import { parseSignal, signalNumbers } from '../../process/signals.ts';
import { Exit, LoopControl, Return, ShellError } from '../control.ts';
import type { Options, Shell } from '../shell.ts';
import { quote, sortedKeys } from '../variables.ts';
import type { Builtin } from './types.ts';

function loopControl(kind: 'break' | 'continue'): Builtin {
  return async (shell, args) => {
    const levels = Number(args[0] ?? 1);
    if (!Number.isInteger(levels) || levels < 1) throw new ShellError(`${kind}: ${args[0]}: loop count out of range`);
    if (!(shell.executor.loops > 0)) return 0;
    throw new LoopControl(kind, levels);
  };
}

const optionLetters: Readonly<Record<string, keyof Options>> = {
  e: 'errexit',
  u: 'nounset',
  x: 'xtrace',
  f: 'noglob',
  C: 'noclobber',
  a: 'allexport',
  v: 'verbose',
  n: 'noexec',
  m: 'monitor',
};

/** Options that are accepted and change nothing here. */
const inert = new Set([
  'posix',
  'braceexpand',
  'hashall',
  'histexpand',
  'history',
  'ignoreeof',
  'interactive-comments',
  'emacs',
  'vi',
  'physical',
  'privileged',
  'notify',
  'errtrace',
  'functrace',
  'nolog',
  'keyword',
  'onecmd',
]);

function setOption(shell: Shell, name: string, on: boolean): boolean {
  if (Object.hasOwn(shell.options, name)) shell.options[name as keyof Options] = on;
  else if (!inert.has(name)) return false;
  return true;
}

/** `set`'s options, which a shell's command line takes too. Returns how many arguments they were. */
export function applyOptions(shell: Shell, args: readonly string[]): number {
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index]!;
    if (!/^[-+][A-Za-z]+$/.test(word)) break;
    const on = word.startsWith('-');
    for (const letter of word.slice(1)) {
      if (letter === 'o') {
        const name = args[++index];
        if (name !== undefined && !setOption(shell, name, on))
          throw new ShellError(`set: ${name}: invalid option name`, 2);
      } else if (Object.hasOwn(optionLetters, letter)) {
        shell.options[optionLetters[letter]!] = on;
      } else if (!/[bhkptBEHPTils]/.test(letter)) {
        throw new ShellError(`set: -${letter}: invalid option`, 2);
      }
    }
  }
  return index;
}

async function set(shell: Shell, args: readonly string[]): Promise<number> {
  if (args.length === 0) {
    for (const name of shell.variables.names()) {
      const variable = shell.variables.get(name)!;
      if (variable.elements) {
        const items = sortedKeys(variable).map((key) => `[${key}]=${quote(variable.elements!.get(key)!)}`);
        await shell.process.print(`${name}=(${items.join(' ')})\n`);
      } else if (variable.value !== undefined) {
        const plain = /^[\w@%+=:,./-]*$/.test(variable.value);
        await shell.process.print(`${name}=${plain ? variable.value : quote(variable.value)}\n`);
      }
    }
    return 0;
  }
  if (args[0] === '-o' || args[0] === '+o') {
    if (args.length === 1) {
      for (const [name, on] of Object.entries(shell.options).sort())
        await shell.process.print(`${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`);
      return 0;
    }
  }
  const used = applyOptions(shell, args);
  const rest = args.slice(used);
  if (rest[0] === '--' || rest[0] === '-') shell.positional = rest.slice(1);
  else if (rest.length > 0) shell.positional = rest;
  return 0;
}

async function trap(shell: Shell, args: readonly string[]): Promise<number> {
  if (args[0] === '-l') {
    await shell.process.print(
      `${Object.entries(signalNumbers)
        .map(([name, number]) => `${number}) ${name}`)
        .join('\n')}\n`,
    );
    return 0;
  }
  const words = args[0] === '--' || args[0] === '-p' ? args.slice(1) : args;
  if (words.length === 0 || args[0] === '-p') {
    const wanted = new Set(words.map((word) => parseSignal(word) ?? word));
    for (const [name, action] of shell.traps) {
      if (words.length === 0 || wanted.has(name)) await shell.process.print(`trap -- ${quote(action)} ${name}\n`);
    }
    return 0;
  }
  const reset = words.length === 1 || words[0] === '-' || /^\d+$/.test(words[0]!);
  const action = reset ? undefined : words[0];
  const names = words.length === 1 || (reset && words[0] !== '-') ? words : words.slice(1);
  let status = 0;
  for (const word of names) {
    const name = /^(0|EXIT)$/i.test(word)
      ? 'EXIT'
      : /^(ERR|DEBUG|RETURN)$/i.test(word)
        ? word.toUpperCase()
        : parseSignal(word);
    if (!name) {
      await shell.complain(`trap: ${word}: invalid signal specification`);
      status = 1;
    } else {
      shell.traps.set(name, action);
    }
  }
  return status;
}

export const controlBuiltins: Readonly<Record<string, Builtin>> = {
  ':': async () => 0,
  true: async () => 0,
  false: async () => 1,
  break: loopControl('break'),
  continue: loopControl('continue'),
  async exit(shell, args) {
    if (args[0] !== undefined && !/^-?\d+$/.test(args[0])) {
      await shell.complain(`exit: ${args[0]}: numeric argument required`);
      throw new Exit(2);
    }
    if (shell.interactive && shell.isBash) await shell.process.error('exit\n').catch(() => {});
    throw new Exit((args[0] === undefined ? shell.status : Number(args[0])) & 0xff);
  },
  async return(shell, args) {
    throw new Return((args[0] === undefined ? shell.status : Number(args[0])) & 0xff);
  },
  async eval(shell, args) {
    shell.status = 0;
    const source = args.join(' ');
    if (source.trim() !== '') await shell.execute(source);
    return shell.status;
  },
  async '.'(shell, args) {
    const [name, ...rest] = args;
    if (name === undefined) throw new ShellError('.: filename argument required', 2);
    const path = name.includes('/') ? name : ((await shell.findCommand(name)) ?? name);
    shell.status = 0;
    try {
      await shell.source(path, rest);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && 'path' in error)) throw error;
      throw new ShellError(
        shell.isBash ? `${name}: ${describeError(error)}` : `.: can't open '${name}': No such file or directory`,
        1,
        !shell.isBash,
      );
    }
    return shell.status;
  },
  source: (shell, args) => controlBuiltins['.']!(shell, args),
  set,
  async shift(shell, args) {
    const count = Number(args[0] ?? 1);
    if (count > shell.positional.length || count < 0) return 1;
    shell.positional = shell.positional.slice(count);
    return 0;
  },
  trap,
  // The executor handles exec, whose redirections stay.
  exec: async () => 0,
  async shopt() {
    return 0;
  },
  async enable() {
    return 0;
  },
  async times(shell) {
    await shell.process.print('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
    return 0;
  },
  async ulimit(shell, args) {
    if (args.length === 0 || /^-[A-Za-z]$/.test(args[0]!)) {
      if (args.length < 2)
        await shell.process.print(args[0] === '-n' ? '1048576\n' : args[0] === '-u' ? '512\n' : 'unlimited\n');
    }
    return 0;
  },
  async umask(shell, args) {
    if (args[0] === undefined) await shell.process.print(`${shell.process.umask.toString(8).padStart(4, '0')}\n`);
    else if (/^[0-7]+$/.test(args[0])) shell.process.umask = Number.parseInt(args[0], 8) & 0o777;
    else throw new ShellError(`umask: ${args[0]}: octal number out of range`);
    return 0;
  },
};
