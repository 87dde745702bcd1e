import { ShellError } from '../control.ts';
import type { Shell } from '../shell.ts';
import { quote } from '../variables.ts';
import { builtins } from './index.ts';
import type { Builtin } from './types.ts';

const keywords = new Set([
  'if',
  'then',
  'else',
  'elif',
  'fi',
  'case',
  'esac',
  'for',
  'while',
  'until',
  'do',
  'done',
  'in',
  'function',
  'time',
  '{',
  '}',
  '!',
  '[[',
  ']]',
]);

interface Meaning {
  readonly kind: 'alias' | 'keyword' | 'function' | 'builtin' | 'file';
  readonly text: string;
  readonly path?: string;
}

async function meaning(shell: Shell, name: string): Promise<Meaning | undefined> {
  const alias = shell.aliases.get(name);
  if (alias !== undefined) return { kind: 'alias', text: `${name} is aliased to \`${alias}'` };
  if (keywords.has(name)) return { kind: 'keyword', text: `${name} is a shell keyword` };
  if (shell.functions.has(name)) return { kind: 'function', text: `${name} is a function` };
  if (Object.hasOwn(builtins, name)) return { kind: 'builtin', text: `${name} is a shell builtin` };
  const path = await shell.findCommand(name);
  return path === undefined ? undefined : { kind: 'file', text: `${name} is ${path}`, path };
}

/** The lines typed at this shell, numbered; `-c` forgets them, a number asks for the last ones. */
async function history(shell: Shell, args: readonly string[]): Promise<number> {
  const lines = shell.history;
  if (args[0] === '-c') {
    lines.length = 0;
    return 0;
  }
  if (args[0] !== undefined && !/^\d+$/.test(args[0])) {
    await shell.complain(`history: ${args[0]}: numeric argument required`);
    return 1;
  }
  const first = args[0] === undefined ? 0 : Math.max(0, lines.length - Number(args[0]));
  for (const [index, line] of lines.entries()) {
    if (index >= first) await shell.process.print(`${String(index + 1).padStart(5)}  ${line}\n`);
  }
  return 0;
}

async function type(shell: Shell, args: readonly string[]): Promise<number> {
  const flags = args.filter((word) => /^-[afptP]+$/.test(word)).join('');
  let status = 0;
  for (const name of args.filter((word) => !/^-[afptP]+$/.test(word))) {
    const found = await meaning(shell, name);
    if (!found) {
      status = 1;
      if (!/[tpP]/.test(flags)) await shell.complain(`type: ${name}: not found`);
    } else if (flags.includes('t')) await shell.process.print(`${found.kind}\n`);
    else if (/[pP]/.test(flags)) await shell.process.print(found.path ? `${found.path}\n` : '');
    else await shell.process.print(`${found.text}\n`);
  }
  return status;
}

async function command(shell: Shell, args: readonly string[]): Promise<number> {
  const verbose = args[0] === '-v' || args[0] === '-V';
  const words = args[0] === '-p' || args[0] === '--' || verbose ? args.slice(1) : args;
  const [name, ...rest] = words;
  if (name === undefined) return 0;
  if (!verbose) return shell.executor.simple.direct(name, rest);
  let status = 0;
  for (const word of words) {
    const found = await meaning(shell, word);
    if (!found) status = 1;
    else if (args[0] === '-V') await shell.process.print(`${found.text}\n`);
    else
      await shell.process.print(
        `${found.path ?? (found.kind === 'alias' ? `alias ${word}=${quote(shell.aliases.get(word)!)}` : word)}\n`,
      );
  }
  return status;
}

export const nameBuiltins: Readonly<Record<string, Builtin>> = {
  type,
  history,
  command,
  async builtin(shell, args) {
    const [name, ...rest] = args;
    const found = name !== undefined && Object.hasOwn(builtins, name) ? builtins[name] : undefined;
    if (!found) throw new ShellError(`builtin: ${name}: not a shell builtin`);
    return found(shell, rest);
  },
  async alias(shell, args) {
    if (args.length === 0) {
      for (const [name, text] of shell.aliases) await shell.process.print(`alias ${name}=${quote(text)}\n`);
    }
    let status = 0;
    for (const word of args) {
      const match = /^([^=]+)=(.*)$/s.exec(word);
      if (match) shell.aliases.set(match[1]!, match[2]!);
      else if (shell.aliases.has(word)) await shell.process.print(`alias ${word}=${quote(shell.aliases.get(word)!)}\n`);
      else {
        await shell.complain(`alias: ${word}: not found`);
        status = 1;
      }
    }
    return status;
  },
  async unalias(shell, args) {
    if (args[0] === '-a') shell.aliases.clear();
    for (const name of args) shell.aliases.delete(name);
    return 0;
  },
  async hash() {
    return 0;
  },
  async help(shell) {
    await shell.process.print(`${Object.keys(builtins).sort().join('  ')}\n`);
    return 0;
  },
  async complete() {
    return 0;
  },
};
