import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { Log } from '../../../src/embedded/containers/log.ts';
import { keepLog, keptLog } from '../../../src/embedded/kubelet/container/kept-log.ts';
import type { FileSystem } from '../../../src/embedded/storage/filesystem.ts';
import { MemoryFileSystem } from '../../../src/embedded/storage/memory-filesystem.ts';

const { signal } = new AbortController();

/** A log that is kept, how many bytes were written for it, and how to make the disk fail. */
function make() {
  const clock = new ManualClock();
  const disk = new MemoryFileSystem(clock);
  const world = { written: 0, full: false };
  const files: FileSystem = Object.create(disk, {
    mkdir: { value: disk.mkdir.bind(disk) },
    writeFile: {
      value: async (...args: Parameters<FileSystem['writeFile']>) => {
        world.written += args[1].length;
        if (world.full) throw new Error('no space left on device');
        await disk.writeFile(...args);
      },
    },
  });
  const place = { files, path: '/main/0.log' };
  const log = new Log(clock);
  keepLog(log, place, clock);
  const say = async (line: string) => {
    log.write('Stdout', Buffer.from(`${line}\n`));
    await clock.advance(1000);
  };
  const read = () =>
    text(keptLog({ files: disk, path: place.path }, clock).read({ follow: false, timestamps: false, signal }));
  const size = async () => (await disk.stat(place.path)).size;
  return { world, say, read, size };
}

it('writes what is new, and keeps the file small', async () => {
  const { world, say, read, size } = make();
  for (let line = 0; line < 3000; line++) await say(`${line} ${'.'.repeat(100)}`);
  const shown = (await read()).trimEnd().split('\n');
  expect(shown.at(-1)).toMatch(/^2999 /);
  expect(shown.at(-400)).toMatch(/^2600 /);
  expect(await size()).toBeLessThanOrEqual(128 * 1024);
  // Each line once, and once more where the file begins anew.
  expect(world.written).toBeLessThan(3000 * 150 * 2.5);
});

it('is whole again after a disk was full', async () => {
  const { world, say, read } = make();
  await say('one');
  world.full = true;
  await say('two');
  world.full = false;
  await say('three');
  expect(await read()).toBe('one\ntwo\nthree\n');
});
