import { text } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { Log } from '../../../src/embedded/containers/log.ts';

const { signal } = new AbortController();
const bytes = (value: string) => new TextEncoder().encode(value);
const all = { follow: false, timestamps: false, signal };

function make() {
  const clock = new ManualClock();
  return { clock, log: new Log(clock) };
}

describe("a container's log", () => {
  it('shows a line once it is complete', async () => {
    const { log } = make();
    log.write('Stdout', bytes('be'));
    log.write('Stderr', bytes('error\n'));
    log.write('Stdout', bytes('gun\nrest'));
    expect(await text(log.read(all))).toBe('error\nbegun\n');
    log.end();
    expect(await text(log.read(all))).toBe('error\nbegun\nrest');
    expect(await text(log.read({ ...all, stream: 'Stderr' }))).toBe('error\n');
  });

  it('cuts by lines, bytes and time', async () => {
    const { log, clock } = make();
    for (let line = 1; line <= 4; line++) {
      log.write('Stdout', bytes(`line ${line}\n`));
      await clock.advance(1000);
    }
    expect(await text(log.read({ ...all, tailLines: 2 }))).toBe('line 3\nline 4\n');
    expect(await text(log.read({ ...all, tailLines: 0 }))).toBe('');
    expect(await text(log.read({ ...all, limitBytes: 9 }))).toBe('line 1\nli');
    expect(await text(log.read({ ...all, since: clock.now() - 2000 }))).toBe('line 3\nline 4\n');
    const stamped = await text(log.read({ ...all, timestamps: true, tailLines: 1 }));
    expect(stamped).toBe('2026-01-01T00:00:03.000000003Z line 4\n');
  });

  it('stamps a long line once, though it is kept in parts', async () => {
    const { log } = make();
    log.write('Stdout', bytes(`${'x'.repeat(40_000)}\n`));
    const shown = await text(log.read({ ...all, timestamps: true }));
    expect(shown.match(/Z /g)).toHaveLength(1);
    expect(shown).toHaveLength(40_001 + 31);
    expect(await text(log.read({ ...all, tailLines: 1 }))).toHaveLength(40_001);
  });

  it('follows until the end, and stops when nobody listens any more', async () => {
    const { log } = make();
    const following = text(log.read({ ...all, follow: true }));
    const gone = new AbortController();
    const left = text(log.read({ ...all, follow: true, signal: gone.signal }));
    log.write('Stdout', bytes('one\n'));
    await new Promise((resolve) => setImmediate(resolve));
    gone.abort();
    expect(await left).toBe('one\n');
    log.write('Stdout', bytes('two\n'));
    log.end();
    expect(await following).toBe('one\ntwo\n');
  });

  it('keeps the newest 10 MiB', async () => {
    const { log } = make();
    for (let line = 0; line < 120; line++) log.write('Stdout', bytes(`${String(line).padEnd(100_000, '.')}\n`));
    log.end();
    const kept = await text(log.read(all));
    expect(kept.length).toBeLessThanOrEqual(10 * 1024 * 1024);
    expect(kept.length).toBeGreaterThan(9 * 1024 * 1024);
    expect(kept.trimEnd().split('\n').at(-1)).toMatch(/^119\./);
    for (let line = 0; line < 200_000; line++) log.write('Stdout', bytes('y\n'));
  });

  it('takes little more memory for short lines than they are long', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const used = () => {
      collectGarbage();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    const { log } = make();
    const line = bytes('2026/01/01 00:00:00 GET /healthz\n');
    const before = used();
    for (let count = 0; count < 50_000; count++) log.write('Stderr', line);
    expect((used() - before) / 50_000).toBeLessThan(100);
    expect(log.tail()).toContain('GET /healthz');
  });

  it('has bytes of its own, whatever becomes of those it was given', async () => {
    const { log } = make();
    const given = Buffer.from('first\nsec');
    log.write('Stdout', given);
    given.fill(0x21);
    log.write('Stdout', Buffer.from('ond\n'));
    expect(await text(log.read(all))).toBe('first\nsecond\n');
  });

  it('is written out line by line, or its newest lines at once', () => {
    const { log } = make();
    const decode = (lines: Uint8Array) => new TextDecoder().decode(lines);
    log.write('Stdout', bytes('one\ntwo\nthr'));
    const first = log.since(0);
    expect(decode(first.lines)).toBe(
      '2026-01-01T00:00:00.000000000Z stdout F one\n2026-01-01T00:00:00.000000001Z stdout F two\n',
    );
    expect(log.since(first.next)).toEqual({ lines: Buffer.alloc(0), next: first.next });
    log.write('Stdout', bytes('ee\n'));
    expect(decode(log.since(first.next).lines)).toBe('2026-01-01T00:00:00.000000002Z stdout F three\n');
    expect(decode(log.newest(100))).toBe(decode(log.since(1).lines));
  });

  it('gives its end for a termination message', () => {
    const { log } = make();
    for (let line = 1; line <= 100; line++) log.write('Stdout', bytes(`${line}\n`));
    log.end();
    expect(log.tail().split('\n').slice(0, -1)).toHaveLength(80);
    expect(log.tail()).toMatch(/^21\n/);
  });
});
