import { getEventListeners } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { Descriptors } from '../../../src/embedded/containers/process/open-file.ts';
import { ProcessEnded } from '../../../src/embedded/containers/process/process.ts';
import { endUncaught } from '../../../src/embedded/containers/process/running.ts';
import { Scheduler } from '../../../src/embedded/containers/process/scheduler.ts';
import { System } from '../../../src/embedded/containers/process/system.ts';
import { workloadProgram } from '../../../src/embedded/containers/programs/workload-host.ts';
import { nullFile } from '../../../src/embedded/containers/streams.ts';
import { MemoryFileSystem } from '../../../src/embedded/storage/memory-filesystem.ts';
import type { Workload } from '../../../src/workloads/host.ts';
import { listener, type Request, stopped } from '../../../src/workloads/http-server.ts';
import { clusterDns, makeNetwork } from '../network/fixtures.ts';

/** A node with one container, and what starts a workload in it. */
function machine(
  clock = new ManualClock(),
  network = makeNetwork({}, clock).network,
  sandbox = network.createSandbox('worker', false),
) {
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
  const said: string[] = [];
  const stderr = { ...nullFile, write: (data: Uint8Array) => void said.push(new TextDecoder().decode(data)) };
  const start = (workload: Workload) => {
    const descriptors = new Descriptors();
    for (const fd of [0, 1]) descriptors.open(fd, nullFile);
    descriptors.open(2, stderr as never);
    const program = workloadProgram(workload);
    return system.start({ argv: ['follower'], env: {}, cwd: '/', descriptors, program }, { uid: 0, gid: 0 });
  };
  return { clock, network, sandbox, system, start, said };
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

describe('what nobody catches', () => {
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  let uncaught: unknown[];
  let others: (readonly [(typeof events)[number], (...args: never[]) => void])[];
  const notice = (error: unknown) => void (endUncaught(error) || uncaught.push(error));

  // In place of the test runner's own, as in the thread of a cluster.
  beforeEach(() => {
    uncaught = [];
    others = events.flatMap((event) => process.listeners(event as 'exit').map((each) => [event, each] as const));
    for (const event of events) process.removeAllListeners(event);
    process.on('uncaughtException', notice);
  });
  afterEach(() => {
    process.off('uncaughtException', notice);
    for (const [event, listener] of others) process.on(event, listener as () => void);
  });

  const untilExited = async (clock: ManualClock, ...processes: readonly { readonly alive: boolean }[]) => {
    for (let round = 0; round < 100 && processes.some(({ alive }) => alive); round++) await clock.advance(1);
  };

  it('ends the process it comes from with its message, and no other', async () => {
    const { clock, start, said } = machine();
    const other = machine().start(stopped as never);
    const failing = [
      async () => {
        throw new Error('in the background');
      },
      async () => void setImmediate(() => JSON.parse('{')),
    ].map((fail) =>
      start(async (host) => {
        void fail();
        await stopped(host);
        return 0;
      }),
    );
    await untilExited(clock, failing[0]!);
    expect(await failing[0]!.exited).toEqual({ code: 1 });
    expect(said).toContain('follower: in the background\n');
    expect(other.alive).toBe(true);
    expect(uncaught).toEqual([]);
    other.kill('SIGKILL');
  });

  it('is the fault of who serves a request, not of who sent it', async () => {
    const { clock, start, network, said } = machine();
    const serving = start(async (host) => {
      await host.listen(80, ({ url }) => {
        throw new Error(`no such page: ${url}`);
      });
      await stopped(host);
      return 0;
    });
    await clock.advance(0);
    const sandbox = network.createSandbox('worker', false);
    const asking = machine(clock, network, sandbox).start(async (host) => {
      const [address] = serving.network.addresses;
      await host.fetch(`http://${address}/x`).catch((error: Error) => host.warn(error.message));
      await stopped(host);
      return 0;
    });
    await untilExited(clock, serving);
    expect(await serving.exited).toEqual({ code: 1 });
    expect(said.join('')).toBe('follower: no such page: /x\n');
    expect(asking.alive).toBe(true);
    expect(uncaught).toEqual([]);
    asking.kill('SIGKILL');
  });

  it("is the cluster's own where it comes from no process", async () => {
    const mistake = new Error('of the cluster');
    void Promise.reject(mistake);
    await new Promise((resolve) => setImmediate(resolve));
    expect(uncaught).toEqual([mistake]);
  });
});

it('takes whatever path a client asks for', async () => {
  const { clock, start, system } = machine();
  const paths: string[] = [];
  const answer = async ({ url }: Request) => {
    paths.push(url.pathname);
    return {};
  };
  const handle = listener(answer, { largestBody: 1, failed: () => ({ status: 500 }) });
  const served = start(async (host) => {
    await host.listen(80, handle);
    await stopped(host);
    return 0;
  });
  await clock.advance(0);
  const statuses: string[] = [];
  for (const target of ['//', '/%zz', 'http://[', '*', '//host:port/x', 'http://other/y']) {
    const connection = await system.network.dial('127.0.0.1', 80);
    connection.end(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    statuses.push((await text(connection)).slice(0, 15));
  }
  expect(statuses).toEqual(Array(6).fill('HTTP/1.1 200 OK'));
  expect(paths).toEqual(['//', '/%zz', '/http://[', '/*', '//host:port/x', '/y']);
  served.kill('SIGKILL');
});
