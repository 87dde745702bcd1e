import type { Process, Program } from '../process/process.ts';

/** A command line that the command does not take. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly code = 1,
  ) {
    super(message);
  }
}

export interface Options {
  has(...letters: string[]): boolean;
  value(letter: string): string | undefined;
  values(letter: string): readonly string[];
  readonly operands: readonly string[];
}

export interface OptionSpec {
  /** Letters without a value. */
  readonly flags?: string;
  /** Letters with one. */
  readonly valued?: string;
  /** Long names for letters. */
  readonly long?: Readonly<Record<string, string>>;
  /** Stop at the first operand, which is a command of its own. */
  readonly untilOperand?: boolean;
}

/** As getopt(3) with GNU's long options. @throws UsageError */
export function parseOptions(args: readonly string[], spec: OptionSpec): Options {
  const found = new Map<string, string[]>();
  const operands: string[] = [];
  const add = (letter: string, value = '') => found.set(letter, [...(found.get(letter) ?? []), value]);
  let index = 0;
  for (; index < args.length; index++) {
    const word = args[index]!;
    if (word === '--') {
      operands.push(...args.slice(index + 1));
      break;
    }
    if (word.startsWith('--')) {
      const [name = '', attached] = word.slice(2).split(/=(.*)/s);
      const letter = spec.long && Object.hasOwn(spec.long, name) ? spec.long[name]! : undefined;
      if (letter === undefined) throw new UsageError(`unrecognized option '${word}'`);
      if (spec.valued?.includes(letter)) add(letter, attached ?? args[++index] ?? '');
      else add(letter, attached);
    } else if (word.startsWith('-') && word !== '-') {
      for (let at = 1; at < word.length; at++) {
        const letter = word[at]!;
        if (spec.valued?.includes(letter)) {
          const value = word.slice(at + 1) || args[++index];
          if (value === undefined) throw new UsageError(`option requires an argument -- '${letter}'`);
          add(letter, value);
          break;
        }
        if (!spec.flags?.includes(letter)) throw new UsageError(`invalid option -- '${letter}'`);
        add(letter);
      }
    } else if (spec.untilOperand) {
      operands.push(...args.slice(index));
      break;
    } else {
      operands.push(word);
    }
  }
  return {
    has: (...letters) => letters.some((letter) => found.has(letter)),
    value: (letter) => found.get(letter)?.at(-1),
    values: (letter) => found.get(letter) ?? [],
    operands,
  };
}

/** A command from its body, whose result is the exit code where it is a number: usage errors are told as commands tell them. */
export function command(
  name: string,
  spec: OptionSpec,
  body: (process: Process, options: Options) => Promise<unknown>,
): Program {
  return async (process) => {
    try {
      const code = await body(process, parseOptions(process.argv.slice(1), spec));
      return typeof code === 'number' ? code : 0;
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      await process.error(`${name}: ${error.message}\n`);
      return error.code;
    }
  };
}
