import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { executable, makeFile } from '../fetch/files.ts';
import { cachedProgram, downloadProgram, type FindProgramOptions, firstThatWorks } from '../fetch/program.ts';
import { ProviderError } from '../provider.ts';
import { downloadBase, goPin, kindPins, kindVersion, oldestKind } from './pins.ts';
import { type Environment, Program } from './program.ts';

export interface Kind {
  readonly path: string;
  /** "v0.30.0" */
  readonly version: string;
  readonly source: 'path' | 'cache' | 'download' | 'go';
}

/**
 * The kind to work with: from PATH where one is new enough, else from our cache, else downloaded, else built by the Go
 * on PATH from kind's module. Rejects with ProviderError that names all the ways.
 */
export async function findKind(options: FindProgramOptions): Promise<Kind> {
  const { env, signal } = options;
  const platform = options.platform ?? process.platform;
  const key = `${platform}-${options.arch ?? process.arch}`;
  const suffix = platform === 'win32' ? '.exe' : '';
  const tried: string[] = [];

  for (const path of options.pinned ? [] : onPath(`kind${suffix}`, env)) {
    const version = await kindVersionOf(path, env, signal);
    if (version && !older(version, oldestKind)) return { path, version, source: 'path' };
    tried.push(version ? `${path} is ${version}, older than ${oldestKind}` : `${path} does not run`);
  }
  if (tried.length === 0 && !options.pinned) tried.push('PATH has no kind');

  const path = cachedProgram(options.cacheFolder, 'kind', kindVersion, key);
  const found = (source: Kind['source']): Kind => ({ path, version: kindVersion, source });
  if (executable(path) && (await kindVersionOf(path, env, signal)) === kindVersion) return found('cache');

  if (options.offline) tried.push('fetching one was not allowed');
  else {
    const ways = [
      ['download', () => fromRelease(options, key, path)],
      ['go', () => fromGo(options, suffix, path)],
    ] as const;
    const source = await firstThatWorks(ways, tried, signal);
    if (source) return found(source);
  }
  throw new ProviderError(
    `There is no kind to make a cluster with:\n${tried.map((line) => `  - ${line}`).join('\n')}`,
    `install kind ${oldestKind} or later so that it is on PATH (https://kind.sigs.k8s.io/docs/user/quick-start/), ` +
      `or put one at ${path}, or set HTTPS_PROXY so that ${downloadBase} can be reached, then start again`,
  );
}

async function fromRelease(options: FindProgramOptions, key: string, path: string): Promise<void> {
  const pin = (options.pins ?? kindPins)[key];
  if (!pin) throw new Error(`kind is not downloaded for ${key}: its checksum is not known here`);
  const url = `${options.downloadBase ?? downloadBase}/${pin.path}`;
  await downloadProgram({ ...options, name: 'kind', version: kindVersion, url, sha256: pin.sha256, path });
}

/** The module's checksum is compared before anything of it is built. */
async function fromGo({ env, signal, progress }: FindProgramOptions, suffix: string, path: string): Promise<void> {
  const [program] = onPath(`go${suffix}`, env);
  if (!program) throw new Error('there is no Go on PATH that could build it');
  const go = new Program(program, env);
  progress(`building kind ${kindVersion} with Go`);
  const { Sum: sum } = JSON.parse(await go.run(['mod', 'download', '-json', goPin.module], { signal })) as {
    Sum?: string;
  };
  if (sum !== goPin.sum)
    throw new Error(`the Go module ${goPin.module} has the checksum ${sum}, expected ${goPin.sum}`);
  const folder = await mkdtemp(join(tmpdir(), 'ordinal-kind-'));
  try {
    await makeFile(path, 0o755, async (file) => {
      await go.run(['install', '-trimpath', goPin.module], { signal, env: { GOBIN: folder } });
      await copyFile(join(folder, `kind${suffix}`), file);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** "v0.30.0"; undefined where the program does not run or is no kind. */
async function kindVersionOf(path: string, env: Environment, signal: AbortSignal): Promise<string | undefined> {
  try {
    const said = await new Program(path, env).run(['version'], { signal, timeout: 10_000 });
    return /^kind (v\d+\.\d+\.\d+\S*)/.exec(said)?.[1];
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

export function onPath(name: string, env: Environment): string[] {
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  return [...new Set(folders.map((folder) => join(folder, name)))].filter(executable);
}

function older(version: string, than: string): boolean {
  const [major = 0, minor = 0] = numbers(version);
  const [otherMajor = 0, otherMinor = 0] = numbers(than);
  return major !== otherMajor ? major < otherMajor : minor < otherMinor;
}

function numbers(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}
