import { closeSync, ftruncateSync, openSync, readdirSync, readFileSync, rmSync, truncateSync, write } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

/** On a thread of Node's: a disk that is slow for a moment holds up writes alone. */
const writePart = promisify(write);
const fileName = /^log-(\d+)$/;

/**
 * Records in files that are only ever appended to: log-1, log-2, … A record is a line of its checksum (CRC-32, eight
 * hexadecimal digits), a space, and the record as JSON.
 */
export class WriteAheadLog<T> {
  readonly #folder: string;
  #number: number;
  #file: number;
  /** Bytes in the file that is being appended to. */
  #size = 0;
  #found: T[];

  /**
   * Reads what is there already and removes what nobody was told of: all that comes after the first line that is not
   * whole. A process was killed while it wrote it, or it was not on the disk yet when the machine lost power.
   * @param folder exists
   */
  constructor(folder: string) {
    this.#folder = folder;
    const numbers = this.#numbers();
    this.#found = this.#recover(numbers);
    this.#number = (numbers.at(-1) ?? 0) + 1;
    this.#file = this.#create();
  }

  /** What was in the log when it was opened, oldest first. It is given once. */
  found(): readonly T[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** Bytes appended since the last `rotate`. */
  get size(): number {
    return this.#size;
  }

  /**
   * Once it resolves, the record is in the operating system's hands: it outlives this process, killed at any moment.
   * One at a time. Rejects with what the file system says, with nothing appended.
   */
  async append(record: T): Promise<void> {
    const json = Buffer.from(JSON.stringify(record));
    const line = Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.from('\n')]);
    try {
      for (let at = 0; at < line.length; ) at += (await writePart(this.#file, line, at)).bytesWritten;
    } catch (error) {
      // Half a line would hide what comes after it.
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += line.length;
  }

  /** Goes on in a new file. @returns removes all before it, for when what they say is kept elsewhere */
  rotate(): () => void {
    closeSync(this.#file);
    const before = this.#numbers();
    this.#number++;
    this.#file = this.#create();
    this.#size = 0;
    return () => {
      for (const number of before) rmSync(this.#path(number), { force: true });
    };
  }

  /** Removes the file, too, where nothing was appended to it. */
  close(): void {
    closeSync(this.#file);
    if (this.#size === 0) rmSync(this.#path(this.#number), { force: true });
  }

  #recover(numbers: readonly number[]): T[] {
    const records: T[] = [];
    for (const [index, number] of numbers.entries()) {
      const bytes = readFileSync(this.#path(number));
      for (let start = 0; start < bytes.length; ) {
        const end = bytes.indexOf('\n', start);
        const record = end === -1 ? undefined : parse<T>(bytes.subarray(start, end));
        if (!record) {
          truncateSync(this.#path(number), start);
          // They rest on what is missing here.
          for (const later of numbers.slice(index + 1)) rmSync(this.#path(later));
          return records;
        }
        records.push(record.value);
        start = end + 1;
      }
    }
    return records;
  }

  #create(): number {
    return openSync(this.#path(this.#number), 'ax', 0o600);
  }

  #path(number: number): string {
    return join(this.#folder, `log-${number}`);
  }

  #numbers(): number[] {
    const names = readdirSync(this.#folder).map((name) => fileName.exec(name)?.[1]);
    return names.flatMap((digits) => (digits ? [Number(digits)] : [])).sort((a, b) => a - b);
  }
}

function parse<T>(line: Buffer): { value: T } | undefined {
  const json = line.subarray(9);
  if (line.toString('latin1', 0, 9) !== `${checksum(json)} `) return undefined;
  return { value: JSON.parse(json.toString()) as T };
}

function checksum(bytes: Buffer): string {
  return crc32(bytes).toString(16).padStart(8, '0');
}
