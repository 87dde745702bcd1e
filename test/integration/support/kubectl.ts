import { type ChildProcess, spawn } from 'node:child_process';
import { kubectlPath, lineOf, type Result, type RunOptions, run } from './program.ts';

/** The real kubectl with one kubeconfig, and in one namespace where it is given. */
export class Kubectl {
  readonly kubeconfig: string;
  /** A home of its own: kubectl caches there what it has discovered. */
  readonly folder: string;
  readonly namespace: string | undefined;
  readonly #helpers = new Set<ChildProcess>();

  constructor(kubeconfig: string, folder: string, namespace?: string) {
    this.kubeconfig = kubeconfig;
    this.folder = folder;
    this.namespace = namespace;
  }

  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, KUBECONFIG: this.kubeconfig, HOME: this.folder };
  }

  /** kubectl's answer, whatever it is. */
  attempt(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    return run(kubectlPath!, [...this.#where, ...args], { env: this.environment, ...options });
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

  /** A kubectl that goes on in the background (proxy, port-forward, get --watch) until `endHelpers`. */
  background(...args: string[]): ChildProcess {
    const stdio = ['ignore' as const, 'pipe' as const, 'pipe' as const];
    const child = spawn(kubectlPath!, [...this.#where, ...args], { env: this.environment, stdio });
    this.#helpers.add(child);
    child.once('close', () => this.#helpers.delete(child));
    return child;
  }

  /** The first line that matches, of a kubectl that would go on (get --watch, logs -f). */
  async lineOf(pattern: RegExp, ...args: string[]): Promise<string> {
    const child = this.background(...args);
    try {
      return (await lineOf(child, pattern)).input;
    } finally {
      child.kill('SIGKILL');
    }
  }

  endHelpers(): void {
    for (const helper of this.#helpers) helper.kill('SIGKILL');
  }

  get #where(): string[] {
    return this.namespace === undefined ? [] : [`--namespace=${this.namespace}`];
  }
}
