import type { LogEntry } from './log-file.ts';

export interface NumberedEntry extends LogEntry {
  readonly number: number;
  /** It goes on a line that the entry before it began. */
  readonly continues: boolean;
}

/** Bytes, and entries, after which a segment is closed and the next begun. */
const segmentBytes = 64 * 1024;
const segmentEntries = 1024;
/** Counted for each entry beside its bytes: a flood of short lines must not take more memory than one of long ones. */
const overhead = 16;
const continuation = 1;
const standardError = 2;

/**
 * The entries of a log, numbered as they come, the oldest let go beyond a capacity. They are packed: a container that
 * answers probes writes thousands of short lines a day, and each would take eight times its length as an object.
 */
export class LogEntries {
  readonly #capacity: number;
  readonly #segments: Segment[] = [];
  #size = 0;
  #next = 0;

  /** @param capacity bytes. */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The number of the oldest entry that is kept; `next` where there is none. */
  get oldest(): number {
    return this.#segments[0]?.first ?? this.#next;
  }

  /** The number that the next entry gets. */
  get next(): number {
    return this.#next;
  }

  /** The bytes are copied. */
  push(entry: Omit<NumberedEntry, 'number'>): void {
    let last = this.#segments.at(-1);
    if (!last || last.full) {
      last?.close();
      last = new Segment(this.#next);
      this.#segments.push(last);
    }
    last.push(entry);
    this.#next++;
    this.#size += entry.data.length + overhead;
    while (this.#size > this.#capacity && this.#segments.length > 1) this.#size -= this.#segments.shift()!.size;
  }

  /** @param number from `oldest` up to and without `next`. The entry's bytes are the log's own: not to be written to. */
  get(number: number): NumberedEntry {
    let low = 0;
    for (let high = this.#segments.length - 1; low < high; ) {
      const middle = (low + high + 1) >> 1;
      if (this.#segments[middle]!.first <= number) low = middle;
      else high = middle - 1;
    }
    return this.#segments[low]!.get(number);
  }
}

class Segment {
  readonly first: number;
  readonly #times: number[] = [];
  /** Where each entry's bytes end, and two bits of what else there is to know of it. */
  readonly #ends: number[] = [];
  #bytes = new Uint8Array(0);
  #length = 0;

  constructor(first: number) {
    this.first = first;
  }

  get full(): boolean {
    return this.#length >= segmentBytes || this.#ends.length >= segmentEntries;
  }

  get size(): number {
    return this.#length + this.#ends.length * overhead;
  }

  push({ at, stream, data, continues }: Omit<NumberedEntry, 'number'>): void {
    const length = this.#length + data.length;
    if (length > this.#bytes.length) this.#resize(Math.max(length, this.#bytes.length * 2));
    this.#bytes.set(data, this.#length);
    this.#length = length;
    this.#times.push(at);
    this.#ends.push(length * 4 + (continues ? continuation : 0) + (stream === 'Stderr' ? standardError : 0));
  }

  /** No more comes: what was set aside for it is given back. */
  close(): void {
    this.#resize(this.#length);
  }

  get(number: number): NumberedEntry {
    const index = number - this.first;
    const end = this.#ends[index]!;
    const start = index === 0 ? 0 : this.#ends[index - 1]! >> 2;
    return {
      number,
      at: this.#times[index]!,
      stream: end & standardError ? 'Stderr' : 'Stdout',
      data: this.#bytes.subarray(start, end >> 2),
      continues: (end & continuation) !== 0,
    };
  }

  #resize(length: number): void {
    const bytes = new Uint8Array(length);
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }
}
