import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../../../until.ts';
import type { TestServer } from '../http/support.ts';
import { aborted, createPod, startServer, TestSocket } from './support.ts';

let server: TestServer;
const pods = '/api/v1/namespaces/default/pods';

beforeAll(async () => {
  server = await startServer();
  await createPod(server, 'web', { node: 'node-1' });
  await createPod(server, 'two', { node: 'node-1', containers: ['main', 'side'] });
  await createPod(server, 'pending', {});
});
afterAll(() => server.stop());

const exec = (pod: string, command: readonly string[], flags = 'stdout=true&stderr=true') =>
  `${pods}/${pod}/exec?${flags}&${command.map((word) => `command=${encodeURIComponent(word)}`).join('&')}`;

describe('exec over a WebSocket', () => {
  it.each(['v5.channel.k8s.io', 'v4.channel.k8s.io'])('carries output and the end by %s', async (protocol) => {
    const socket = await TestSocket.open(server, exec('web', ['echo', 'hello', 'world']), protocol);
    expect(socket.protocol).toBe(protocol);
    await socket.closed;
    expect(socket.channel(1)).toBe('hello world\n');
    expect(JSON.parse(socket.channel(3))).toEqual({ metadata: {}, status: 'Success' });
  });

  it('tells how a command failed', async () => {
    const socket = await TestSocket.open(server, exec('web', ['fail', '7']), 'v4.channel.k8s.io');
    await socket.closed;
    expect(socket.channel(2)).toBe('no luck\n');
    expect(JSON.parse(socket.channel(3))).toEqual({
      metadata: {},
      status: 'Failure',
      message: 'command terminated with non-zero exit code: command terminated with exit code 7',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '7' }] },
    });
  });

  it('tells why a command did not start', async () => {
    const socket = await TestSocket.open(server, exec('web', ['nope']), 'v4.channel.k8s.io');
    await socket.closed;
    expect(JSON.parse(socket.channel(3))).toMatchObject({
      status: 'Failure',
      message: 'exec: "nope": executable file not found in $PATH',
    });
  });

  it('says it in words to old clients', async () => {
    const socket = await TestSocket.open(server, exec('web', ['fail', '7']), 'channel.k8s.io');
    await socket.closed;
    expect(socket.channel(3)).toBe('command terminated with non-zero exit code: command terminated with exit code 7');
  });

  it('encodes for those who want text', async () => {
    const socket = await TestSocket.open(server, exec('web', ['echo', 'hi']), 'base64.channel.k8s.io');
    await socket.closed;
    const texts = socket.messages.map(String);
    expect(texts.map((text) => text[0] + Buffer.from(text.slice(1), 'base64').toString()).join('|')).toBe('1|1hi\n');
  });

  it('takes input until the channel is closed, in the fifth version', async () => {
    const socket = await TestSocket.open(server, exec('web', ['cat'], 'stdin=1&stdout=1'), 'v5.channel.k8s.io');
    const sent = Array.from({ length: 200 }, (_, i) => `${i} ${'x'.repeat(20_000)}\n`);
    for (const text of sent) socket.send(0, text);
    socket.send(255, Buffer.from([0]));
    await socket.closed;
    expect(socket.channel(1)).toBe(sent.join(''));
    expect(JSON.parse(socket.channel(3)).status).toBe('Success');
  });

  it('tells of the terminal and its changes', async () => {
    const path = exec('web', ['sizes'], 'stdout=1&stdin=1&tty=1&stderr=1');
    const socket = await TestSocket.open(server, path, 'v5.channel.k8s.io');
    socket.send(4, '{"Width":80,"Height":24}');
    socket.send(4, '{"Width":100,');
    socket.send(4, '"Height":30}{"Width":-1,"Height":5}nonsense}{"Width":1,"Height":1}');
    await socket.closed;
    expect(socket.channel(1)).toBe('80x24\n100x30\n1x1\n');
  });

  it('ends the command of a client that goes', async () => {
    const socket = await TestSocket.open(server, exec('web', ['hang', 'first']), 'v5.channel.k8s.io');
    socket.terminate();
    await until(() => aborted.includes('first'));
  });

  it('ends commands when the server is closed', async () => {
    const other = await startServer();
    await createPod(other, 'web', { node: 'node-1' });
    const socket = await TestSocket.open(other, exec('web', ['hang', 'second']), 'v5.channel.k8s.io');
    await other.stop();
    await socket.closed;
    await until(() => aborted.includes('second'));
  });

  it('is not upset by messages that make no sense', async () => {
    const socket = await TestSocket.open(server, exec('web', ['cat'], 'stdin=1&stdout=1'), 'v5.channel.k8s.io');
    socket.send(0, '');
    socket.send(9, 'nobody');
    socket.send(1, 'output');
    socket.send(255, '');
    socket.send(255, Buffer.from([77]));
    socket.send(0, 'still here');
    socket.send(255, Buffer.from([0]));
    socket.send(255, Buffer.from([0]));
    socket.send(0, 'too late');
    await socket.closed;
    expect(socket.channel(1)).toBe('still here');
  });

  it('attaches to what runs', async () => {
    const socket = await TestSocket.open(server, `${pods}/web/attach?stdin=1&stdout=1`, 'v5.channel.k8s.io');
    socket.send(0, 'hello');
    await until(() => socket.channel(1) === 'hello');
    socket.close();
    await socket.closed;
  });

  it('does not wait for input that nobody reads', async () => {
    const socket = await TestSocket.open(server, exec('web', ['sleep'], 'stdin=1&stdout=1'), 'v5.channel.k8s.io');
    for (let i = 0; i < 100; i++) socket.send(0, 'x'.repeat(100_000));
    await socket.closed;
    expect(JSON.parse(socket.channel(3)).status).toBe('Success');
  });

  it.each([
    [exec('two', ['x']), '400', 'a container name must be specified for pod two, choose one of: [main side]'],
    [`${exec('two', ['x'])}&container=nope`, '400', 'container nope is not valid for pod two'],
    [exec('nope', ['x']), '404', 'pods \\"nope\\" not found'],
    [exec('pending', ['x']), '400', 'pod pending does not have a host assigned'],
    [exec('web', ['x'], 'stdin=0'), '400', 'you must specify at least 1 of stdin, stdout, stderr'],
  ])('refuses %s', async (path, code, message) => {
    const refusal = await TestSocket.open(server, path, 'v5.channel.k8s.io').then(
      () => 'accepted',
      (error: Error) => error.message,
    );
    expect(refusal).toContain(`${code} {`);
    expect(refusal).toContain(message);
    const [, , plainCode] = [path, code, (await server.get(path)).status];
    expect(String(plainCode)).toBe(code);
  });

  it('refuses protocols that it does not speak, strangers, and those without a right', async () => {
    const path = exec('web', ['echo', 'x']);
    await expect(TestSocket.open(server, path, 'v9.channel.k8s.io')).rejects.toThrow(/^400 .*none of the subprotocols/);
    await expect(TestSocket.open(server, path, 'v5.channel.k8s.io', 'stranger')).rejects.toThrow(/^401 /);
    await expect(TestSocket.open(server, path, 'v5.channel.k8s.io', 'jane')).rejects.toThrow(
      /^403 .*User \\"jane\\" cannot get resource \\"pods\/exec\\"/,
    );
  });

  it('wants a connection that can be upgraded', async () => {
    const { status, json } = await server.get(exec('web', ['echo', 'x']));
    expect(status).toBe(400);
    expect(json.message).toBe('Upgrade request required');
    expect((await server.post(exec('web', ['echo', 'x']), '')).json.message).toBe('Upgrade request required');
  });
});
