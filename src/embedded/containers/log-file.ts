/** Containers' output as a node's log files hold it: the format of the Container Runtime Interface. */

export interface LogEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly stream: 'Stdout' | 'Stderr';
  /** With its newline, where it is the end of a line. */
  readonly data: Uint8Array;
}

const newline = 10;

/** "2026-01-01T00:00:00.123000007Z stdout F text": F for a full line or the last part of one, P for a part before it. */
export function writeEntry({ at, stream, data }: LogEntry, number: number): Uint8Array {
  const full = data.at(-1) === newline;
  const head = `${nanoTimestamp(at, number)} ${stream.toLowerCase()} ${full ? 'F' : 'P'} `;
  return Buffer.concat([Buffer.from(head), data, ...(full ? [] : [Uint8Array.of(newline)])]);
}

/** What is not such a line, as the beginning of a file that was cut off, is left out. */
export function readEntries(file: Uint8Array): LogEntry[] {
  const entries: LogEntry[] = [];
  for (let start = 0; start < file.length; ) {
    const end = file.indexOf(newline, start);
    if (end < 0) break;
    const line = file.subarray(start, end + 1);
    start = end + 1;
    const head = /^(\S+) (stdout|stderr) ([FP]) /.exec(Buffer.from(line.subarray(0, 64)).toString('latin1'));
    const at = Date.parse(head?.[1] ?? '');
    if (!head || Number.isNaN(at)) continue;
    const data = line.slice(head[0].length, head[3] === 'F' ? undefined : -1);
    entries.push({ at, stream: head[2] === 'stdout' ? 'Stdout' : 'Stderr', data });
  }
  return entries;
}

/** RFC 3339 with nanoseconds, which tell entries of one millisecond apart. */
export function nanoTimestamp(at: number, number: number): string {
  const milliseconds = new Date(at).toISOString().slice(0, 23);
  return `${milliseconds}${String(number % 1_000_000).padStart(6, '0')}Z`;
}
