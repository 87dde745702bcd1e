import { assign } from '../assignments.ts';
import { ShellError } from '../control.ts';
import type { Shell } from '../shell.ts';
import { quote, sortedKeys, type Variable } from '../variables.ts';
import type { Builtin } from './types.ts';

interface Flags {
  export?: boolean;
  readonly?: boolean;
  integer?: boolean;
  array?: boolean;
  associative?: boolean;
  print?: boolean;
  global?: boolean;
  functions?: boolean;
  remove?: boolean;
}

const letters: Readonly<Record<string, keyof Flags>> = {
  x: 'export',
  r: 'readonly',
  i: 'integer',
  a: 'array',
  A: 'associative',
  p: 'print',
  g: 'global',
  f: 'functions',
  F: 'functions',
};

function takeFlags(args: readonly string[]): { flags: Flags; words: readonly string[] } {
  const flags: Flags = {};
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index]!;
    if (word === '--') {
      index++;
      break;
    }
    if (!/^[-+][a-zA-Z]+$/.test(word)) break;
    if (word.startsWith('+')) flags.remove = true;
    for (const letter of word.slice(1)) if (Object.hasOwn(letters, letter)) flags[letters[letter]!] = true;
  }
  return { flags, words: args.slice(index) };
}

async function declare(shell: Shell, args: readonly string[], given: Flags, local: boolean): Promise<number> {
  const { flags, words } = takeFlags(args);
  const all = { ...given, ...flags };
  if (words.length === 0) return print(shell, all);
  let status = 0;
  for (const word of words) {
    const match = /^([A-Za-z_]\w*)(?:(\[[^\]]*\])?(\+?)=(.*))?$/s.exec(word);
    if (!match) {
      await shell.complain(
        `${given.export ? 'export' : local ? 'local' : 'declare'}: \`${word}': not a valid identifier`,
      );
      status = 1;
      continue;
    }
    const [, name, subscript = '', append, value] = match as unknown as [string, string, string?, string?, string?];
    if (all.functions) {
      if (!shell.functions.has(name)) status = 1;
      continue;
    }
    if (all.print) {
      const variable = shell.variables.get(name);
      if (variable) await shell.process.print(`${statement(name, variable)}\n`);
      else status = 1;
      continue;
    }
    if (local && shell.variables.inFunction && !all.global) shell.variables.local(name);
    const variable = shell.variables.declare(name);
    if (all.associative && !variable.elements) Object.assign(variable, { elements: new Map(), associative: true });
    else if (all.array && !variable.elements)
      variable.elements = new Map(variable.value === undefined ? [] : [['0', variable.value]]);
    if (all.integer) variable.integer = !all.remove;
    if (value !== undefined) {
      if (value.startsWith('(') && value.endsWith(')') && !subscript)
        await assignArray(shell, `${name}${append}=${value}`);
      else await shell.assign(`${name}${subscript}`, value, append === '+');
    }
    if (all.export) variable.exported = !all.remove;
    if (all.readonly) variable.readonly = true;
  }
  return status;
}

async function assignArray(shell: Shell, source: string): Promise<void> {
  const command = shell.parser.script(source).statements[0]?.pipelines[0]?.commands[0];
  if (command?.type !== 'SimpleCommand' || !command.assignments[0]) throw new ShellError(`${source}: bad array`);
  await assign(shell, command.assignments[0]);
}

async function print(shell: Shell, flags: Flags): Promise<number> {
  for (const name of shell.variables.names()) {
    const variable = shell.variables.get(name)!;
    if (flags.export && !variable.exported) continue;
    if (flags.readonly && !variable.readonly) continue;
    if (shell.isBash) await shell.process.print(`${statement(name, variable)}\n`);
    else
      await shell.process.print(
        `${flags.export ? 'export ' : flags.readonly ? 'readonly ' : ''}${name}=${quote(variable.value ?? '')}\n`,
      );
  }
  return 0;
}

function statement(name: string, variable: Variable): string {
  const flags = `${variable.elements ? (variable.associative ? 'A' : 'a') : ''}${variable.integer ? 'i' : ''}${variable.readonly ? 'r' : ''}${variable.exported ? 'x' : ''}`;
  const double = (text: string) => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
  const value = variable.elements
    ? `=(${sortedKeys(variable)
        .map((key) => `[${key}]=${double(variable.elements!.get(key)!)}`)
        .join(' ')})`
    : variable.value === undefined
      ? ''
      : `=${double(variable.value)}`;
  return `declare -${flags || '-'} ${name}${value}`;
}

async function getopts(shell: Shell, args: readonly string[]): Promise<number> {
  const [specification = '', name = 'opt', ...given] = args;
  const words = given.length > 0 ? given : shell.positional;
  const silent = specification.startsWith(':');
  let index = Number(shell.variables.value('OPTIND') ?? 1);
  let offset = Number(shell.variables.value('_OPTOFFSET') ?? 1);
  const word = words[index - 1];
  const finish = () => {
    shell.variables.set(name, '?');
    return 1;
  };
  if (word === undefined || !/^-./.test(word)) return finish();
  if (word === '--') {
    shell.variables.set('OPTIND', String(index + 1));
    return finish();
  }
  const letter = word[offset]!;
  const at = letter === ':' ? -1 : specification.indexOf(letter, silent ? 1 : 0);
  offset++;
  const advance = () => {
    if (offset < word.length) return;
    index++;
    offset = 1;
  };
  const status = 0;
  if (at < 0) {
    advance();
    shell.variables.set(name, '?');
    if (silent) shell.variables.set('OPTARG', letter);
    else await shell.process.error(`${shell.zero}: illegal option -- ${letter}\n`);
  } else if (specification[at + 1] === ':') {
    const attached = word.slice(offset);
    const argument = attached || words[index];
    index += attached ? 1 : 2;
    offset = 1;
    if (argument === undefined) {
      index--;
      shell.variables.set(name, silent ? ':' : '?');
      if (silent) shell.variables.set('OPTARG', letter);
      else await shell.process.error(`${shell.zero}: option requires an argument -- ${letter}\n`);
    } else {
      shell.variables.set(name, letter);
      shell.variables.set('OPTARG', argument);
    }
  } else {
    advance();
    shell.variables.set(name, letter);
    shell.variables.unset('OPTARG');
  }
  shell.variables.set('OPTIND', String(index));
  shell.variables.set('_OPTOFFSET', String(offset));
  return status;
}

export const variableBuiltins: Readonly<Record<string, Builtin>> = {
  export: (shell, args) => declare(shell, args[0] === '-n' ? ['+x', ...args.slice(1)] : args, { export: true }, false),
  readonly: (shell, args) => declare(shell, args, { readonly: true }, false),
  async local(shell, args) {
    if (!shell.variables.inFunction) throw new ShellError('local: can only be used in a function');
    return declare(shell, args, {}, true);
  },
  declare: (shell, args) => declare(shell, args, {}, true),
  typeset: (shell, args) => declare(shell, args, {}, true),
  async unset(shell, args) {
    const functions = args[0] === '-f';
    for (const word of args[0]?.startsWith('-') ? args.slice(1) : args) {
      const element = /^([A-Za-z_]\w*)\[(.+)\]$/.exec(word);
      if (element) shell.variables.get(element[1]!)?.elements?.delete(await shell.subscript(element[1]!, element[2]!));
      else if (functions || (!shell.variables.get(word) && shell.functions.has(word))) shell.functions.delete(word);
      else shell.variables.unset(word);
    }
    return 0;
  },
  async let(shell, args) {
    let last = 0n;
    for (const word of args) last = await shell.expansion.arithmeticText(word);
    return last === 0n ? 1 : 0;
  },
  getopts,
};
