import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  write,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';

/** On a thread of Node's: a disk that is slow for a moment holds up writes alone. */
const writePart = promisify(write);
const fileName = /^log-(\d+)$/;
/** Bytes of a checksum and what ends it: a space before a record, the end of the line where it is a file's first. */
const checksumLength = 9;

/**
 * Records in files that are only ever appended to: log-1, log-2, … A record is a line of a checksum (CRC-32, eight
 * hexadecimal digits), a space, and the record as JSON. The checksum is that of all records so far, so that none can be
 * missing between two; a file's first line is the one before it.
 */
export class WriteAheadLog<T> {
  readonly #folder: string;
  #number: number;
  #file: number;
  /** Bytes appended to the file that is open. */
  #size = 0;
  /** Of all records so far. */
  #checksum = 0;
  #found: T[];

  /**
   * Reads what is there already, up to the first line that is not whole. If that is the last line, a process was killed
   * while it wrote it, and it is removed: nobody was told of it. Anything else was not on the disk yet when the machine
   * lost power, or the disk is broken: what stands there is set aside.
   * @param folder exists
   * @param damaged told, in a sentence, of what has been set aside
   */
  constructor(folder: string, damaged: (message: string) => void) {
    this.#folder = folder;
    const numbers = this.#numbers();
    this.#found = this.#recover(numbers, damaged);
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
    const checksum = crc32(json, this.#checksum);
    const line = Buffer.concat([Buffer.from(`${hex(checksum)} `), json, Buffer.from('\n')]);
    try {
      for (let at = 0; at < line.length; ) at += (await writePart(this.#file, line, at)).bytesWritten;
    } catch (error) {
      // Half a line would hide what comes after it.
      ftruncateSync(this.#file, checksumLength + this.#size);
      throw error;
    }
    this.#size += line.length;
    this.#checksum = checksum;
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

  #recover(numbers: readonly number[], damaged: (message: string) => void): T[] {
    const records: T[] = [];
    for (const [index, number] of numbers.entries()) {
      const path = this.#path(number);
      const bytes = readFileSync(path);
      // What came before the oldest is kept elsewhere.
      if (index === 0) this.#checksum = Number.parseInt(bytes.toString('latin1', 0, 8), 16) || 0;
      const end = this.#readInto(records, bytes);
      if (end === bytes.length && end > 0) continue;
      // What comes later rests on what is missing here.
      const rest = numbers.slice(index).map((each) => this.#path(each));
      // Half a line has no end, and where nothing was written file systems give zeros.
      if (rest.length > 1 || bytes.includes('\n', end) || bytes.includes(0, end)) {
        const aside = rest.map((each) => `${each}.damaged`);
        for (const [at, each] of rest.entries()) copyFileSync(each, aside[at]!);
        damaged(
          `${path} is damaged from byte ${end} on, as after a power failure: what was written to the cluster after that ` +
            `is lost. What is left of it has been set aside: ${aside.join(', ')}`,
        );
      }
      if (end > 0) truncateSync(path, end);
      for (const each of end > 0 ? rest.slice(1) : rest) rmSync(each);
      break;
    }
    return records;
  }

  /** @returns up to where a file can be relied on; 0 where it does not follow what came before */
  #readInto(records: T[], bytes: Buffer): number {
    let start = bytes.toString('latin1', 0, checksumLength) === `${hex(this.#checksum)}\n` ? checksumLength : 0;
    while (start > 0) {
      const end = bytes.indexOf('\n', start);
      const json = bytes.subarray(start + checksumLength, end);
      if (end === -1 || json.length === 0) break;
      const checksum = crc32(json, this.#checksum);
      if (bytes.toString('latin1', start, start + checksumLength) !== `${hex(checksum)} `) break;
      records.push(JSON.parse(json.toString()) as T);
      this.#checksum = checksum;
      start = end + 1;
    }
    return start;
  }

  #create(): number {
    const file = openSync(this.#path(this.#number), 'ax', 0o600);
    writeSync(file, `${hex(this.#checksum)}\n`);
    return file;
  }

  #path(number: number): string {
    return join(this.#folder, `log-${number}`);
  }

  #numbers(): number[] {
    const names = readdirSync(this.#folder).map((name) => fileName.exec(name)?.[1]);
    return names.flatMap((digits) => (digits ? [Number(digits)] : [])).sort((a, b) => a - b);
  }
}

function hex(checksum: number): string {
  return checksum.toString(16).padStart(8, '0');
}
