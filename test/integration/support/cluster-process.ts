import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { KubeConfig } from '@kubernetes/client-node';
import { kubectlPath, lineOf, program, type Result, type RunOptions, run } from './program.ts';

export interface ClusterOptions {
  /** Keeps the cluster in its folder, so that it can be started again; in memory when absent. */
  readonly kept?: boolean;
  /** More arguments of `cluster up`; `--speed max` unless they say another. */
  readonly args?: readonly string[];
}

/** `ordinal cluster up` as a process of its own, with a folder of its own that outlives the process. */
export class ClusterProcess {
  readonly folder = mkdtempSync(join(tmpdir(), 'ordinal-integration-'));
  readonly kubeconfig = join(this.folder, 'kubeconfig');
  readonly data = join(this.folder, 'data');
  readonly #options: ClusterOptions;
  readonly #helpers = new Set<ChildProcess>();
  #process: ChildProcess | undefined;

  constructor(options: ClusterOptions = {}) {
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
    for (const helper of this.#helpers) helper.kill('SIGKILL');
    await this.end('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** kubectl's answer, whatever it is. */
  attempt(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    return run(kubectlPath!, args, { env: this.environment, ...options });
  }

  /** What kubectl prints; throws with what it complains about. */
  async kubectl(...args: string[]): Promise<string> {
    const { code, out, err } = await this.attempt(args);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: exit code ${code}\n${err}${out}`);
    return out;
  }

  /** `kubectl apply -f -`, and more arguments. */
  async apply(manifest: string, ...args: string[]): Promise<string> {
    const { code, out, err } = await this.attempt(['apply', '-f', '-', ...args], { input: manifest });
    if (code !== 0) throw new Error(`kubectl apply ${args.join(' ')}: exit code ${code}\n${err}${out}`);
    return out;
  }

  /** A kubectl that goes on in the background (proxy, port-forward, get --watch) until the cluster is removed. */
  background(...args: string[]): ChildProcess {
    const child = spawn(kubectlPath!, args, { env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#helpers.add(child);
    return child;
  }

  /** The address of a `kubectl proxy` on a port that is free. */
  async proxy(): Promise<string> {
    const [, address] = await lineOf(this.background('proxy', '--port=0'), /Starting to serve on (\S+)/);
    return `http://${address}`;
  }

  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, KUBECONFIG: this.kubeconfig, HOME: this.folder };
  }

  /** For client-node: the kubeconfig as it was written, its CA and token included. */
  config(): KubeConfig {
    const config = new KubeConfig();
    config.loadFromFile(this.kubeconfig);
    return config;
  }
}
