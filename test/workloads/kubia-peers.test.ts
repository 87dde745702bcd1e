import { afterAll, describe, expect, it } from 'vitest';
import { MemoryFileSystem } from '../../src/embedded/storage/memory-filesystem.ts';
import { makeRuntime, run } from '../embedded/containers/harness.ts';
import { service, slice } from '../embedded/network/fixtures.ts';

const { create, start, runtime, services, endpointSlices, clock } = makeRuntime();
afterAll(() => runtime.close());

const domain = 'kubia.dd.svc.cluster.local';

async function pet(ordinal: number) {
  const hostname = `kubia-${ordinal}`;
  const data = new MemoryFileSystem(clock);
  await data.chmod('/', 0o777);
  const hosts = new MemoryFileSystem(clock);
  await hosts.writeFile('/hosts', new Uint8Array());
  const mounts = [
    { path: '/var/data', files: data, root: '/', readOnly: false },
    { path: '/etc/hosts', files: hosts, root: '/hosts', readOnly: false },
  ];
  const image = 'ordinal/kubia:2';
  const container = await create({ image, command: undefined, hostname, mounts, readOnlyRootFilesystem: true });
  await hosts.writeFile('/hosts', Buffer.from(`${container.address}\t${hostname}.${domain}\t${hostname}\n`));
  await container.start();
  return container;
}

describe("kubia's second version", () => {
  it('lists what all its peers keep, asking each at the port that SRV announces', async () => {
    const pets = [await pet(0), await pet(1)];
    const client = await start({ image: 'debian:bookworm-slim' });
    const curl = async (...args: string[]) => (await run(client, ['curl', '-sS', ...args])).stdout;
    const at = (ordinal: number) => `http://${pets[ordinal]!.address}:8080`;
    await curl('-d', 'one', `${at(0)}/`);
    await curl('-d', 'two', `${at(1)}/`);
    expect(await curl(`${at(1)}/data`)).toBe('two');

    expect(await curl(at(0))).toBe(
      `You've hit kubia-0\nData stored in the cluster:\nCould not look up DNS SRV records: querySrv ENOTFOUND ${domain}\n`,
    );

    services.set(service('kubia', { clusterIP: 'None', ports: [{ name: 'http', port: 80, protocol: 'TCP' }] }));
    const endpoints = pets.map(({ address }, ordinal) => ({
      addresses: [address],
      hostname: `kubia-${ordinal}`,
      conditions: { ready: true },
    }));
    endpointSlices.set(slice('kubia', [{ name: 'http', port: 80, protocol: 'TCP' }], endpoints));
    const lines = [0, 1].map((n) => `- kubia-${n}.${domain}: Error: connect ECONNREFUSED kubia-${n}.${domain}:80\n`);
    const greeting = "You've hit kubia-0\nData stored in the cluster:\n";
    // Nobody listens on 80: the port that a headless Service announces is not mapped to any other.
    expect(await curl(at(0))).toBe(`${greeting}${lines[0]!}${lines[1]!}`);

    endpointSlices.set(slice('kubia', [{ name: 'http', port: 8080, protocol: 'TCP' }], endpoints));
    expect(await curl(at(0))).toBe(`${greeting}- kubia-0.${domain}: one\n- kubia-1.${domain}: two\n`);
  });
});
