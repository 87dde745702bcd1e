import { afterAll, describe, expect, it } from 'vitest';
import { MemoryFileSystem } from '../../src/embedded/storage/memory-filesystem.ts';
import { logs, makeRuntime, run } from '../embedded/containers/harness.ts';

const { start, runtime, clock } = makeRuntime();
afterAll(() => runtime.close());

describe('kubia', () => {
  it('answers with its name and keeps what it is sent, on its volume', async () => {
    const data = new MemoryFileSystem(clock);
    await data.chmod('/', 0o777);
    const mounts = [{ path: '/var/data', files: data, root: '/', readOnly: false }];
    const config = { image: 'ordinal/kubia:1', command: undefined, hostname: 'kubia-0', mounts };
    const client = await start({ image: 'debian:bookworm-slim' });
    const curl = async (address: string, ...args: string[]) =>
      (await run(client, ['curl', '-sS', ...args, `http://${address}:8080/`])).stdout;

    const first = await start(config);
    expect(await curl(first.address)).toBe("You've hit kubia-0\nData stored on this pod: No data posted yet\n");
    expect(await curl(first.address, '-X', 'POST', '-d', 'Hey there!')).toBe('Data stored on pod kubia-0\n');
    expect(Buffer.from(await data.readFile('/kubia.txt')).toString()).toBe('Hey there!');
    expect((await run(client, ['curl', '-sS', `http://${first.address}:8080/healthz`])).stdout).toBe('ok\n');
    expect(await logs(first)).toContain('New data has been received and stored.');
    first.signal('SIGTERM');
    expect((await first.exited).code).toBe(0);

    const second = await start({ ...config, attempt: 1 });
    expect(await curl(second.address)).toBe("You've hit kubia-0\nData stored on this pod: Hey there!\n");
    second.signal('SIGKILL');
    expect((await second.exited).code).toBe(137);
  });

  it('says why it could not keep something', async () => {
    const data = new MemoryFileSystem(clock);
    await data.chmod('/', 0o777);
    const mounts = [{ path: '/var/data', files: data, root: '/', readOnly: true }];
    const server = await start({ image: 'luksa/kubia-pet', command: undefined, mounts });
    const outcome = await run(server, [
      'bash',
      '-c',
      `curl -sS -w '%{http_code}' -d x http://localhost:8080/; curl -sS -o /dev/null -w '%{http_code}' --data-binary @<(head -c 1500000 /dev/zero) http://localhost:8080/`,
    ]);
    expect(outcome.stdout).toMatch(/^Data not stored on pod pod-\d+: EROFS.*\n500413$/);
  });
});
