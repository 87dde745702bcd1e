import type { Process } from '../process/process.ts';
import type { ConditionalNode } from './ast.ts';
import { ShellError } from './control.ts';
import { Pattern } from './patterns.ts';
import type { Shell } from './shell.ts';

/** [[ … ]] */
export async function conditional(shell: Shell, node: ConditionalNode): Promise<boolean> {
  switch (node.type) {
    case 'CondAnd':
      return (await conditional(shell, node.left)) && conditional(shell, node.right);
    case 'CondOr':
      return (await conditional(shell, node.left)) || conditional(shell, node.right);
    case 'CondNot':
      return !(await conditional(shell, node.operand));
    case 'CondGroup':
      return conditional(shell, node.expression);
    case 'CondWord':
      return (await shell.expansion.text(node.word)) !== '';
    case 'CondUnary':
      return unary(shell, node.operator, await shell.expansion.text(node.operand));
    case 'CondBinary': {
      const left = await shell.expansion.text(node.left);
      if (node.operator === '=~') return matchesRegex(shell, left, await shell.expansion.regex(node.right));
      if (node.operator === '==' || node.operator === '=' || node.operator === '!=') {
        const matches = new Pattern(await shell.expansion.pattern(node.right)).matches(left);
        return matches === (node.operator !== '!=');
      }
      const right = await shell.expansion.text(node.right);
      if (/^-(eq|ne|lt|le|gt|ge)$/.test(node.operator)) {
        const [a, b] = [await shell.expansion.arithmeticText(left), await shell.expansion.arithmeticText(right)];
        return compareNumbers(node.operator, a, b);
      }
      return binary(shell.process, node.operator, left, right);
    }
  }
}

async function matchesRegex(shell: Shell, text: string, source: string): Promise<boolean> {
  const { RE2JS } = await import('re2js');
  let found: string[] | undefined;
  try {
    const matcher = RE2JS.compile(source).matcher(text);
    if (matcher.find())
      found = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index) ?? '');
  } catch (error) {
    throw new ShellError(
      `invalid regular expression \`${source}': ${error instanceof Error ? error.message : error}`,
      2,
    );
  }
  shell.variables.setArray('BASH_REMATCH', new Map((found ?? []).map((group, index) => [String(index), group])));
  return found !== undefined;
}

async function unary(shell: Shell, operator: string, operand: string): Promise<boolean> {
  if (operator === '-v') {
    const element = /^(\w+)\[(.+)\]$/.exec(operand);
    if (!element) return shell.variables.value(operand) !== undefined;
    return shell.variables.get(element[1]!)?.elements?.has(await shell.subscript(element[1]!, element[2]!)) ?? false;
  }
  if (operator === '-o') return operand in shell.options && shell.options[operand as keyof typeof shell.options];
  return testFile(shell.process, operator, operand);
}

/** The unary tests of `test` and [[ ]]. */
export async function testFile(process: Process, operator: string, operand: string): Promise<boolean> {
  if (operator === '-n') return operand !== '';
  if (operator === '-z') return operand === '';
  if (operator === '-t') return process.descriptors.get(Number(operand))?.terminal !== undefined;
  const link = operator === '-L' || operator === '-h';
  const found = operand === '' ? undefined : await process.files.find(operand, !link);
  if (!found) return false;
  switch (operator) {
    case '-e':
    case '-a':
      return true;
    case '-f':
      return found.type === 'file';
    case '-d':
      return found.type === 'directory';
    case '-L':
    case '-h':
      return found.type === 'symlink';
    case '-c':
      return found.type === 'device';
    case '-p':
      return found.type === 'pipe';
    case '-s':
      return found.size > 0;
    case '-r':
      return process.files.permits(operand, 4);
    case '-w':
      return process.files.permits(operand, 2);
    case '-x':
      return process.files.permits(operand, 1);
    case '-O':
      return found.uid === process.uid;
    case '-G':
      return found.gid === process.gid;
    case '-u':
      return (found.mode & 0o4000) !== 0;
    case '-g':
      return (found.mode & 0o2000) !== 0;
    case '-k':
      return (found.mode & 0o1000) !== 0;
    default:
      return false;
  }
}

async function binary(process: Process, operator: string, left: string, right: string): Promise<boolean> {
  switch (operator) {
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-ef': {
      const [a, b] = [await process.files.find(left), await process.files.find(right)];
      return (
        a !== undefined &&
        b !== undefined &&
        (await process.files.realpath(left)) === (await process.files.realpath(right))
      );
    }
    default: {
      const [a, b] = [(await process.files.find(left))?.mtime, (await process.files.find(right))?.mtime];
      if (operator === '-nt') return a !== undefined && (b === undefined || a > b);
      return b !== undefined && (a === undefined || a < b);
    }
  }
}

function compareNumbers(operator: string, a: bigint, b: bigint): boolean {
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-lt':
      return a < b;
    case '-le':
      return a <= b;
    case '-gt':
      return a > b;
    default:
      return a >= b;
  }
}

/** The arguments of `test` or of `[` without its bracket. @throws ShellError, code 2, for a bad expression. */
export async function test(process: Process, args: readonly string[]): Promise<boolean> {
  const parser = new TestParser(process, args);
  const result = await parser.or();
  if (parser.rest > 0)
    throw new ShellError(
      args.length > 3 ? 'too many arguments' : `${args[args.length - parser.rest]}: unexpected operator`,
      2,
    );
  return result;
}

const binaryOperators = new Set([
  '=',
  '==',
  '!=',
  '<',
  '>',
  '-eq',
  '-ne',
  '-lt',
  '-le',
  '-gt',
  '-ge',
  '-nt',
  '-ot',
  '-ef',
]);

class TestParser {
  #at = 0;

  constructor(
    readonly process: Process,
    readonly args: readonly string[],
  ) {}

  get rest(): number {
    return this.args.length - this.#at;
  }

  async or(): Promise<boolean> {
    let value = await this.and();
    while (this.args[this.#at] === '-o' && this.rest > 1) {
      this.#at++;
      const right = await this.and();
      value ||= right;
    }
    return value;
  }

  async and(): Promise<boolean> {
    let value = await this.#not();
    while (this.args[this.#at] === '-a' && this.rest > 1) {
      this.#at++;
      const right = await this.#not();
      value &&= right;
    }
    return value;
  }

  async #not(): Promise<boolean> {
    const follows = this.args[this.#at + 1];
    if (
      this.args[this.#at] === '!' &&
      this.rest > 1 &&
      !(this.rest === 3 && follows !== undefined && binaryOperators.has(follows))
    ) {
      this.#at++;
      return !(await this.#not());
    }
    return this.#primary();
  }

  async #primary(): Promise<boolean> {
    const { args, process } = this;
    if (this.rest === 0) {
      if (args.length === 0) return false;
      throw new ShellError('argument expected', 2);
    }
    const first = args[this.#at]!;
    const second = args[this.#at + 1];
    if (second !== undefined && binaryOperators.has(second) && this.rest > 2) {
      this.#at += 3;
      return compare(process, first, second, args[this.#at - 1]!);
    }
    if (first === '(' && this.rest > 1) {
      this.#at++;
      const value = await this.or();
      if (args[this.#at++] !== ')') throw new ShellError("`)' expected", 2);
      return value;
    }
    if (/^-[a-zA-Z]$/.test(first) && this.rest > 1 && !(second === '-a' || second === '-o')) {
      this.#at += 2;
      return testFile(process, first, second!);
    }
    this.#at++;
    return first !== '';
  }
}

async function compare(process: Process, left: string, operator: string, right: string): Promise<boolean> {
  if (operator === '=' || operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (!/^-(eq|ne|lt|le|gt|ge)$/.test(operator)) return binary(process, operator, left, right);
  const integer = (text: string) => {
    if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new ShellError(`${text}: integer expression expected`, 2);
    return BigInt(text.trim().replace(/^\+/, ''));
  };
  return compareNumbers(operator, integer(left), integer(right));
}
