import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import type { DatagramSocket, NetworkStack } from '../../../src/embedded/network/network.ts';
import { clusterDns, makeNetwork, service, slice } from './fixtures.ts';

/** A socket that keeps what comes. */
function open(stack: NetworkStack, port = 0) {
  const heard: string[] = [];
  const refused: string[] = [];
  let last: { address: string; port: number } | undefined;
  const socket: DatagramSocket = stack.bind(port, {
    message: (data, from) => {
      last = from;
      heard.push(`${Buffer.from(data).toString()} from ${from.address}`);
    },
    refused: (by) => refused.push(`${by.address}:${by.port}`),
  });
  const send = (text: string, address: string, to: number) => socket.send(Buffer.from(text), address, to);
  return { heard, refused, socket, send, answer: (text: string) => send(text, last!.address, last!.port) };
}

/** Datagrams are handed over in the order of their sending, each in a turn of its own: after that of the last one. */
const arrived = () => new Promise((resolve) => setImmediate(resolve));

function world() {
  const clock = new ManualClock();
  const { network, services, endpointSlices } = makeNetwork({}, clock);
  const pod = (node: string) => {
    const sandbox = network.createSandbox(node, false);
    return { sandbox, stack: network.stack(sandbox, clusterDns), address: sandbox.addresses[0]! };
  };
  return { clock, network, services, endpointSlices, client: pod('worker'), one: pod('worker'), two: pod('worker2') };
}

describe('datagrams', () => {
  it('go from Pod to Pod, and back', async () => {
    const { client, one } = world();
    const [near, far] = [open(client.stack), open(one.stack, 5353)];
    near.send('ping', one.address, 5353);
    await arrived();
    expect(far.heard).toEqual([`ping from ${client.address}`]);
    far.answer('pong');
    await arrived();
    expect(near.heard).toEqual([`pong from ${one.address}`]);
    expect(() => open(one.stack, 5353)).toThrow('EADDRINUSE');
    far.socket.close();
    open(one.stack, 5353);
  });

  it('are refused where nobody listens, and lost where nobody is', async () => {
    const { client, one } = world();
    const near = open(client.stack);
    await one.stack.listen(80, () => {});
    near.send('x', one.address, 80);
    near.send('x', '10.244.1.250', 80);
    await arrived();
    expect(near.refused).toEqual([`${one.address}:80`]);
  });

  it("reach a Service's endpoints by its protocol, and answers come from the Service's address", async () => {
    const { clock, services, endpointSlices, client, one, two } = world();
    const ports = [
      { name: 'tcp', port: 80, protocol: 'TCP' },
      { name: 'udp', port: 80, protocol: 'UDP' },
    ];
    services.set(service('echo', { clusterIP: '10.96.0.80', clusterIPs: ['10.96.0.80'], ports }));
    const slicePorts = [
      { name: 'tcp', port: 8080, protocol: 'TCP' },
      { name: 'udp', port: 8081, protocol: 'UDP' },
    ];
    const endpoint = (address: string) => ({ addresses: [address], conditions: { ready: true } });
    endpointSlices.set(slice('echo', slicePorts, [endpoint(one.address), endpoint(two.address)]));
    const [first, second, near] = [open(one.stack, 8081), open(two.stack, 8081), open(client.stack)];
    near.send('a', '10.96.0.80', 80);
    await arrived();
    expect(first.heard).toEqual([`a from ${client.address}`]);
    first.answer('b');
    await arrived();
    expect(near.heard).toEqual(['b from 10.96.0.80']);

    // A conversation stays with its endpoint, until that one is gone.
    endpointSlices.set(slice('echo', slicePorts, [endpoint(two.address)]));
    near.send('c', '10.96.0.80', 80);
    await arrived();
    expect(first.heard).toHaveLength(2);
    first.socket.close();
    near.send('d', '10.96.0.80', 80);
    await arrived();
    expect(second.heard).toEqual([`d from ${client.address}`]);
    await clock.advance(200_000);
    // A conversation that has been forgotten begins anew: this is no answer any more.
    second.answer('late');
    await arrived();
    expect(near.heard.at(-1)).toBe(`late from ${two.address}`);

    endpointSlices.set(slice('echo', slicePorts, []));
    near.send('e', '10.96.0.80', 80);
    await arrived();
    expect(near.refused).toEqual(['10.96.0.80:80']);
  });

  it('do not pass where a node is cut off', async () => {
    const { network, client, two } = world();
    const [near, far] = [open(client.stack), open(two.stack, 53)];
    network.setReachable('worker2', false);
    near.send('x', two.address, 53);
    await arrived();
    network.setReachable('worker2', true);
    near.send('y', two.address, 53);
    await arrived();
    expect(far.heard).toEqual([`y from ${client.address}`]);
  });
});
