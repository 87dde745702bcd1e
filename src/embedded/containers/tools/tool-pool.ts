import { Worker } from 'node:worker_threads';
import { RealClock, type Timer } from '../../clock.ts';
import { errorCode } from '../commands/errors.ts';
import type { ProcessFiles } from '../files/process-files.ts';
import type { Process, Program } from '../process/process.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** The tools that come from just-bash. They read their input to its end before they write. */
export const toolNames = [
  'awk',
  'base64',
  'column',
  'comm',
  'cut',
  'diff',
  'expand',
  'expr',
  'file',
  'fold',
  'gunzip',
  'gzip',
  'join',
  'jq',
  'md5sum',
  'nl',
  'od',
  'paste',
  'rev',
  'sed',
  'seq',
  'sha1sum',
  'sha256sum',
  'sort',
  'split',
  'strings',
  'tac',
  'tr',
  'tree',
  'unexpand',
  'uniq',
  'yq',
  'zcat',
  'du',
] as const;

const mostWorkers = 2;
/** Milliseconds of real time: a tool that takes longer is ended together with its worker. */
const budget = 10_000;
const idleAfter = 15_000;
const workerMemory = 256;

const methods = new Set([
  'stat',
  'lstat',
  'readFile',
  'writeFile',
  'readdir',
  'mkdir',
  'rm',
  'rename',
  'symlink',
  'readlink',
  'chmod',
  'utimes',
  'realpath',
]);

/**
 * Worker threads for tools that compute: started when the first is needed, ended when none has been for a while. A
 * worker runs one tool at a time, so that ending it harms nothing else.
 */
export class ToolPool {
  // Real time even where the cluster's clock runs faster: what is bounded here is the machine's work.
  readonly #clock = new RealClock();
  readonly #url: URL;
  readonly #idle: { worker: Worker; timer: Timer }[] = [];
  readonly #all = new Set<Worker>();
  readonly #queue: ((worker: Worker) => void)[] = [];

  /** @param worker the worker's script; beside this module unless the program was bundled elsewhere. */
  constructor(worker: URL = new URL('./tool-worker.js', import.meta.url)) {
    this.#url = worker;
  }

  program(name: string): Program {
    return async (process) => {
      const needsInput = readsInput(name, process.argv.slice(1));
      const stdin = needsInput ? await process.readAll(0) : new Uint8Array(0);
      const outcome = await process.block(this.#run(process, name, stdin));
      if (outcome.stdout.length > 0) await process.write(1, outcome.stdout);
      if (outcome.stderr.length > 0) await process.write(2, outcome.stderr);
      return outcome.exitCode;
    };
  }

  async close(): Promise<void> {
    for (const { timer } of this.#idle) timer.cancel();
    await Promise.all([...this.#all].map((worker) => worker.terminate()));
  }

  async #run(process: Process, name: string, stdin: Uint8Array): Promise<Extract<FromWorker, { type: 'done' }>> {
    const worker = await this.#take();
    if (!process.alive) {
      this.#give(worker);
      return { type: 'done', stdout: new Uint8Array(0), stderr: new Uint8Array(0), exitCode: 1 };
    }
    return new Promise((resolve) => {
      const finish = (outcome: Extract<FromWorker, { type: 'done' }>, reusable: boolean) => {
        timer.cancel();
        forget();
        worker.removeAllListeners('message');
        worker.removeAllListeners('error');
        if (reusable) this.#give(worker);
        else this.#drop(worker);
        resolve(outcome);
      };
      const failed = (text: string, exitCode: number) =>
        finish(
          { type: 'done', stdout: new Uint8Array(0), stderr: new TextEncoder().encode(`${name}: ${text}\n`), exitCode },
          false,
        );
      const timer = this.#clock.schedule(budget, () =>
        failed(`killed by Ordinal: it took longer than ${budget / 1000} s of processor time`, 137),
      );
      const forget = process.onEnd(() => failed('killed', 137));
      worker.on('error', (error) => failed(error.message, 137));
      worker.on('message', (message: FromWorker) => {
        if (message.type === 'done') finish(message, true);
        else void answer(worker, process.files, message);
      });
      const job: ToWorker = {
        type: 'run',
        name,
        args: process.argv.slice(1),
        stdin,
        env: process.env,
        cwd: process.cwd,
      };
      worker.postMessage(job);
    });
  }

  async #take(): Promise<Worker> {
    const idle = this.#idle.pop();
    if (idle) {
      idle.timer.cancel();
      return idle.worker;
    }
    if (this.#all.size >= mostWorkers) return new Promise((resolve) => this.#queue.push(resolve));
    return this.#start();
  }

  #start(): Worker {
    const worker = new Worker(this.#url, {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: workerMemory },
      stdout: true,
      stderr: true,
    });
    worker.unref();
    this.#all.add(worker);
    return worker;
  }

  #give(worker: Worker): void {
    const next = this.#queue.shift();
    if (next) {
      next(worker);
      return;
    }
    const entry = { worker, timer: this.#clock.schedule(idleAfter, () => this.#retire(entry)) };
    this.#idle.push(entry);
  }

  #retire(entry: { worker: Worker; timer: Timer }): void {
    const index = this.#idle.indexOf(entry);
    if (index < 0) return;
    this.#idle.splice(index, 1);
    this.#drop(entry.worker);
  }

  #drop(worker: Worker): void {
    this.#all.delete(worker);
    void worker.terminate();
    const next = this.#queue.shift();
    if (next) next(this.#start());
  }
}

/** Whether a tool will look at its standard input: waiting for its end must not hold up one that reads files only. */
function readsInput(name: string, args: readonly string[]): boolean {
  if (['seq', 'expr', 'tree', 'du', 'file'].includes(name)) return false;
  const operands = args.filter((word) => word === '-' || !word.startsWith('-'));
  if (operands.includes('-') || operands.includes('/dev/stdin')) return true;
  const scripts =
    ['awk', 'sed', 'jq', 'yq'].includes(name) && !args.some((word) => word === '-e' || word === '-f') ? 1 : 0;
  const values = args.filter(
    (word, index) => index > 0 && takesValue(name, args[index - 1]!) && !word.startsWith('-'),
  ).length;
  if (name === 'tr') return true;
  if (name === 'diff' || name === 'comm' || name === 'join') return operands.length < 2;
  return operands.length - values <= scripts;
}

const valueFlags: Readonly<Record<string, string>> = {
  awk: 'Fvf',
  sed: 'ef',
  cut: 'dfcb',
  sort: 'ktoS',
  uniq: 'fsw',
  fold: 'w',
  paste: 'd',
  od: 'ANjt',
  nl: 'bvwis',
  column: 'sc',
  base64: 'w',
  split: 'lbna',
  strings: 'n',
};

function takesValue(name: string, flag: string): boolean {
  return /^-[A-Za-z]$/.test(flag) && (valueFlags[name] ?? '').includes(flag[1]!);
}

async function answer(
  worker: Worker,
  files: ProcessFiles,
  message: Extract<FromWorker, { type: 'files' }>,
): Promise<void> {
  const { call, method, parameters } = message;
  let reply: ToWorker;
  try {
    if (!methods.has(method)) throw new Error(`no such file access: ${method}`);
    const operation = files[method as 'stat'] as (...values: unknown[]) => Promise<unknown>;
    reply = { type: 'files', call, value: await operation.apply(files, [...parameters]) };
  } catch (error) {
    reply = {
      type: 'files',
      call,
      error: error instanceof Error ? error.message : String(error),
      code: errorCode(error),
    };
  }
  worker.postMessage(reply);
}
