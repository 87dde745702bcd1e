import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { emptyRecord, type ProgressRecord } from '../../src/progress/record.ts';
import { openProgressStore } from '../../src/progress/store.ts';

let folder: string;
let problems: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-progress-'));
  problems = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const record: ProgressRecord = {
  ...emptyRecord(),
  step: 'scale',
  opened: { apply: 1 },
  passed: { 'apply/two': { at: 2, evidence: { expected: 'a', saw: 'b' } } },
  recorded: { key: { any: ['value', 1, null] } },
};

const opened = () => openProgressStore(folder, (message) => problems.push(message));

it('keeps progress', async () => {
  const store = opened();
  expect(store.load('me', 'one')).toBeUndefined();
  await store.save('me', 'one', record);
  await store.save('me', 'two', emptyRecord());
  await store.remove('me', 'two');
  await store.close();
  const again = opened();
  expect(again.load('me', 'one')).toEqual(record);
  expect(again.load('me', 'two')).toBeUndefined();
  expect(again.load('you', 'one')).toBeUndefined();
  expect(problems).toEqual([]);
  await again.close();
});

it.each<[string, (file: string) => void]>([
  ['is no database at all', (file) => writeFileSync(file, 'x'.repeat(20_000))],
  ['was cut off', (file) => truncateSync(file, 8192)],
  ['was cut off in its first page', (file) => truncateSync(file, 100)],
  [
    'has an overwritten second page',
    (file) => {
      const content = readFileSync(file);
      content.fill(0, 4096, 8192);
      writeFileSync(file, content);
    },
  ],
])('sets a file aside that %s, and says so', async (_, damage) => {
  const store = opened();
  for (let index = 0; index < 200; index++) await store.save('me', `lesson-${index}`, record);
  await store.close();
  damage(join(folder, 'progress.mdb'));
  const again = opened();
  expect(problems).toEqual([expect.stringContaining('kept as')]);
  expect(again.load('me', 'lesson-0')).toBeUndefined();
  await again.save('me', 'lesson-0', record);
  expect(again.load('me', 'lesson-0')).toEqual(record);
  expect(readdirSync(folder).some((name) => name.includes('set-aside'))).toBe(true);
  await again.close();
});

it('sets aside what another version stored', async () => {
  await opened().close();
  const environment = open({ path: join(folder, 'progress.mdb'), maxDbs: 4 });
  await environment.openDB<number, string>({ name: 'meta' }).put('schema', 99);
  await environment.close();
  await opened().close();
  expect(problems).toEqual([expect.stringContaining('schema version 99')]);
});

it('sets aside a single record that cannot be read', async () => {
  const store = opened();
  await store.save('me', 'good', record);
  await store.save('me', 'bad', { step: 3 } as unknown as ProgressRecord);
  expect(store.load('me', 'bad')).toBeUndefined();
  expect(problems).toEqual([expect.stringContaining('lesson bad')]);
  expect(store.load('me', 'good')).toEqual(record);
  await store.close();
});
