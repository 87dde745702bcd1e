import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

/** The built program; ORDINAL_PROGRAM names another build of it, an installed package's for instance. */
export const program = process.env.ORDINAL_PROGRAM ?? resolve(import.meta.dirname, '../../../dist/ordinal.js');

/** kubectl as `npm test` found it, else the one on PATH. Tests that need it are skipped where there is none. */
export const kubectlPath = process.env.ORDINAL_KUBECTL ?? onPath('kubectl');

/** For the title of what is skipped. */
export const withoutKubectl = kubectlPath ? '' : ' (skipped: there is no kubectl, ORDINAL_KUBECTL is not set)';

/** What our stand-in is compared with, and what tells which lessons have changed: most systems have both. */
export const curlPath = onPath('curl');
export const gitPath = onPath('git');

export interface Result {
  /** The exit code; 128 and more for a process that a signal ended, as shells count. */
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions extends Pick<SpawnOptions, 'cwd' | 'env'> {
  readonly input?: string;
}

/** Runs a command to its end, whatever its exit code. Rejects where it cannot be started. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const { input = '', ...rest } = options;
  const child = spawn(command, args, { ...rest, stdio: 'pipe' });
  child.stdin.on('error', () => {}); // It may end without having read everything.
  child.stdin.end(input);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), exitCode(child)]);
  return { code, out, err };
}

/** Runs the built program to its end. */
export function ordinal(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  return run(process.execPath, [program, ...args], options);
}

export function exitCode(child: ChildProcess): Promise<number> {
  return new Promise((resolveCode, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolveCode(code ?? 128 + (signal === 'SIGKILL' ? 9 : 15)));
  });
}

/** The first line of a process's output that matches; rejects with everything it said where it ends before. */
export function lineOf(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray> {
  let said = '';
  return new Promise((found, reject) => {
    const look = (chunk: Buffer) => {
      said += chunk.toString();
      for (const line of said.split('\n').slice(0, -1)) {
        const match = pattern.exec(line);
        if (match) return found(match);
      }
    };
    child.stdout?.on('data', look);
    child.stderr?.on('data', look);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`it ended with exit code ${code} before ${pattern}:\n${said}`)));
  });
}

export function onPath(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
}
