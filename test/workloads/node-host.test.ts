import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NodeHost } from '../../src/workloads/node-host.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ordinal-host-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('NodeHost', () => {
  it('writes files whole and leaves nothing beside them', async () => {
    const { files } = new NodeHost(new AbortController().signal);
    const path = join(folder, 'deep', 'data.txt');
    await files.makeDirectory(join(folder, 'deep'));
    await files.write(path, 'first');
    await files.write(path, 'second');
    expect(Buffer.from(await files.read(path)).toString()).toBe('second');
    expect(await readdir(join(folder, 'deep'))).toEqual(['data.txt']);
    await files.remove(path);
    await expect(files.read(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('serves and fetches HTTP, with redirects and time limits', async () => {
    const stop = new AbortController();
    const host = new NodeHost(stop.signal);
    const port = await freePort();
    await host.listen(port, (request, response) => {
      if (request.url === '/from') response.writeHead(302, { Location: '/to' }).end();
      else if (request.url === '/to') response.end(`${request.method} arrived`);
      else if (request.url !== '/never') response.writeHead(404).end();
    });
    const url = `http://127.0.0.1:${port}`;
    expect(await host.fetch(`${url}/from`, { followRedirects: true })).toMatchObject({
      status: 200,
      text: 'GET arrived',
    });
    expect(await host.fetch(`${url}/from`)).toMatchObject({ status: 302, headers: { location: '/to' } });
    await expect(host.fetch(`${url}/never`, { timeout: 50 })).rejects.toMatchObject({ code: 'ETIMEDOUT' });
    await expect(host.listen(port, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' });
    stop.abort();
    await expect(new NodeHost(new AbortController().signal).fetch(`${url}/to`)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });

  it('stops waiting when it is told to stop', async () => {
    const stop = new AbortController();
    const host = new NodeHost(stop.signal);
    const waiting = host.sleep(60_000);
    stop.abort();
    await waiting;
    await host.sleep(60_000);
  });
});
