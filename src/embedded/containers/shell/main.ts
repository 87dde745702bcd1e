import { describeError } from '../commands/errors.ts';
import { basename } from '../files/paths.ts';
import { type Process, ProcessEnded, type Program } from '../process/process.ts';
import { applyOptions } from './builtins/control.ts';
import { ShellError } from './control.ts';
import { interact } from './interactive.ts';
import { isIncomplete, loadParser, type Parser } from './parser.ts';
import { type Flavour, Shell } from './shell.ts';

/** The shells of all containers share one parser, loaded when the first of them starts. */
export class Shells {
  #parser: Promise<Parser> | undefined;

  /** sh, ash, dash or bash as a program. */
  program(flavour: Flavour): Program {
    return async (process) => {
      this.#parser ??= loadParser();
      const parser = await process.block(this.#parser);
      return start(process, parser, flavour);
    };
  }
}

interface Invocation {
  command?: string;
  script?: string;
  args: readonly string[];
  interactive: boolean;
  login: boolean;
}

async function start(process: Process, parser: Parser, flavour: Flavour): Promise<number> {
  const shell = new Shell(process, parser, flavour);
  const name = basename(process.name).replace(/^-/, '');
  shell.zero = name;
  let invocation: Invocation;
  try {
    invocation = parseArguments(shell, process.argv.slice(1));
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    await process.error(`${name}: ${error.message}\n`);
    return error.code;
  }
  const { command, script, args } = invocation;
  if (command !== undefined) {
    shell.zero = args[0] ?? name;
    shell.positional = args.slice(1);
    return shell.run(command);
  }
  if (script !== undefined) {
    shell.zero = script;
    shell.positional = args;
    let source: string;
    try {
      source = await process.files.readText(script);
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      await process.error(
        flavour === 'bash'
          ? `${name}: ${script}: ${describeError(error)}\n`
          : `${name}: can't open '${script}': ${describeError(error)}\n`,
      );
      return 127;
    }
    return shell.run(source.replace(/^#!.*/, '#'));
  }
  shell.positional = args;
  const terminal = process.descriptors.get(0)?.terminal;
  if (terminal || invocation.interactive) return interact(shell, invocation.login || process.name.startsWith('-'));
  return runFromInput(shell);
}

function parseArguments(shell: Shell, args: readonly string[]): Invocation {
  let command: string | undefined;
  let interactive = false;
  let login = false;
  let fromInput = false;
  let wantsCommand = false;
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index]!;
    if (word === '--' || word === '-') {
      index++;
      break;
    }
    if (word === '--login') login = true;
    else if (word === '--posix' || word === '--norc' || word === '--noprofile' || word === '--noediting') continue;
    else if (!/^[-+][A-Za-z]+$/.test(word)) break;
    else {
      const plain = word.replace(/[cils]/g, '');
      if (word.includes('c')) wantsCommand = true;
      if (word.includes('i')) interactive = true;
      if (word.includes('l')) login = true;
      if (word.includes('s')) fromInput = true;
      if (plain.length > 1)
        index += Math.max(
          0,
          applyOptions(shell, [plain, ...args.slice(index + 1, plain.includes('o') ? index + 2 : index + 1)]) - 1,
        );
    }
  }
  const rest = args.slice(index);
  if (wantsCommand) {
    command = rest[0];
    if (command === undefined) throw new ShellError('-c: option requires an argument', 2);
    return { command, args: rest.slice(1), interactive, login };
  }
  if (rest[0] !== undefined && !fromInput) return { script: rest[0], args: rest.slice(1), interactive, login };
  return { args: rest, interactive, login };
}

/** A script that arrives on standard input, run as its commands become complete: `kubectl exec -i pod -- sh < file`. */
async function runFromInput(shell: Shell): Promise<number> {
  const { process } = shell;
  return shell.leave(async () => {
    let pending = '';
    for (;;) {
      const line = await process.readUntil(0, 10);
      pending += line ? new TextDecoder().decode(line) : '';
      if (!line && pending.trim() === '') break;
      if (line && isIncomplete(shell.parser, pending)) continue;
      const source = pending;
      pending = '';
      await shell.execute(source);
      if (!line) break;
    }
    return shell.status;
  });
}
