import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

const program = resolve(import.meta.dirname, '../../dist/ordinal.js');

/** The built program with a data folder of its own, which outlives its processes. */
export class Ordinal {
  readonly folder = mkdtempSync(join(tmpdir(), 'ordinal-learner-'));
  #process: ChildProcess | undefined;

  /** Resolves with the link that lets the browser in. */
  async start(): Promise<string> {
    const child = spawn(process.execPath, [program, 'learn', '--no-open', '--data', this.folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    return new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`the program ended with exit code ${code} before it served`)));
      createInterface({ input: child.stdout! }).on('line', (line) => {
        const link = /http:\S+/.exec(line)?.[0];
        if (link) resolve(link);
      });
    });
  }

  /** SIGTERM lets it finish what it does; SIGKILL does not. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  async remove(): Promise<void> {
    await this.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
