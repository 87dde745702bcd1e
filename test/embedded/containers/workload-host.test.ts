import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { Descriptors } from '../../../src/embedded/containers/process/open-file.ts';
import { ProcessEnded } from '../../../src/embedded/containers/process/process.ts';
import { Scheduler } from '../../../src/embedded/containers/process/scheduler.ts';
import { System } from '../../../src/embedded/containers/process/system.ts';
import { workloadProgram } from '../../../src/embedded/containers/programs/workload-host.ts';
import { nullFile } from '../../../src/embedded/containers/streams.ts';
import { MemoryFileSystem } from '../../../src/embedded/storage/memory-filesystem.ts';
import type { Workload } from '../../../src/workloads/host.ts';
import { stopped } from '../../../src/workloads/http-server.ts';
import { clusterDns, makeNetwork } from '../network/fixtures.ts';

/** A node with one container, and what starts a workload in it. */
function machine() {
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
  const start = (workload: Workload) => {
    const descriptors = new Descriptors();
    for (const fd of [0, 1, 2]) descriptors.open(fd, nullFile);
    const program = workloadProgram(workload);
    return system.start({ argv: ['follower'], env: {}, cwd: '/', descriptors, program }, { uid: 0, gid: 0 });
  };
  return { clock, sandbox, system, start };
}

it('leaves nothing behind of what it waited for', async () => {
  const { clock, sandbox, system, start } = machine();
  const left: number[] = [];
  const waited = start(async (host) => {
    const idle = clock.pending;
    for (let round = 0; round < 20; round++) {
      await host.sleep(1000);
      await host.fetch(`http://${sandbox.addresses[0]}:81/`, { timeout: 5000 }).catch(() => {});
    }
    left.push(getEventListeners(host.stopping, 'abort').length, clock.pending - idle);
    await host.sleep(60_000);
    return host.stopping.aborted ? 0 : 1;
  });
  await clock.advance(30_000);
  expect(left).toEqual([0, 0]);
  system.signalGroup(waited.group, 'SIGTERM');
  await clock.advance(1000);
  expect((await waited.exited).code).toBe(0);
});

it('is killed while it serves, and nothing fails that nobody waits for', async () => {
  const { clock, start } = machine();
  const served = start(async (host) => {
    await host.listen(80, () => {});
    await stopped(host).catch(() => {});
    await host.sleep(1000).catch(() => {});
    return 0;
  });
  await clock.advance(0);
  served.kill('SIGKILL');
  const unhandled: unknown[] = [];
  const notice = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', notice);
  await expect(served.sleep(1000)).rejects.toThrow(ProcessEnded);
  await clock.advance(2000);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', notice);
  expect(unhandled).toEqual([]);
  expect((await served.exited).code).toBe(137);
});
