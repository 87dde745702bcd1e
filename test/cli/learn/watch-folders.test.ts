import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchFolders } from '../../../src/cli/learn/watch-folders.ts';

let root: string;
let told: Set<string>;
let end: () => void;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ordinal-watch-'));
  mkdirSync(join(root, '01-pet', 'files'), { recursive: true });
  told = new Set();
  end = watchFolders(root, (path) => told.add(path));
});
afterEach(() => {
  end();
  rmSync(root, { recursive: true, force: true });
});

const write = (path: string) => writeFileSync(join(root, path), 'text');
const tells = (path: string) => expect.poll(() => told).toContain(path);

it('tells of what changes below, from the moment it is asked', async () => {
  write('01-pet/lesson.md');
  await tells('01-pet/lesson.md');
  write('01-pet/files/kubia.yaml');
  await tells('01-pet/files/kubia.yaml');
});

it('follows folders that come, and those that come back', async () => {
  mkdirSync(join(root, '02-new'));
  await tells('02-new');
  write('02-new/lesson.md');
  await tells('02-new/lesson.md');
  rmSync(join(root, '02-new'), { recursive: true });
  write('01-pet/marker');
  await tells('01-pet/marker');
  told.clear();
  mkdirSync(join(root, '02-new'));
  await tells('02-new');
  write('02-new/checks.yaml');
  await tells('02-new/checks.yaml');
});

it('tells nothing once it was ended', async () => {
  end();
  write('01-pet/lesson.md');
  const other = watchFolders(root, (path) => told.add(`other: ${path}`));
  write('01-pet/checks.yaml');
  await tells('other: 01-pet/checks.yaml');
  other();
  expect([...told].filter((path) => !path.startsWith('other'))).toEqual([]);
});
