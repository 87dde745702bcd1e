import { IoError, type OpenFile } from './open-file.ts';

const capacity = 64 * 1024;

/** A pipe as the kernel has it: 64 KiB, a writer waits for room, a reader for data; EPIPE once no reader is left. */
export class Pipe {
  readonly reader: OpenFile;
  readonly writer: OpenFile;
  #chunks: Uint8Array[] = [];
  #size = 0;
  #writable = true;
  #readable = true;
  #wakeReaders: (() => void)[] = [];
  #wakeWriters: (() => void)[] = [];

  constructor(inode: number) {
    const name = `pipe:[${inode}]`;
    this.reader = {
      name,
      read: (max) => this.#read(max),
      readUntil: (delimiter, max) => this.#readUntil(delimiter, max),
      close: () => {
        this.#readable = false;
        this.#chunks = [];
        this.#wake();
      },
    };
    this.writer = {
      name,
      write: (data) => this.#write(data),
      close: () => {
        this.#writable = false;
        this.#wake();
      },
    };
  }

  async #read(max: number): Promise<Uint8Array | undefined> {
    while (this.#size === 0) {
      if (!this.#writable || !this.#readable) return undefined;
      await new Promise<void>((resolve) => this.#wakeReaders.push(resolve));
    }
    return this.#take(max);
  }

  async #readUntil(delimiter: number, max: number): Promise<Uint8Array | undefined> {
    const parts: Uint8Array[] = [];
    let length = 0;
    while (length < max) {
      const chunk = await this.#read(0);
      if (!chunk) break;
      const head = this.#chunks[0]!;
      const at = head.indexOf(delimiter);
      const part = this.#take(Math.min(max - length, at < 0 ? head.length : at + 1));
      parts.push(part);
      length += part.length;
      if (at >= 0 && part.at(-1) === delimiter) break;
    }
    return length === 0 ? undefined : concat(parts, length);
  }

  #take(max: number): Uint8Array {
    const head = this.#chunks[0]!;
    if (max === 0) return head.subarray(0, 0);
    let part = head;
    if (head.length > max) {
      part = head.subarray(0, max);
      this.#chunks[0] = head.subarray(max);
    } else {
      this.#chunks.shift();
    }
    this.#size -= part.length;
    if (this.#size < capacity) this.#wake(this.#wakeWriters);
    return part;
  }

  #write(data: Uint8Array): Promise<void> | undefined {
    if (!this.#readable) throw new IoError('EPIPE', 'Broken pipe');
    if (data.length === 0) return undefined;
    if (this.#size + data.length <= capacity) {
      this.#put(data);
      return undefined;
    }
    return this.#writeInParts(data);
  }

  async #writeInParts(data: Uint8Array): Promise<void> {
    let offset = 0;
    while (offset < data.length) {
      if (!this.#readable) throw new IoError('EPIPE', 'Broken pipe');
      const room = capacity - this.#size;
      if (room > 0) {
        this.#put(data.subarray(offset, offset + room));
        offset += room;
      } else {
        await new Promise<void>((resolve) => this.#wakeWriters.push(resolve));
      }
    }
  }

  #put(data: Uint8Array): void {
    this.#chunks.push(data.slice());
    this.#size += data.length;
    this.#wake(this.#wakeReaders);
  }

  #wake(...lists: (() => void)[][]): void {
    for (const list of lists.length > 0 ? lists : [this.#wakeReaders, this.#wakeWriters]) {
      for (const wake of list.splice(0)) wake();
    }
  }
}

export function concat(parts: readonly Uint8Array[], length: number): Uint8Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
