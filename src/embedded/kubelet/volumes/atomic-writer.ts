import type { Clock } from '../../clock.ts';
import { MemoryFileSystem } from '../../storage/memory-filesystem.ts';
import { setGroup } from './ownership.ts';

export interface ProjectedFile {
  readonly data: Uint8Array;
  readonly mode: number;
  /** Who owns it; root when absent. */
  readonly user?: number;
}

/** By relative path: "ca.crt", "deep/er/pass". */
export type Payload = ReadonlyMap<string, ProjectedFile>;

const dataLink = '/..data';

/**
 * A volume whose files change all at once (pkg/volume/util's AtomicWriter): they lie in a folder named by the time,
 * "..data" points to that folder, and each visible name leads through "..data". Renaming that one link puts a new
 * content in place.
 */
export class AtomicVolume {
  readonly files: MemoryFileSystem;
  readonly #clock: Clock;
  readonly #group: number | undefined;
  #current: { readonly folder: string; readonly payload: Payload } | undefined;
  #writes = 0;

  constructor(clock: Clock, group: number | undefined) {
    this.#clock = clock;
    this.#group = group;
    this.files = new MemoryFileSystem(clock);
  }

  /** Does nothing where the content is the same already. */
  async write(payload: Payload): Promise<void> {
    const { files } = this;
    const before = this.#current;
    if (before && samePayload(before.payload, payload)) return;
    if (!before) await files.chmod('/', this.#group === undefined ? 0o1777 : 0o3777);
    if (!before && this.#group !== undefined) await files.chown('/', 0, this.#group);
    const folder = this.#folderName();
    await files.mkdir(`/${folder}`);
    for (const [path, { data, mode, user }] of payload) {
      const full = `/${folder}/${path}`;
      await files.mkdir(full.slice(0, full.lastIndexOf('/')), { recursive: true });
      await files.writeFile(full, data, { mode });
      await files.chmod(full, mode);
      if (user !== undefined) await files.chown(full, user, 0);
    }
    if (this.#group !== undefined) await setGroup(files, `/${folder}`, this.#group, true);
    await files.symlink(folder, `${dataLink}_tmp`);
    await files.rename(`${dataLink}_tmp`, dataLink);
    this.#current = { folder, payload };
    await this.#link(before?.payload ?? new Map(), payload);
    if (before) await files.rm(`/${before.folder}`, { recursive: true });
  }

  async #link(before: Payload, after: Payload): Promise<void> {
    const old = new Set([...before.keys()].map(visibleName));
    const wanted = new Set([...after.keys()].map(visibleName));
    for (const name of wanted) if (!old.has(name)) await this.files.symlink(`..data/${name}`, `/${name}`);
    for (const name of old) if (!wanted.has(name)) await this.files.rm(`/${name}`);
  }

  /** "..2026_11_21_12_38_04.580916538": the time, and a number that tells two writes of one second apart. */
  #folderName(): string {
    const now = this.#clock.now();
    const time = new Date(now).toISOString().slice(0, 19).replace(/[-:T]/g, '_');
    return `..${time}.${(now % 1000) * 1_000_000 + ++this.#writes}`;
  }
}

function visibleName(path: string): string {
  return path.split('/')[0]!;
}

function samePayload(one: Payload, other: Payload): boolean {
  if (one.size !== other.size) return false;
  return [...one].every(([path, { data, mode }]) => {
    const match = other.get(path);
    return match?.mode === mode && Buffer.compare(data, match.data) === 0;
  });
}
