import { afterAll, expect, it } from 'vitest';
import { logs, makeRuntime, run } from './harness.ts';

const { start, runtime } = makeRuntime();
afterAll(() => runtime.close());

const image = 'registry.k8s.io/e2e-test-images/agnhost:2.53';

it('nc and agnhost talk UDP', async () => {
  const server = await start({ image, command: undefined, args: ['netexec', '--udp-port=8081'], hostname: 'web-0' });
  const client = await start();
  const { address } = server;
  const nc = (text: string, port = 8081) => run(client, ['nc', '-u', '-w', '1', address, String(port)], text);
  expect((await nc('hostname\n')).stdout).toBe('web-0');
  expect((await nc('echo Hello\n')).stdout).toBe('hello');
  expect((await nc('clientip')).stdout).toMatch(new RegExp(`^${client.address}:\\d+$`));
  expect(await nc('hostname', 8080)).toMatchObject({ code: 1, stdout: '' });
  expect((await run(client, ['nc', '-u', '-z', address, '8081'])).code).toBe(0);
  expect((await run(client, ['nc', '-u', '-z', address, '8082'])).code).toBe(1);
  expect(await logs(server)).toContain(`Echoing hello to UDP client ${client.address}`);

  const dial = (port: number) =>
    `http://127.0.0.1:8080/dial?protocol=udp&host=${address}&port=${port}&request=hostname`;
  expect((await run(server, ['curl', '-s', dial(8081)])).stdout).toBe('{"responses":["web-0"]}');
  const connect = (port: number) => run(server, ['/agnhost', 'connect', '--protocol=udp', `${address}:${port}`]);
  expect((await connect(8081)).code).toBe(0);
  expect(await connect(8082)).toMatchObject({ code: 1, stderr: 'REFUSED\n' });
});
