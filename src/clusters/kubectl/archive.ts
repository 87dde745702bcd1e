import { createReadStream, createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflateRaw } from 'node:zlib';
import { blockSize, padded, readHeader } from '../bundle/tar.ts';

/** Two files out of two archives, without holding either in memory: all that is asked of tar and zip here. */

/** Writes one file of a gzipped tar archive to `target`. Rejects where it is not in it. */
export async function extractFromTar(archive: string, name: string, target: string): Promise<void> {
  const source = createReadStream(archive);
  const blocks = source.pipe(createGunzip());
  source.on('error', (error) => blocks.destroy(error));
  const reader = new Bytes(blocks[Symbol.asyncIterator]() as AsyncIterator<Buffer>);
  for (;;) {
    const header = await reader.take(blockSize);
    if (header === undefined || header[0] === 0) throw new Error(`${archive} holds no ${name}`);
    const { name: path, size } = readHeader(header);
    if (path === name) {
      await pipeline(Readable.from(reader.through(size)), createWriteStream(target));
      blocks.destroy();
      source.destroy();
      return;
    }
    for await (const _ of reader.through(padded(size)));
  }
}

class Bytes {
  #rest: Buffer = Buffer.alloc(0);
  readonly #source: AsyncIterator<Buffer>;

  constructor(source: AsyncIterator<Buffer>) {
    this.#source = source;
  }

  async take(length: number): Promise<Buffer | undefined> {
    while (this.#rest.length < length) {
      const { value, done } = await this.#source.next();
      if (done) return undefined;
      this.#rest = Buffer.concat([this.#rest, value]);
    }
    const taken = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(length);
    return taken;
  }

  async *through(length: number): AsyncGenerator<Buffer> {
    let left = length;
    while (left > 0) {
      if (this.#rest.length === 0) {
        const { value, done } = await this.#source.next();
        if (done) throw new Error('the archive ends too early');
        this.#rest = value;
      }
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }
}

/** Writes one file of a zip archive to `target`. Rejects where it is not in it. */
export async function extractFromZip(archive: string, name: string, target: string): Promise<void> {
  const file = await open(archive);
  let start: number;
  let size: number;
  let method: number;
  try {
    const entry = await findEntry(file, name);
    if (!entry) throw new Error(`${archive} holds no ${name}`);
    ({ size, method } = entry);
    const { buffer } = await file.read(Buffer.alloc(30), 0, 30, entry.offset);
    start = entry.offset + 30 + buffer.readUInt16LE(26) + buffer.readUInt16LE(28);
  } finally {
    await file.close();
  }
  const packed = createReadStream(archive, { start, end: start + size - 1 });
  if (method === 0) await pipeline(packed, createWriteStream(target));
  else if (method === 8) await pipeline(packed, createInflateRaw(), createWriteStream(target));
  else throw new Error(`${archive} packs ${name} by method ${method}, which is not known here`);
}

async function findEntry(file: Awaited<ReturnType<typeof open>>, name: string) {
  const { size: length } = await file.stat();
  const tail = Math.min(length, 65_557);
  const { buffer: end } = await file.read(Buffer.alloc(tail), 0, tail, length - tail);
  const mark = end.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (mark < 0) throw new Error('it is no zip archive');
  const directorySize = end.readUInt32LE(mark + 12);
  const directoryStart = end.readUInt32LE(mark + 16);
  const { buffer: directory } = await file.read(Buffer.alloc(directorySize), 0, directorySize, directoryStart);
  for (let at = 0; at + 46 <= directory.length; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    if (directory.toString('utf8', at + 46, at + 46 + nameLength) === name) {
      return {
        method: directory.readUInt16LE(at + 10),
        size: directory.readUInt32LE(at + 20),
        offset: directory.readUInt32LE(at + 42),
      };
    }
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return undefined;
}
