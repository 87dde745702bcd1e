import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { MemoryFileSystem } from '../../../src/embedded/storage/memory-filesystem.ts';

const text = (value: string) => new TextEncoder().encode(value);
const read = async (files: MemoryFileSystem, path: string) => new TextDecoder().decode(await files.readFile(path));
const make = () => new MemoryFileSystem(new ManualClock());

describe('MemoryFileSystem', () => {
  it('writes, appends, replaces and lists files', async () => {
    const files = make();
    await files.mkdir('/var/data', { recursive: true });
    await files.writeFile('/var/data/b', text('one'));
    await files.writeFile('/var/data/a', text('x'), { mode: 0o600 });
    for (const part of ['-two', '-three']) await files.writeFile('/var/data/b', text(part), { append: true });
    expect(await read(files, '/var/data/b')).toBe('one-two-three');
    expect(await files.readdir('/var/data')).toEqual(['a', 'b']);
    expect(await files.stat('/var/data/a')).toMatchObject({ type: 'file', mode: 0o600, size: 1 });
    await files.writeFile('/var/data/b', text('new'));
    expect(await read(files, '/var/data/b')).toBe('new');
  });

  it('keeps bytes of its own, not those of a Buffer it was given nor of its pool', async () => {
    const files = make();
    const given = Buffer.from('mine');
    await files.writeFile('/f', given);
    given.fill('x');
    expect(await read(files, '/f')).toBe('mine');
    expect((await files.readFile('/f')).buffer.byteLength).toBe(4);
  });

  it('answers with the codes of POSIX', async () => {
    const files = make();
    await files.mkdir('/d/e', { recursive: true });
    await files.writeFile('/f', text(''));
    await expect(files.readFile('/nope')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(files.readFile('/d')).rejects.toMatchObject({ code: 'EISDIR' });
    await expect(files.writeFile('/f/x', text(''))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(files.mkdir('/d')).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(files.mkdir('/x/y')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(files.rm('/d')).rejects.toMatchObject({ code: 'ENOTEMPTY' });
    await expect(files.rename('/d', '/d/e/f')).rejects.toMatchObject({ code: 'EINVAL' });
    await expect(files.rm('/')).rejects.toMatchObject({ code: 'EBUSY' });
    await files.rm('/nope', { force: true });
  });

  it('follows symbolic links, absolute and relative, and stops at loops', async () => {
    const files = make();
    await files.mkdir('/v/2026', { recursive: true });
    await files.writeFile('/v/2026/key', text('value'));
    await files.symlink('2026', '/v/..data');
    await files.symlink('..data/key', '/v/key');
    await files.symlink('/v/key', '/key');
    expect(await read(files, '/key')).toBe('value');
    expect((await files.lstat('/key')).type).toBe('symlink');
    expect(await files.readlink('/v/key')).toBe('..data/key');
    await files.writeFile('/key', text('changed'));
    expect(await read(files, '/v/2026/key')).toBe('changed');
    await files.symlink('loop', '/loop');
    await expect(files.stat('/loop')).rejects.toMatchObject({ code: 'ELOOP' });
  });

  it('renames over files and moves directories', async () => {
    const files = make();
    await files.mkdir('/a/b', { recursive: true });
    await files.writeFile('/a/b/c', text('1'));
    await files.writeFile('/t', text('2'));
    await files.rename('/a/b', '/moved');
    expect(await read(files, '/moved/c')).toBe('1');
    await files.rename('/moved/c', '/t');
    expect(await read(files, '/t')).toBe('1');
    expect(await files.readdir('/moved')).toEqual([]);
  });

  it('keeps snapshots apart, whichever side writes', async () => {
    const image = make();
    await image.mkdir('/etc/sub', { recursive: true });
    await image.writeFile('/etc/sub/x', text('image'));
    const one = image.snapshot();
    const two = image.snapshot();
    await one.writeFile('/etc/sub/x', text('+one'), { append: true });
    await image.writeFile('/etc/sub/x', text('!'), { append: true });
    await two.rm('/etc/sub', { recursive: true });
    await one.chmod('/etc', 0o700);
    expect(await read(one, '/etc/sub/x')).toBe('image+one');
    expect(await read(image, '/etc/sub/x')).toBe('image!');
    expect(await two.readdir('/etc')).toEqual([]);
    expect((await image.stat('/etc')).mode).toBe(0o755);
  });

  it('says when it is full, and gives room back', async () => {
    const files = new MemoryFileSystem(new ManualClock(), { capacity: 10 });
    await files.writeFile('/a', new Uint8Array(8));
    await expect(files.writeFile('/b', new Uint8Array(3))).rejects.toMatchObject({ code: 'ENOSPC' });
    await expect(files.writeFile('/a', new Uint8Array(3), { append: true })).rejects.toMatchObject({ code: 'ENOSPC' });
    await files.rm('/a');
    await files.writeFile('/b', new Uint8Array(10));
    expect(files.usedBytes).toBe(10);
  });
});
