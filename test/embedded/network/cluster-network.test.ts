import { createServer, get } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import type { Connection, NetworkStack } from '../../../src/embedded/network/network.ts';
import { clusterDns, makeNetwork, service, slice } from './fixtures.ts';

const endpoint = (address: string, extra: object = {}) => ({
  addresses: [address],
  conditions: { ready: true },
  ...extra,
});

/** Answers every connection with a line of its own, then ends it. */
async function greet(stack: NetworkStack, port: number, line: string): Promise<void> {
  await stack.listen(port, (connection) => connection.end(line));
}

async function ask(stack: NetworkStack, host: string, port: number): Promise<string> {
  return text(await stack.dial(host, port));
}

function pod(network: ReturnType<typeof makeNetwork>['network'], node = 'worker') {
  const sandbox = network.createSandbox(node, false);
  return { sandbox, address: sandbox.addresses[0]!, stack: network.stack(sandbox, clusterDns) };
}

describe('Pod addresses', () => {
  it("come from the node's range and are not used again at once", () => {
    const { network } = makeNetwork();
    const first = network.createSandbox('worker2', false);
    network.releaseSandbox(first);
    const second = network.createSandbox('worker2', false);
    expect([first, second].map(({ addresses }) => addresses[0])).toEqual(['10.244.2.2', '10.244.2.3']);
    expect(network.createSandbox('worker', true).addresses).toEqual(['172.18.0.3']);
  });

  it('run out with a message', () => {
    const { network } = makeNetwork();
    for (let count = 0; count < 253; count++) network.createSandbox('worker', false);
    expect(() => network.createSandbox('worker', false)).toThrow(
      'no IP addresses available in range set: 10.244.1.0/24',
    );
  });
});

describe('connections', () => {
  it("reach a listening Pod, each side seeing the other's address", async () => {
    const { network } = makeNetwork();
    const server = pod(network);
    const client = pod(network, 'worker2');
    const seen: Connection[] = [];
    await server.stack.listen(8080, (connection) => {
      seen.push(connection);
      connection.pipe(connection);
    });
    const connection = await client.stack.dial(server.address, 8080);
    connection.end('echo');
    expect(await text(connection)).toBe('echo');
    expect(seen[0]).toMatchObject({ remoteAddress: client.address, localAddress: server.address, localPort: 8080 });
    expect(connection).toMatchObject({ remoteAddress: server.address, remotePort: 8080, localAddress: client.address });
  });

  it('carry HTTP both ways', async () => {
    const { network } = makeNetwork();
    const server = pod(network);
    const http = createServer((request, response) =>
      response.end(`${request.url} from ${request.socket.remoteAddress}`),
    );
    await server.stack.listen(80, (connection) => http.emit('connection', connection));
    const connection = await network.dial(server.address, 80);
    const body = await new Promise((resolve, reject) =>
      get({ path: '/x', createConnection: () => connection as never }, (response) => resolve(text(response))).on(
        'error',
        reject,
      ),
    );
    expect(body).toBe('/x from 172.18.0.2');
  });

  it('hold a writer back until the reader reads', async () => {
    const { network } = makeNetwork();
    const server = pod(network);
    let accepted: Connection | undefined;
    await server.stack.listen(9, (connection) => {
      accepted = connection;
    });
    const connection = await server.stack.dial('localhost', 9);
    let written = 0;
    const chunk = Buffer.alloc(64 * 1024);
    while (written < 100 && connection.write(chunk)) written++;
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(connection.writableLength).toBeGreaterThan(0);
    let read = 0;
    accepted!.on('data', (data: Buffer) => {
      read += data.length;
    });
    connection.end();
    await new Promise((resolve) => accepted!.on('end', resolve));
    expect(read).toBe((written + 1) * chunk.length);
  });

  it('are refused where nothing listens, and time out or find no route where nobody is', async () => {
    const clock = new ManualClock();
    const { network } = makeNetwork({}, clock);
    const { stack, address } = pod(network);
    await expect(stack.dial(address, 1)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(stack.dial('nosuch', 1)).rejects.toMatchObject({ code: 'ENOTFOUND' });
    const nobody = expect(stack.dial('10.244.2.77', 80)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    const neighbour = expect(stack.dial('172.18.0.99', 80)).rejects.toMatchObject({ code: 'EHOSTUNREACH' });
    await clock.advance(131_000);
    await Promise.all([nobody, neighbour]);
    const stop = new AbortController();
    const given = expect(stack.dial('10.244.2.77', 80, stop.signal)).rejects.toThrow('enough');
    await clock.advance(0);
    stop.abort(new Error('enough'));
    await given;
    expect(clock.pending).toBe(0);
  });

  it('are reset when the Pod goes', async () => {
    const { network } = makeNetwork();
    const server = pod(network);
    const client = pod(network);
    await server.stack.listen(80, () => {});
    const connection = await client.stack.dial(server.address, 80);
    const gone = new Promise((resolve) => connection.once('error', resolve));
    network.releaseSandbox(server.sandbox);
    expect(await gone).toMatchObject({ code: 'ECONNRESET' });
    expect(() => network.releaseSandbox(server.sandbox)).not.toThrow();
  });

  it('refuse a second listener on a port', async () => {
    const { network } = makeNetwork();
    const { stack } = pod(network);
    const listener = await stack.listen(80, () => {});
    await expect(stack.listen(80, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' });
    listener.close();
    await stack.listen(80, () => {});
    expect(stack.listening()).toEqual([80]);
  });

  it('stall while a node is cut off and go on after', async () => {
    const clock = new ManualClock();
    const { network } = makeNetwork({}, clock);
    const server = pod(network, 'worker2');
    const client = pod(network, 'worker');
    await server.stack.listen(80, (connection) => connection.pipe(connection));
    const connection = await client.stack.dial(server.address, 80);
    network.setReachable('worker2', false);
    connection.write('held');
    const refused = expect(client.stack.dial(server.address, 80)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    const lost = expect(server.stack.resolve('kubernetes', 'A')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await clock.advance(131_000);
    await Promise.all([refused, lost]);
    expect(connection.read()).toBeNull();
    const own = await server.stack.dial('localhost', 80);
    own.end('self');
    expect(await text(own)).toBe('self');
    network.setReachable('worker2', true);
    connection.end();
    expect(await text(connection)).toBe('held');
  });
});

describe('Services', () => {
  it('balance over ready endpoints and map the port', async () => {
    let random = 0;
    const { network, services, endpointSlices } = makeNetwork({ random: () => random });
    const [one, two] = [pod(network), pod(network, 'worker2')];
    await greet(one.stack, 8080, 'one');
    await greet(two.stack, 8080, 'two');
    services.set(
      service('web', {
        clusterIP: '10.96.7.7',
        ports: [
          { name: 'http', port: 80 },
          { name: 'x', port: 81 },
        ],
      }),
    );
    endpointSlices.set(
      slice(
        'web',
        [{ name: 'http', port: 8080 }],
        [endpoint(one.address), endpoint(two.address), endpoint('10.244.1.99', { conditions: { ready: false } })],
      ),
    );
    expect(await ask(one.stack, 'web', 80)).toBe('one');
    random = 0.99;
    expect(await ask(one.stack, 'web.dd', 80)).toBe('two');
    await expect(one.stack.dial('web', 81)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('refuse without endpoints, and say nothing on a port they do not have', async () => {
    const clock = new ManualClock();
    const { network, services } = makeNetwork({}, clock);
    const { stack } = pod(network);
    services.set(service('web', { clusterIP: '10.96.7.7', ports: [{ port: 80 }] }));
    await expect(stack.dial('web', 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const silent = expect(stack.dial('web', 443)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await clock.advance(131_000);
    await silent;
  });

  it('fall back to endpoints that serve while terminating', async () => {
    const { network, services, endpointSlices } = makeNetwork();
    const { stack, address } = pod(network);
    await greet(stack, 80, 'last words');
    services.set(service('web', { clusterIP: '10.96.7.7', ports: [{ port: 80 }] }));
    const conditions = { ready: false, serving: true, terminating: true };
    endpointSlices.set(slice('web', [{ name: '', port: 80 }], [endpoint(address, { conditions })]));
    expect(await ask(stack, '10.96.7.7', 80)).toBe('last words');
  });

  it('headless ones map no port', async () => {
    const { network, services, endpointSlices } = makeNetwork();
    const { stack, address } = pod(network);
    await greet(stack, 8080, 'here');
    services.set(service('web', { clusterIP: 'None', ports: [{ port: 80, targetPort: 8080 }] }));
    endpointSlices.set(slice('web', [{ name: '', port: 8080 }], [endpoint(address, { hostname: 'web-0' })]));
    await expect(stack.dial('web-0.web', 80)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await ask(stack, 'web-0.web', 8080)).toBe('here');
  });

  it('keep a client with its backend under sessionAffinity until the time has passed', async () => {
    const clock = new ManualClock();
    let random = 0;
    const { network, services, endpointSlices } = makeNetwork({ random: () => random }, clock);
    const [one, two] = [pod(network), pod(network)];
    await greet(one.stack, 80, 'one');
    await greet(two.stack, 80, 'two');
    const config = { clientIP: { timeoutSeconds: 10 } };
    const spec = {
      clusterIP: '10.96.7.7',
      ports: [{ port: 80 }],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: config,
    };
    services.set(service('web', spec));
    endpointSlices.set(slice('web', [{ name: '', port: 80 }], [endpoint(one.address), endpoint(two.address)]));
    expect(await ask(one.stack, 'web', 80)).toBe('one');
    random = 0.9;
    await clock.advance(9_000);
    expect(await ask(one.stack, 'web', 80)).toBe('one');
    expect(await ask(two.stack, 'web', 80)).toBe('two');
    await clock.advance(11_000);
    expect(await ask(one.stack, 'web', 80)).toBe('two');
  });

  it('keep to the node under internalTrafficPolicy Local', async () => {
    const clock = new ManualClock();
    const { network, services, endpointSlices } = makeNetwork({}, clock);
    const [near, far] = [pod(network, 'worker'), pod(network, 'worker2')];
    await greet(near.stack, 80, 'near');
    services.set(service('web', { clusterIP: '10.96.7.7', ports: [{ port: 80 }], internalTrafficPolicy: 'Local' }));
    endpointSlices.set(slice('web', [{ name: '', port: 80 }], [endpoint(near.address, { nodeName: 'worker' })]));
    expect(await ask(near.stack, 'web', 80)).toBe('near');
    const dropped = expect(far.stack.dial('web', 80)).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await clock.advance(131_000);
    await dropped;
  });

  it("are reached on node ports and load balancers' addresses, masqueraded", async () => {
    const { network, services, endpointSlices } = makeNetwork();
    const server = pod(network, 'worker2');
    await server.stack.listen(80, (connection) => connection.end(connection.remoteAddress));
    const spec = { type: 'LoadBalancer', clusterIP: '10.96.7.7', ports: [{ port: 80, nodePort: 30080 }] };
    services.set({ ...service('web', spec), status: { loadBalancer: { ingress: [{ ip: '172.18.0.200' }] } } });
    endpointSlices.set(slice('web', [{ name: '', port: 80 }], [endpoint(server.address)]));
    const client = pod(network, 'worker');
    expect(await ask(client.stack, '172.18.0.2', 30080)).toBe('172.18.0.2');
    expect(await ask(client.stack, 'worker', 30080)).toBe('172.18.0.3');
    expect(await ask(client.stack, '172.18.0.200', 80)).toBe(client.address);
    expect(await text(await network.dial('172.18.0.4', 30080))).toBe('172.18.0.4');
    await expect(client.stack.dial('172.18.0.2', 30081)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('lead to the API server', async () => {
    const accept = (connection: Connection) => void connection.end('api');
    const { network, services, endpointSlices } = makeNetwork({
      apiServer: { node: 'control-plane', port: 6443, accept },
    });
    services.set(service('kubernetes', { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443 }] }, 'default'));
    endpointSlices.set(slice('kubernetes', [{ name: 'https', port: 6443 }], [endpoint('172.18.0.2')], 'default'));
    expect(await ask(pod(network).stack, 'kubernetes.default.svc', 443)).toBe('api');
  });
});

describe('hostPort and hostNetwork', () => {
  it("open the port on the node's address, on one of them where asked", async () => {
    const { network } = makeNetwork();
    const sandbox = network.createSandbox('worker', false, [
      { hostPort: 9000, containerPort: 80 },
      { hostPort: 9001, containerPort: 80, hostIP: '127.0.0.1' },
    ]);
    await greet(network.stack(sandbox, clusterDns), 80, 'mapped');
    const host = network.stack(network.createSandbox('worker', true), clusterDns);
    const other = pod(network, 'worker2').stack;
    expect(await ask(other, '172.18.0.3', 9000)).toBe('mapped');
    expect(await ask(host, '127.0.0.1', 9001)).toBe('mapped');
    await expect(other.dial('172.18.0.3', 9001)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    network.releaseSandbox(sandbox);
    await expect(other.dial('172.18.0.3', 9000)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('names', () => {
  it('are looked for along the search list', async () => {
    const { network, services } = makeNetwork();
    services.set(service('web', { clusterIP: '10.96.7.7', ports: [{ port: 80 }] }));
    const { stack } = pod(network);
    expect((await stack.resolve('web', 'A')).name).toBe('web.dd.svc.cluster.local');
    expect((await stack.resolve('web.dd', 'A')).name).toBe('web.dd.svc.cluster.local');
    expect((await stack.resolve('web.', 'A')).status).toBe('NXDOMAIN');
    expect((await stack.resolve('web', 'AAAA')).status).toBe('NOERROR');
    expect((await stack.resolve('nope', 'A')).status).toBe('NXDOMAIN');
  });

  it('of the cluster are unknown to other nameservers', async () => {
    const { network, services } = makeNetwork();
    services.set(service('web', { clusterIP: '10.96.7.7', ports: [{ port: 80 }] }));
    const stack = network.stack(network.createSandbox('worker', false), { ...clusterDns, nameservers: ['172.18.0.1'] });
    expect((await stack.resolve('web.dd.svc.cluster.local.', 'A')).status).toBe('NXDOMAIN');
    expect((await stack.resolve('worker2', 'A')).answers[0]?.data).toBe('172.18.0.4');
  });
});
