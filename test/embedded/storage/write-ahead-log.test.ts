import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WriteAheadLog } from '../../../src/embedded/storage/write-ahead-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-log-'));
  damaged = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What has been said to be damaged. */
let damaged: string[] = [];
const open = <T>() => new WriteAheadLog<T>(folder, (message) => damaged.push(message));
const files = () => readdirSync(folder).sort();
/** A log that nobody closed, as after kill -9. */
const killed = async (...records: unknown[]) => {
  const log = open<unknown>();
  for (const record of records) await log.append(record);
};

describe('WriteAheadLog', () => {
  it('gives what was appended, in order, to the next who opens it, once', async () => {
    await killed({ n: 1 }, { text: 'ä\n"' });
    await killed({ n: 2 });
    const log = open();
    expect(log.found()).toEqual([{ n: 1 }, { text: 'ä\n"' }, { n: 2 }]);
    expect(log.found()).toEqual([]);
    expect(statSync(join(folder, 'log-1')).mode & 0o777).toBe(0o600);
  });

  it('orders its files by number', async () => {
    for (let n = 1; n <= 11; n++) await killed(n);
    expect(open().found()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it.each([
    ['half a line', 'abcdef01 {"n":', false],
    ['a line with another checksum', 'abcdef01 {"n":3}\n', true],
    ['what a file system leaves after a power failure', '\0\0\0\0', true],
    ['nothing but an end of line', '\n', true],
  ])('drops %s, and what is appended afterwards is found', async (_, torn, isDamage) => {
    await killed(1, 2);
    const path = join(folder, 'log-1');
    const end = statSync(path).size;
    appendFileSync(path, torn);
    const log = open();
    expect(log.found()).toEqual([1, 2]);
    await log.append(4);
    const aside = `${path}.damaged`;
    const message = `${path} is damaged from byte ${end} on, as after a power failure: what was written to the cluster after that is lost. What is left of it has been set aside: ${aside}`;
    expect(damaged).toEqual(isDamage ? [message] : []);
    if (isDamage) expect(readFileSync(aside, 'utf8').slice(end)).toBe(torn);
    expect(open().found()).toEqual([1, 2, 4]);
    expect(damaged).toHaveLength(isDamage ? 1 : 0);
  });

  it('sets the files after one that is broken aside: they rest on what is missing', async () => {
    const log = open();
    await log.append('first');
    await log.append('second');
    log.rotate();
    await log.append('third');
    const bytes = readFileSync(join(folder, 'log-1'));
    bytes[bytes.length - 3]! ^= 1;
    writeFileSync(join(folder, 'log-1'), bytes);
    expect(open().found()).toEqual(['first']);
    expect(damaged).toHaveLength(1);
    expect(readFileSync(join(folder, 'log-1.damaged'))).toEqual(bytes);
    expect(readFileSync(join(folder, 'log-2.damaged'), 'utf8')).toContain('third');
    expect(open().found()).toEqual(['first']);
  });

  it.each([
    ['is gone', (path: string) => rmSync(path)],
    ['is empty', (path: string) => truncateSync(path)],
    ['lacks its end', (path: string) => truncateSync(path, statSync(path).size - 4)],
    ['lacks a whole record', (path: string) => truncateSync(path, 9)],
  ])('gives nothing from after a file that %s', async (_, harm) => {
    const log = open();
    await log.append('first');
    log.rotate();
    await log.append('second');
    log.rotate();
    await log.append('third');
    harm(join(folder, 'log-2'));
    const later = open();
    expect(later.found()).toEqual(['first']);
    expect(damaged).toHaveLength(1);
    await later.append('fourth');
    expect(open().found()).toEqual(['first', 'fourth']);
  });

  it('goes on from what is left where the older files have been forgotten', async () => {
    const log = open();
    await log.append('old');
    log.rotate()();
    await log.append('new');
    await killed('newer');
    expect(open().found()).toEqual(['new', 'newer']);
  });

  it('goes on in another file, and removes those before it only when told to', async () => {
    await killed('before');
    const log = open();
    await log.append('old');
    expect(log.size).toBeGreaterThan(0);
    const forget = log.rotate();
    expect(log.size).toBe(0);
    await log.append('new');
    expect(files()).toEqual(['log-1', 'log-2', 'log-3']);
    forget();
    expect(files()).toEqual(['log-3']);
    log.close();
    expect(open().found()).toEqual(['new']);
  });

  it('leaves no empty file', async () => {
    open().close();
    expect(files()).toEqual([]);
  });
});
