import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import type { FileSystem } from '../../../src/embedded/storage/filesystem.ts';
import { LmdbEnvironment } from '../../../src/embedded/storage/lmdb-backend.ts';
import { LmdbVolumes } from '../../../src/embedded/storage/lmdb-volumes.ts';
import { MemoryVolumes } from '../../../src/embedded/storage/memory-volumes.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = async (files: FileSystem, path: string) => new TextDecoder().decode(await files.readFile(path));

/** Every path below a folder with what it is and holds. */
async function tree(files: FileSystem, path = '/'): Promise<Record<string, unknown>> {
  const { type, mode, uid } = await files.lstat(path);
  const own = {
    [path]: {
      mode,
      uid,
      ...(type === 'file' && { data: await text(files, path) }),
      ...(type === 'symlink' && { target: await files.readlink(path) }),
    },
  };
  if (type !== 'directory') return own;
  const below = (await files.readdir(path)).map((name) => tree(files, join(path, name)));
  return Object.assign(own, ...(await Promise.all(below)));
}

let folder: string;
const environments: LmdbEnvironment[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordinal-volumes-'));
});
afterEach(async () => {
  for (const environment of environments.splice(0)) await environment.close();
  rmSync(folder, { recursive: true, force: true });
});

function openVolumes(): LmdbVolumes {
  const environment = new LmdbEnvironment(folder);
  environments.push(environment);
  return new LmdbVolumes(environment.root, new ManualClock());
}

async function reopen(): Promise<LmdbVolumes> {
  for (const environment of environments.splice(0)) await environment.close();
  return openVolumes();
}

describe('MemoryVolumes', () => {
  it('gives the same files for the same id until they are removed', async () => {
    const volumes = new MemoryVolumes(new ManualClock());
    await volumes.open('a').writeFile('/x', bytes('1'));
    expect(await text(volumes.open('a'), '/x')).toBe('1');
    expect(volumes.list()).toEqual(['a']);
    await volumes.remove('a');
    expect(await volumes.open('a').readdir('/')).toEqual([]);
  });
});

describe('LmdbVolumes', () => {
  it('brings a whole tree back', async () => {
    const files = openVolumes().open('pvc-1');
    await files.mkdir('/var/data', { recursive: true });
    await files.writeFile('/var/data/kubia.txt', bytes('Hey there!'));
    await files.writeFile('/var/data/kubia.txt', bytes(' Again.'), { append: true });
    await files.symlink('data/kubia.txt', '/var/link');
    await files.writeFile('/var/gone', bytes('x'));
    await files.rm('/var/gone');
    await files.mkdir('/old');
    await files.writeFile('/old/inner', bytes('inner'));
    await files.rename('/old', '/new');
    await files.chmod('/new/inner', 0o600);
    await files.chown('/new', 1000, 1000);
    const before = await tree(files);

    const again = (await reopen()).open('pvc-1');
    expect(await tree(again)).toEqual(before);
    expect(await text(again, '/var/link')).toBe('Hey there! Again.');
    await again.writeFile('/new/more', bytes('more'));
    const inodes = new Set(
      await Promise.all(
        ['/new', '/new/inner', '/new/more', '/var'].map(async (path) => (await again.stat(path)).inode),
      ),
    );
    expect(inodes.size).toBe(4);
  });

  it('keeps files of many chunks through growing, shrinking and growing again', async () => {
    const files = openVolumes().open('big');
    const large = 'abcdefghij'.repeat(20_000);
    await files.writeFile('/f', bytes(large));
    await files.writeFile('/f', bytes('END'), { append: true });
    expect(await text((await reopen()).open('big'), '/f')).toBe(`${large}END`);

    const second = (await reopen()).open('big');
    void second.writeFile('/f', bytes(large.repeat(2)));
    await second.writeFile('/f', bytes('short'));
    await second.writeFile('/f', bytes('er'), { append: true });
    const third = (await reopen()).open('big');
    expect(await text(third, '/f')).toBe('shorter');
    await third.writeFile('/f', bytes(large), { append: true });
    expect(await text((await reopen()).open('big'), '/f')).toBe(`shorter${large}`);
  });

  it('removes a volume for good and leaves the others alone', async () => {
    const volumes = openVolumes();
    await volumes.open('a').writeFile('/x', bytes('a'));
    await volumes.open('ab').writeFile('/x', bytes('ab'));
    await volumes.remove('a');
    await volumes.remove('a');
    const again = await reopen();
    expect(again.list()).toEqual(['ab']);
    expect(await again.open('a').readdir('/')).toEqual([]);
    expect(await text(again.open('ab'), '/x')).toBe('ab');
  });

  it('stores names such as __proto__ as names', async () => {
    const files = openVolumes().open('a');
    await files.mkdir('/__proto__');
    await files.writeFile('/__proto__/constructor', bytes('x'));
    const again = (await reopen()).open('a');
    expect(await again.readdir('/')).toEqual(['__proto__']);
    expect(await text(again, '/__proto__/constructor')).toBe('x');
  });
});
