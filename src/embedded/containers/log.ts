import { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { type LogEntry, nanoTimestamp, writeEntry } from './log-file.ts';
import { concat } from './process/pipe.ts';
import type { ContainerLog } from './runtime.ts';

type StreamName = 'Stdout' | 'Stderr';

interface Entry extends LogEntry {
  readonly number: number;
  /** It goes on a line that the entry before it began. */
  readonly continues: boolean;
}

/** What one log file of a node holds before it is rotated. */
const capacity = 10 * 1024 * 1024;
/** Kept beside every entry: a flood of short lines must not take more memory than one of long ones. */
const overhead = 96;
/** A line is written out in parts of this length, as the container runtime does. */
const longestPart = 16 * 1024;

/** A container's output, by lines: what is written is seen once its line is complete, too long, or the stream has ended. */
export class Log implements ContainerLog {
  readonly #clock: Pick<Clock, 'now'>;
  #entries: Entry[] = [];
  #first = 0;
  #size = 0;
  #next = 0;
  #ended = false;
  #wake = new Set<() => void>();
  readonly #listeners = new Set<(ended: boolean) => void>();
  readonly #pending: Record<StreamName, { parts: Uint8Array[]; size: number; begun: boolean }> = {
    Stdout: { parts: [], size: 0, begun: false },
    Stderr: { parts: [], size: 0, begun: false },
  };

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  write(stream: StreamName, data: Uint8Array): void {
    if (this.#ended) return;
    const pending = this.#pending[stream];
    let start = 0;
    while (start < data.length) {
      const newline = data.indexOf(10, start);
      const room = longestPart - pending.size;
      const end = Math.min(newline < 0 ? data.length : newline + 1, start + room);
      pending.parts.push(data.slice(start, end));
      pending.size += end - start;
      start = end;
      const complete = end === newline + 1 && newline >= 0;
      if (complete || pending.size >= longestPart) this.#flush(stream, complete);
    }
  }

  /** No more is written: what stands without a newline comes out, and followers end. */
  end(): void {
    if (this.#ended) return;
    for (const stream of ['Stdout', 'Stderr'] as const) this.#flush(stream, true);
    this.#ended = true;
    this.#notify();
  }

  #flush(stream: StreamName, complete: boolean): void {
    const pending = this.#pending[stream];
    if (pending.size > 0) {
      const data = concat(pending.parts, pending.size);
      this.#entries.push({ number: this.#next++, at: this.#clock.now(), stream, data, continues: pending.begun });
      this.#size += data.length + overhead;
      while (this.#size > capacity && this.#entries.length - this.#first > 1) {
        this.#size -= this.#entries[this.#first++]!.data.length + overhead;
      }
      if (this.#first > 4096 && this.#first > this.#entries.length / 2) {
        this.#entries = this.#entries.slice(this.#first);
        this.#first = 0;
      }
      this.#notify();
    }
    pending.parts = [];
    pending.size = 0;
    pending.begun = !complete;
  }

  #notify(): void {
    const wake = [...this.#wake];
    this.#wake.clear();
    for (const callback of wake) callback();
    for (const listener of this.#listeners) listener(this.#ended);
  }

  onMore(listener: (ended: boolean) => void): void {
    this.#listeners.add(listener);
  }

  newest(bytes: number): Uint8Array {
    const lines: Uint8Array[] = [];
    let left = bytes;
    for (let index = this.#entries.length - 1; index >= this.#first; index--) {
      const entry = this.#entries[index]!;
      const line = writeEntry(entry, entry.number);
      left -= line.length;
      if (left < 0) break;
      lines.push(line);
    }
    return Buffer.concat(lines.reverse());
  }

  /** Takes over what another log held, as written by `newest`. */
  restore(entries: readonly LogEntry[]): void {
    let continues = false;
    for (const entry of entries) {
      this.#entries.push({ ...entry, number: this.#next++, continues });
      continues = entry.data.at(-1) !== 10;
    }
  }

  read(options: Parameters<ContainerLog['read']>[0]): Readable {
    return Readable.from(this.#chunks(options), { objectMode: false, highWaterMark: 64 * 1024 });
  }

  async *#chunks(options: Parameters<ContainerLog['read']>[0]): AsyncGenerator<Buffer> {
    let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
    let number = this.#startOf(options);
    while (left > 0 && !options.signal.aborted) {
      const parts: Uint8Array[] = [];
      let size = 0;
      const oldest = this.#entries[this.#first]?.number ?? this.#next;
      if (number < oldest) number = oldest;
      while (number < this.#next && size < 64 * 1024) {
        const entry = this.#entries[this.#first + number - oldest]!;
        number++;
        if (!matches(entry, options)) continue;
        if (options.timestamps && !entry.continues) {
          const stamp = new TextEncoder().encode(`${nanoTimestamp(entry.at, entry.number)} `);
          parts.push(stamp);
          size += stamp.length;
        }
        parts.push(entry.data);
        size += entry.data.length;
      }
      if (size > 0) {
        const chunk = Buffer.concat(parts).subarray(0, left);
        left -= chunk.length;
        yield chunk;
      } else if (number >= this.#next) {
        if (this.#ended || !options.follow) return;
        await this.#more(options.signal);
      }
    }
  }

  /** The number of the first entry to show. */
  #startOf({ tailLines, since, stream }: Parameters<ContainerLog['read']>[0]): number {
    const oldest = this.#entries[this.#first]?.number ?? this.#next;
    if (tailLines === undefined) return oldest;
    let lines = 0;
    for (let index = this.#entries.length - 1; index >= this.#first; index--) {
      const entry = this.#entries[index]!;
      if (!matches(entry, { since, stream })) continue;
      if (lines === tailLines) return entry.number + 1;
      if (!entry.continues) lines++;
    }
    return tailLines === 0 ? this.#next : oldest;
  }

  #more(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#wake.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#wake.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  tail(): string {
    const lines: Uint8Array[] = [];
    for (let index = this.#entries.length - 1; index >= this.#first && lines.length < 80; index--) {
      lines.unshift(this.#entries[index]!.data);
    }
    const text = Buffer.concat(lines);
    return text.subarray(Math.max(0, text.length - 2048)).toString('utf8');
  }
}

function matches(entry: Entry, { since, stream }: { since?: number; stream?: string }): boolean {
  return (
    (since === undefined || entry.at >= since) && (stream === undefined || stream === 'All' || stream === entry.stream)
  );
}
