import type { FileStat } from '../../storage/filesystem.ts';
import { basename, join } from '../files/paths.ts';
import type { Process } from '../process/process.ts';
import { Pattern } from '../shell/patterns.ts';
import { describeError } from './errors.ts';
import { UsageError } from './options.ts';
import { runCommand } from './run.ts';
import { parseSize } from './sizes.ts';

interface Found {
  readonly path: string;
  readonly stat: FileStat;
  readonly depth: number;
}

type Test = (process: Process, found: Found) => Promise<boolean>;

interface Plan {
  readonly paths: readonly string[];
  readonly test: Test;
  readonly least: number;
  readonly most: number;
  readonly deepFirst: boolean;
}

/** find(1) */
export async function findFiles(process: Process): Promise<number> {
  let plan: Plan;
  try {
    plan = parse(process.argv.slice(1));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await process.error(`find: ${error.message}\n`);
    return 1;
  }
  let code = 0;
  const visit = async (path: string, depth: number): Promise<void> => {
    await process.turn();
    let stat: FileStat;
    try {
      stat = await process.files.lstat(path);
    } catch (error) {
      await process.error(`find: ${path}: ${describeError(error)}\n`);
      code = 1;
      return;
    }
    const apply = async () => {
      if (depth >= plan.least && depth <= plan.most) await plan.test(process, { path, stat, depth });
    };
    if (!plan.deepFirst) await apply();
    if (stat.type === 'directory' && depth < plan.most) {
      try {
        for (const name of await process.files.readdir(path)) await visit(join(path, name), depth + 1);
      } catch (error) {
        await process.error(`find: ${path}: ${describeError(error)}\n`);
        code = 1;
      }
    }
    if (plan.deepFirst) await apply();
  };
  for (const path of plan.paths) await visit(path, 0);
  return code;
}

function parse(args: readonly string[]): Plan {
  let index = 0;
  while (index < args.length && !/^[-(!]/.test(args[index]!)) index++;
  const paths = index > 0 ? args.slice(0, index) : ['.'];
  let least = 0;
  let most = Number.POSITIVE_INFINITY;
  let deepFirst = false;
  let acts = false;
  const next = () => {
    const value = args[index++];
    if (value === undefined) throw new UsageError(`missing argument to \`${args[index - 2]}'`);
    return value;
  };
  const compare = (text: string, unit = 1): ((value: number) => boolean) => {
    const sign = text[0];
    const wanted = Number.parseInt(text.replace(/^[-+]/, ''), 10) * unit;
    return (value) => (sign === '+' ? value > wanted : sign === '-' ? value < wanted : value === wanted);
  };

  const primary = (): Test => {
    const word = next();
    switch (word) {
      case '(': {
        const inner = or();
        if (next() !== ')') throw new UsageError("expected ')'");
        return inner;
      }
      case '!':
      case '-not': {
        const inner = primary();
        return async (process, found) => !(await inner(process, found));
      }
      case '-name':
      case '-iname': {
        const text = next();
        const pattern = new Pattern(word === '-iname' ? text.toLowerCase() : text);
        return async (_, { path }) =>
          pattern.matches(word === '-iname' ? basename(path).toLowerCase() : basename(path));
      }
      case '-path':
      case '-wholename': {
        const pattern = new Pattern(next());
        return async (_, { path }) => pattern.matches(path);
      }
      case '-type': {
        const wanted = { f: 'file', d: 'directory', l: 'symlink', c: 'device', p: 'pipe' }[next()];
        return async (_, { stat }) => stat.type === wanted;
      }
      case '-size': {
        const text = next();
        const unit = text.endsWith('c') ? 1 : (parseSize(`1${/[kMG]$/.exec(text)?.[0] ?? 'b'}`) ?? 512);
        const matches = compare(text);
        return async (_, { stat }) => matches(Math.ceil(stat.size / unit));
      }
      case '-mtime':
      case '-mmin': {
        const matches = compare(next());
        const unit = word === '-mtime' ? 86_400_000 : 60_000;
        return async (process, { stat }) => matches(Math.floor((process.system.clock.now() - stat.mtime) / unit));
      }
      case '-newer': {
        const reference = next();
        return async (process, { stat }) =>
          stat.mtime > ((await process.files.find(reference))?.mtime ?? Number.POSITIVE_INFINITY);
      }
      case '-perm': {
        const mode = Number.parseInt(next().replace(/^[-/]/, ''), 8);
        return async (_, { stat }) => (stat.mode & mode) === mode;
      }
      case '-empty':
        return async (process, { path, stat }) =>
          stat.type === 'directory' ? (await process.files.readdir(path)).length === 0 : stat.size === 0;
      case '-user':
      case '-group':
        next();
        return async () => true;
      case '-maxdepth':
        most = Number(next());
        return async () => true;
      case '-mindepth':
        least = Number(next());
        return async () => true;
      case '-depth':
        deepFirst = true;
        return async () => true;
      case '-xdev':
      case '-mount':
      case '-true':
        return async () => true;
      case '-prune':
        return async () => true;
      case '-print':
      case '-print0':
        acts = true;
        return async (process, { path }) => {
          await process.print(word === '-print' ? `${path}\n` : `${path}\0`);
          return true;
        };
      case '-delete':
        acts = true;
        deepFirst = true;
        return async (process, { path }) => {
          await process.files.rm(path);
          return true;
        };
      case '-exec':
      case '-ok': {
        acts = true;
        const argv: string[] = [];
        for (let part = next(); part !== ';' && !(part === '+' && argv.at(-1) === '{}'); part = next()) argv.push(part);
        return async (process, { path }) =>
          (await runCommand(
            process,
            argv.map((part) => part.replaceAll('{}', path)),
            'find',
          )) === 0;
      }
      default:
        throw new UsageError(`unknown predicate \`${word}'`);
    }
  };
  const and = (): Test => {
    let left = primary();
    while (index < args.length && !['-o', '-or', ')'].includes(args[index]!)) {
      if (args[index] === '-a' || args[index] === '-and') index++;
      const [one, other] = [left, primary()];
      left = async (process, found) => (await one(process, found)) && other(process, found);
    }
    return left;
  };
  const or = (): Test => {
    let left = and();
    while (args[index] === '-o' || args[index] === '-or') {
      index++;
      const [one, other] = [left, and()];
      left = async (process, found) => (await one(process, found)) || other(process, found);
    }
    return left;
  };
  const given: Test = index < args.length ? or() : async () => true;
  if (index < args.length) throw new UsageError(`paths must precede expression: \`${args[index]}'`);
  const test: Test = acts
    ? given
    : async (process, found) => {
        if (await given(process, found)) await process.print(`${found.path}\n`);
        return true;
      };
  return { paths, test, least, most, deepFirst };
}
