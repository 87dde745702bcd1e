import type { FileHandle } from 'node:fs/promises';

/** As much of tar (POSIX ustar) as one archive of regular files takes, so that any tar can list what is in it. */

export const blockSize = 512;
/** The largest size that a header can say: 11 octal digits. */
const largest = 8 ** 11 - 1;

export interface Entry {
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  /** Where its bytes begin. */
  readonly offset: number;
  /** Where the next header is. */
  readonly end: number;
}

export function padded(size: number): number {
  return Math.ceil(size / blockSize) * blockSize;
}

/** @throws RangeError where the name or the size does not fit */
export function header(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new RangeError(`${name} is too long a name for a tar archive`);
  if (size > largest) throw new RangeError(`${name} is too large for a tar archive: ${size} bytes`);
  const block = Buffer.alloc(blockSize);
  block.write(name, 0);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  block.write(`${'0'.repeat(11)}\0`, 136);
  block.write('0', 156);
  block.write('ustar\0', 257);
  block.write('00', 263);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** The entry whose header is at `position`; undefined where there is none, or not all of it. */
export async function entryAt(file: FileHandle, position: number): Promise<Entry | undefined> {
  const block = Buffer.alloc(blockSize);
  const { bytesRead } = await file.read(block, 0, blockSize, position);
  if (bytesRead < blockSize || Number.parseInt(block.toString('latin1', 148, 154), 8) !== checksum(block)) {
    return undefined;
  }
  const { name, size } = readHeader(block);
  const offset = position + blockSize;
  return { name, size, offset, end: offset + padded(size) };
}

/** What a header says, whose checksum nobody has looked at: the name as far as the first field holds it, and bytes. */
export function readHeader(block: Buffer): Pick<Entry, 'name' | 'size'> {
  return {
    name: block.toString('utf8', 0, 100).replace(/\0.*$/s, ''),
    size: Number.parseInt(block.toString('latin1', 124, 136), 8),
  };
}

/** Of all bytes of a header, its own field taken as spaces. */
function checksum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (const [index, byte] of block.entries()) if (index < 148 || index >= 156) sum += byte;
  return sum;
}
