import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** The built program; ORDINAL_PROGRAM names another build of it. */
export const program = process.env.ORDINAL_PROGRAM ?? resolve('dist/ordinal.js');

const execute = promisify(execFile);

/** A process of the built program with a folder of its own. */
export class Program {
  private constructor(
    readonly child: ChildProcess,
    readonly folder: string,
    /** The match of the line that was waited for. */
    readonly line: RegExpExecArray,
  ) {}

  get kubeconfig(): string {
    return join(this.folder, 'kubeconfig');
  }

  static cluster(...args: string[]): Promise<Program> {
    return Program.start(
      (folder) => ['cluster', 'up', '--kubeconfig', join(folder, 'kubeconfig'), ...args],
      /^ready in/,
    );
  }

  static durableCluster(...args: string[]): Promise<Program> {
    return Program.start(
      (folder) => [
        'cluster',
        'up',
        '--kubeconfig',
        join(folder, 'kubeconfig'),
        '--data',
        join(folder, 'data'),
        ...args,
      ],
      /^ready in/,
    );
  }

  /** Resolves at the first line of its output that matches. */
  static async start(args: (folder: string) => readonly string[], ready: RegExp): Promise<Program> {
    const folder = mkdtempSync(join(tmpdir(), 'ordinal-bench-'));
    const child = spawn(process.execPath, [program, ...args(folder)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const line = await new Promise<RegExpExecArray>((found, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => reject(new Error(`${args(folder).join(' ')} ended with exit code ${code}`)));
      createInterface({ input: child.stdout! }).on('line', (text) => {
        const match = ready.exec(text);
        if (match) found(match);
      });
    });
    return new Program(child, folder, line);
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** MiB of memory that the process holds now. */
  async memory(): Promise<number> {
    return residentMemory(this.child.pid!);
  }
}

/** MiB, as the system counts them. */
export async function residentMemory(pid: number): Promise<number> {
  if (process.platform === 'linux') {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;
  }
  const { stdout } = await execute('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout) / 1024;
}

/** Milliseconds that a process has computed for since it started, in steps of 10; undefined where the system does not say. */
export function processorTime(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10;
}

/** Runs a command that must succeed; what it prints. */
export async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const { stdout } = await execute(command, args, { env: { ...process.env, ...env }, maxBuffer: 2 ** 28 });
  return stdout;
}
