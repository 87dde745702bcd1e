import type { MemoryFileSystem } from '../../storage/memory-filesystem.ts';

/** What an image says of how it is run. */
export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly stopSignal?: 'SIGTERM' | 'SIGQUIT' | 'SIGWINCH' | 'SIGINT';
}

/** Images that differ only in their tags: what a registry would have under one or several names. */
export interface ImageFamily {
  /** In full: "docker.io/library/busybox". The first is how lists and hints show it. */
  readonly repositories: readonly string[];
  /** Whether there is such a tag, under that one of its names. Families may share a name and part its tags. */
  hasTag(tag: string, repository: string): boolean;
  readonly sizeBytes: number;
  readonly config: ImageConfig;
  /** Puts the image's files in place. Runs once; containers start from a snapshot. */
  build(files: MemoryFileSystem): Promise<void>;
}

/** The content of an executable file that runs one of the built-in programs. */
export function executable(program: string): Uint8Array {
  return new TextEncoder().encode(`\x7fELF\x02\x01\x01\0ordinal program:${program}\n`);
}

/** The program that an executable file's content names; undefined for any other content. */
export function programIn(content: Uint8Array): string | undefined {
  if (content[0] !== 0x7f || content[1] !== 0x45) return undefined;
  return /ordinal program:(\S+)/.exec(new TextDecoder().decode(content.subarray(0, 128)))?.[1];
}
