import { Readable } from 'node:stream';
import type { Clock } from '../clock.ts';
import { LogEntries, type NumberedEntry } from './log-entries.ts';
import { type LogEntry, nanoTimestamp, writeEntry } from './log-file.ts';
import { concat } from './process/pipe.ts';
import type { ContainerLog } from './runtime.ts';

type StreamName = 'Stdout' | 'Stderr';

/** What one log file of a node holds before it is rotated. */
const capacity = 10 * 1024 * 1024;
/** A line is written out in parts of this length, as the container runtime does. */
const longestPart = 16 * 1024;

/** A container's output, by lines: what is written is seen once its line is complete, too long, or the stream has ended. */
export class Log implements ContainerLog {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #entries = new LogEntries(capacity);
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
      // A copy: what comes as a Buffer would else share its bytes with the writer's.
      pending.parts.push(Uint8Array.from(data.subarray(start, end)));
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
      this.#entries.push({ at: this.#clock.now(), stream, data, continues: pending.begun });
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
    for (const entry of this.#newestFirst()) {
      const line = writeEntry(entry, entry.number);
      left -= line.length;
      if (left < 0) break;
      lines.push(line);
    }
    return Buffer.concat(lines.reverse());
  }

  since(next: number): { readonly lines: Uint8Array; readonly next: number } {
    const lines: Uint8Array[] = [];
    for (let number = Math.max(next, this.#entries.oldest); number < this.#entries.next; number++) {
      lines.push(writeEntry(this.#entries.get(number), number));
    }
    return { lines: Buffer.concat(lines), next: this.#entries.next };
  }

  /** Takes over what another log held, as written by `newest`. */
  restore(entries: readonly LogEntry[]): void {
    let continues = false;
    for (const entry of entries) {
      this.#entries.push({ ...entry, continues });
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
      number = Math.max(number, this.#entries.oldest);
      while (number < this.#entries.next && size < 64 * 1024) {
        const entry = this.#entries.get(number++);
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
      } else if (number >= this.#entries.next) {
        if (this.#ended || !options.follow) return;
        await this.#more(options.signal);
      }
    }
  }

  /** The number of the first entry to show. */
  #startOf({ tailLines, since, stream }: Parameters<ContainerLog['read']>[0]): number {
    const { oldest, next } = this.#entries;
    if (tailLines === undefined) return oldest;
    let lines = 0;
    for (const entry of this.#newestFirst()) {
      if (!matches(entry, { since, stream })) continue;
      if (lines === tailLines) return entry.number + 1;
      if (!entry.continues) lines++;
    }
    return tailLines === 0 ? next : oldest;
  }

  *#newestFirst(): Iterable<NumberedEntry> {
    for (let number = this.#entries.next - 1; number >= this.#entries.oldest; number--) yield this.#entries.get(number);
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
    for (const { data } of this.#newestFirst()) {
      if (lines.length === 80) break;
      lines.unshift(data);
    }
    const text = Buffer.concat(lines);
    return text.subarray(Math.max(0, text.length - 2048)).toString('utf8');
  }
}

function matches(entry: NumberedEntry, { since, stream }: { since?: number; stream?: string }): boolean {
  return (
    (since === undefined || entry.at >= since) && (stream === undefined || stream === 'All' || stream === entry.stream)
  );
}
