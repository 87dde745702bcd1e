import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline, type Readable, Transform, Writable } from 'node:stream';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { ProviderError } from '../provider.ts';
import { blockSize, type Entry, entryAt, header, padded } from './tar.ts';

/**
 * A bundle is a tar archive: what it is, then each part followed by what is known of it, its checksum included, then
 * an end. So a copy that was cut short, or damaged on the way, is known for one.
 */

const headName = 'ordinal-bundle.json';
const endName = 'end.json';
const noteName = (part: string) => `${part}.json`;

const headSchema = z.object({
  format: z.literal(1),
  /** The version of Ordinal that made it. */
  product: z.string(),
  /** "x64", as Node names it: what the images and programs run on. */
  architecture: z.string(),
});
export type BundleHead = z.infer<typeof headSchema>;

const aboutSchema = z.discriminatedUnion('type', [
  /** As `docker save | gzip` makes them: by name, the ID that Docker has for it. `bytes` is their size in Docker. */
  z.object({ type: z.literal('images'), images: z.record(z.string(), z.string()), bytes: z.number() }),
  /** `platform` is "linux-x64". */
  z.object({
    type: z.literal('program'),
    program: z.enum(['kind', 'kubectl']),
    version: z.string().regex(/^v[\d.]+$/),
    platform: z.string().regex(/^[a-z0-9]+-[a-z0-9]+$/),
  }),
]);
export type About = z.infer<typeof aboutSchema>;

const noteSchema = z.object({ sha256: z.string(), about: aboutSchema });

export interface Part {
  readonly name: string;
  readonly about: About;
  readonly sha256: string;
  readonly entry: Entry;
}

const damaged = (file: string, what: string) =>
  new ProviderError(`The bundle ${file} is damaged: ${what}.`, 'Copy it again from where it was made.');

/** A bundle that is whole, as far as can be told without reading every byte of it. */
export class BundleReader {
  readonly head: BundleHead;
  readonly parts: readonly Part[];
  readonly #file: FileHandle;
  readonly #path: string;

  private constructor(file: FileHandle, path: string, head: BundleHead, parts: readonly Part[]) {
    this.#file = file;
    this.#path = path;
    this.head = head;
    this.parts = parts;
  }

  /** Rejects with ProviderError for a file that is none, is damaged or ends early. */
  static async open(path: string): Promise<BundleReader> {
    const file = await open(path).catch((error: NodeJS.ErrnoException) => {
      throw new ProviderError(`${path} cannot be read: ${error.code}.`, 'Name a file that is there.');
    });
    try {
      const contents = await contentsOf(file);
      if (!contents) {
        throw new ProviderError(
          `${path} is not a bundle of Ordinal.`,
          'Name one that was made with: ordinal bundle create FILE',
        );
      }
      if (!contents.whole) throw damaged(path, 'it ends early');
      return new BundleReader(file, path, contents.head, contents.parts);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Reads a part to its end, and rejects where its bytes are not those that were put in. */
  async verify(part: Part, progress: (done: number) => void, signal: AbortSignal): Promise<void> {
    const hash = createHash('sha256');
    for await (const chunk of this.read(part, progress)) {
      signal.throwIfAborted();
      hash.update(chunk as Buffer);
    }
    const found = hash.digest('hex');
    if (found !== part.sha256) {
      throw damaged(this.#path, `${part.name} has the checksum ${found}, expected ${part.sha256}`);
    }
  }

  /** @param progress told of the bytes so far */
  read({ entry: { offset, size } }: Part, progress: (done: number) => void = () => {}): Readable {
    const position = { start: offset, end: offset + size - 1 };
    const bytes = this.#file.createReadStream({ ...position, autoClose: false, highWaterMark: 2 ** 20 });
    return pipeline(bytes, counted(progress), () => {});
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Adds parts to a file, after those that an earlier attempt which was interrupted has left whole. */
export class BundleWriter {
  readonly #file: FileHandle;
  readonly #left: Part[];
  #position: number;

  private constructor(file: FileHandle, left: Part[], position: number) {
    this.#file = file;
    this.#left = left;
    this.#position = position;
  }

  static async open(path: string, head: BundleHead): Promise<BundleWriter> {
    const file = await open(path, 'r+').catch(() => open(path, 'w+'));
    const contents = await contentsOf(file);
    if (contents && isDeepStrictEqual(contents.head, head)) {
      const { parts } = contents;
      return new BundleWriter(file, [...parts], contents.start);
    }
    await file.truncate(0);
    const writer = new BundleWriter(file, [], 0);
    await writer.#json(headName, head);
    return writer;
  }

  /**
   * Adds a part that `write` brings forth, unless it is the next of those that are there. Resolves with whether it
   * was there.
   */
  async add(name: string, about: About, write: (sink: Writable) => Promise<void>): Promise<boolean> {
    const left = this.#left.shift();
    if (left && left.name === name && isDeepStrictEqual(left.about, about)) {
      const note = await entryAt(this.#file, left.entry.end);
      this.#position = note!.end;
      return true;
    }
    this.#left.length = 0;
    await this.#file.truncate(this.#position);
    const start = this.#position;
    const hash = createHash('sha256');
    let size = 0;
    const sink = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        hash.update(chunk);
        this.#file.write(chunk, 0, chunk.length, start + blockSize + size).then(() => {
          size += chunk.length;
          done();
        }, done);
      },
    });
    await write(sink);
    const end = start + blockSize + padded(size);
    await this.#file.truncate(end);
    // Only now is there a header: what was interrupted before is no part.
    await this.#file.write(header(name, size), 0, blockSize, start);
    this.#position = end;
    await this.#json(noteName(name), { sha256: hash.digest('hex'), about });
    await this.#file.sync();
    return false;
  }

  /** Says that nothing is missing. */
  async finish(): Promise<void> {
    await this.#file.truncate(this.#position);
    await this.#json(endName, {});
    await this.#file.truncate(this.#position + 2 * blockSize);
    await this.#file.sync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #json(name: string, value: unknown): Promise<void> {
    const text = Buffer.from(`${JSON.stringify(value, null, 2)}\n`);
    const block = Buffer.alloc(blockSize + padded(text.length));
    header(name, text.length).copy(block);
    text.copy(block, blockSize);
    await this.#file.write(block, 0, block.length, this.#position);
    this.#position += block.length;
  }
}

/** Tells of the bytes that pass. */
export function counted(tell: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytes += chunk.length;
      tell(bytes);
      done(null, chunk);
    },
  });
}

/** What a file holds: the parts that are whole, and whether its end was written. Undefined for another kind of file. */
async function contentsOf(
  file: FileHandle,
): Promise<{ head: BundleHead; start: number; parts: Part[]; whole: boolean } | undefined> {
  const { size } = await file.stat();
  const first = await entryAt(file, 0);
  const head = first?.name === headName ? headSchema.safeParse(await json(file, first)) : undefined;
  if (!first || !head?.success) return undefined;
  const parts: Part[] = [];
  const contents = { head: head.data, start: first.end, parts };
  for (let position = first.end; ; ) {
    const entry = await entryAt(file, position);
    if (entry?.name === endName && entry.end <= size) return { ...contents, whole: true };
    const note = entry && entry.end < size ? await entryAt(file, entry.end) : undefined;
    if (!entry || !note || note.name !== noteName(entry.name) || note.end > size) return { ...contents, whole: false };
    const read = noteSchema.safeParse(await json(file, note));
    if (!read.success) return { ...contents, whole: false };
    parts.push({ name: entry.name, entry, ...read.data });
    position = note.end;
  }
}

async function json(file: FileHandle, { offset, size }: Entry): Promise<unknown> {
  const text = Buffer.alloc(Math.min(size, 2 ** 20));
  await file.read(text, 0, text.length, offset);
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}
