import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kubectlPath, program, type Result, run } from '../integration/support/program.ts';

/** Set by scripts/test-kind.mjs, which removes the cluster of the folder afterwards. */
export const folder = process.env.ORDINAL_KIND_FOLDER ?? mkdtempSync(join(tmpdir(), 'ordinal-kind-'));
export const unavailable = process.env.ORDINAL_KIND_FOLDER
  ? process.env.ORDINAL_KIND_UNAVAILABLE
  : 'run these with npm run test:kind';

/** A home that nobody uses: what kind or we wrote into a user's settings would be seen there. */
export const home = join(folder, '../home');
mkdirSync(home, { recursive: true });
const { KUBECONFIG: _, ...rest } = process.env;
export const env: NodeJS.ProcessEnv = { ...rest, HOME: home };

export const kubeconfig = join(folder, 'kind', 'kubeconfig');

export function ordinal(args: readonly string[], changes: NodeJS.ProcessEnv = {}): Promise<Result> {
  return run(process.execPath, [program, ...args], { env: { ...env, ...changes } });
}

export function up(data = folder, ...args: string[]): Promise<Result> {
  return ordinal(['cluster', 'up', '--provider', 'kind', '--data', data, ...args]);
}

/** The same, to be killed on the way. */
export function beginUp(data = folder): ChildProcess {
  return spawn(process.execPath, [program, 'cluster', 'up', '--provider', 'kind', '--data', data], { env });
}

export function kubectl(...args: string[]): Promise<Result> {
  return run(kubectlPath ?? 'kubectl', args, { env: { ...env, KUBECONFIG: kubeconfig } });
}

/** Standard output of docker; rejects where it fails. */
export async function docker(...args: string[]): Promise<string> {
  const { code, out, err } = await run('docker', args, { env });
  if (code !== 0) throw new Error(`docker ${args.join(' ')}: ${err}`);
  return out.trim();
}

/** Names of the cluster's containers, stopped ones too. */
export async function containers(cluster: string): Promise<string[]> {
  const out = await docker('ps', '-a', '--filter', `label=io.x-k8s.kind.cluster=${cluster}`, '--format', '{{.Names}}');
  return out.split('\n').filter(Boolean).sort();
}
