import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writePrivateFile } from '../../src/clusters/private-file.ts';

describe('a private file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ordinal-private-file-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is its owner’s alone, also where others could read the one before', () => {
    const file = join(folder, 'new', 'kubeconfig');
    writePrivateFile(file, 'one');
    expect(statSync(file).mode & 0o777).toBe(0o600);

    const open = join(folder, 'open');
    writeFileSync(open, 'before', { mode: 0o644 });
    writePrivateFile(open, 'two');
    expect(statSync(open).mode & 0o777).toBe(0o600);
    expect(readFileSync(open, 'utf8')).toBe('two');
  });

  it('is where a link leads, which stays', () => {
    const [real, link] = [join(folder, 'real'), join(folder, 'link')];
    writeFileSync(real, 'before');
    symlinkSync(real, link);
    writePrivateFile(link, 'after');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, 'utf8')).toBe('after');
  });

  it.skipIf(process.platform === 'win32')('goes through a pipe, which stays one', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const read = readFile(pipe, 'utf8');
    writePrivateFile(pipe, 'through');
    expect(await read).toBe('through');
    expect(statSync(pipe).isFIFO()).toBe(true);
  });
});
