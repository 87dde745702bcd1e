import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { KubeConfig } from '@kubernetes/client-node';
import { Kubectl } from './kubectl.ts';
import { lineOf, program } from './program.ts';

export interface ClusterOptions {
  /** Keeps the cluster in its folder, so that it can be started again; in memory when absent. */
  readonly kept?: boolean;
  /** More arguments of `cluster up`; `--speed max` unless they say another. */
  readonly args?: readonly string[];
}

/** `ordinal cluster up` as a process of its own, with a folder of its own that outlives the process. */
export class ClusterProcess extends Kubectl {
  readonly data = join(this.folder, 'data');
  readonly #options: ClusterOptions;
  #process: ChildProcess | undefined;

  constructor(options: ClusterOptions = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'ordinal-integration-'));
    super(join(folder, 'kubeconfig'), folder);
    this.#options = options;
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  /** Resolves once the cluster says that it is ready. */
  async start(): Promise<this> {
    const { kept, args = [] } = this.#options;
    const child = spawn(
      process.execPath,
      [
        program,
        'cluster',
        'up',
        ...['--kubeconfig', this.kubeconfig],
        ...(kept ? ['--data', this.data] : []),
        ...(args.includes('--speed') ? [] : ['--speed', 'max']),
        ...args,
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    this.#process = child;
    await lineOf(child, /^ready in \d+ ms$/);
    return this;
  }

  /** Everything it prints on standard error from now until it ends. */
  said(): Promise<string> {
    return text(this.#process!.stderr!);
  }

  /** Resolves with the exit code when it ends by itself. */
  async ended(): Promise<number | null> {
    const child = this.#process!;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.exitCode;
  }

  /** SIGTERM lets it finish what it does; SIGKILL does not. Resolves with the exit code, null after a signal. */
  async end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (!child) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  }

  async remove(): Promise<void> {
    this.endHelpers();
    await this.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The address of a `kubectl proxy` on a port that is free. */
  async proxy(): Promise<string> {
    const [, address] = await lineOf(this.background('proxy', '--port=0'), /Starting to serve on (\S+)/);
    return `http://${address}`;
  }

  /** For client-node: the kubeconfig as it was written, its CA and token included. */
  config(): KubeConfig {
    const config = new KubeConfig();
    config.loadFromFile(this.kubeconfig);
    return config;
  }
}
