import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { Descriptors } from '../../../src/embedded/containers/process/open-file.ts';
import { Scheduler } from '../../../src/embedded/containers/process/scheduler.ts';
import { System } from '../../../src/embedded/containers/process/system.ts';
import { workloadProgram } from '../../../src/embedded/containers/programs/workload-host.ts';
import { nullFile } from '../../../src/embedded/containers/streams.ts';
import { MemoryFileSystem } from '../../../src/embedded/storage/memory-filesystem.ts';
import { clusterDns, makeNetwork } from '../network/fixtures.ts';

it('leaves nothing behind of what it waited for', async () => {
  const clock = new ManualClock();
  const { network } = makeNetwork({}, clock);
  const sandbox = network.createSandbox('worker', false);
  const system = new System({
    clock,
    scheduler: new Scheduler(),
    network: network.stack(sandbox, clusterDns),
    hostname: 'follower-1',
    files: new MemoryFileSystem(clock),
    programs: { load: () => Promise.reject(new Error('there are none')) },
    mounts: [],
    random: () => 0.5,
    kernel: '6.1.0',
    node: 'worker',
  });
  const descriptors = new Descriptors();
  for (const fd of [0, 1, 2]) descriptors.open(fd, nullFile);
  const left: number[] = [];
  const waited = system.start(
    {
      argv: ['follower'],
      env: {},
      cwd: '/',
      descriptors,
      program: workloadProgram(async (host) => {
        const idle = clock.pending;
        for (let round = 0; round < 20; round++) {
          await host.sleep(1000);
          await host.fetch(`http://${sandbox.addresses[0]}:81/`, { timeout: 5000 }).catch(() => {});
        }
        left.push(getEventListeners(host.stopping, 'abort').length, clock.pending - idle);
        await host.sleep(60_000);
        return host.stopping.aborted ? 0 : 1;
      }),
    },
    { uid: 0, gid: 0 },
  );
  await clock.advance(30_000);
  expect(left).toEqual([0, 0]);
  system.signalGroup(waited.group, 'SIGTERM');
  await clock.advance(1000);
  expect((await waited.exited).code).toBe(0);
});
