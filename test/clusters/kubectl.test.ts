import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { proxyFor } from '../../src/clusters/fetch/proxy.ts';
import { findKubectl, fits, type KubectlOptions } from '../../src/clusters/kubectl.ts';
import { ProviderError } from '../../src/clusters/provider.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'ordinal-kubectl-test-'));
  undo.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A script that answers as kubectl does. */
function program(version: string): string {
  return `#!/bin/sh\necho '{"clientVersion":{"gitVersion":"${version}"}}'\n# ${'x'.repeat(200_000)}\n`;
}

function install(version: string): string {
  const path = folder();
  writeFileSync(join(path, 'kubectl'), program(version));
  chmodSync(join(path, 'kubectl'), 0o755);
  return path;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fetched = program('v1.33.9');
const sha256 = createHash('sha256').update(fetched).digest('hex');

function options(changes: Partial<KubectlOptions>): KubectlOptions {
  return {
    clusterVersion: 'v1.33.0',
    env: { PATH: '' },
    cacheFolder: folder(),
    signal: new AbortController().signal,
    progress: () => {},
    platform: 'linux',
    arch: 'test',
    pins: { 'linux-test': { path: 'bin/kubectl', sha256 } },
    downloadBase: 'http://127.0.0.1:9',
    pause: async () => {},
    ...changes,
  };
}

function filesBelow(path: string): string[] {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

describe('findKubectl', () => {
  it('takes the one on PATH where it fits', async () => {
    const path = install('v1.32.4-dispatcher');
    expect(await findKubectl(options({ env: { PATH: `/nowhere:${path}` } }))).toEqual({
      path: join(path, 'kubectl'),
      version: 'v1.32.4-dispatcher',
      source: 'path',
    });
  });

  it('takes the one behind a dispatcher that fits the cluster, whatever the dispatcher’s own version', async () => {
    const sdk = install('v1.40.0-dispatcher');
    for (const version of ['v1.32.7', 'v1.33.1']) {
      const beside = join(sdk, `kubectl.${version.slice(1, 5)}`);
      writeFileSync(beside, program(version));
      chmodSync(beside, 0o755);
    }
    // As the SDK’s packages install it: what is on PATH is a link into the SDK.
    const bin = folder();
    symlinkSync(join(sdk, 'kubectl'), join(bin, 'kubectl'));
    const given = options({ env: { PATH: bin } });
    const found = await findKubectl(given);
    expect(found).toMatchObject({ version: 'v1.33.1', source: 'path', folder: dirname(found.path) });
    expect(basename(found.path)).toBe('kubectl');
    expect(realpathSync(found.path)).toBe(realpathSync(join(sdk, 'kubectl.1.33')));
    expect(await findKubectl(given)).toEqual(found);
    expect(await findKubectl({ ...given, clusterVersion: '1.32' })).toMatchObject({ version: 'v1.32.7' });

    // Of another SDK, as after an update elsewhere.
    const other = install('v1.33.0-dispatcher');
    writeFileSync(join(other, 'kubectl.1.33'), program('v1.33.5'));
    chmodSync(join(other, 'kubectl.1.33'), 0o755);
    const later = await findKubectl({ ...given, env: { PATH: other } });
    expect(later).toEqual({ ...found, version: 'v1.33.5' });
  });

  it('leaves it to a dispatcher that has none for the cluster, or where no link can be made', async () => {
    const sdk = install('v1.33.1-dispatcher');
    const given = options({ env: { PATH: sdk } });
    const itself = { path: join(sdk, 'kubectl'), version: 'v1.33.1-dispatcher', source: 'path' };
    expect(await findKubectl(given)).toEqual(itself);
    writeFileSync(join(sdk, 'kubectl.1.33'), program('v1.33.1'));
    chmodSync(join(sdk, 'kubectl.1.33'), 0o755);
    expect(await findKubectl({ ...given, cacheFolder: join(sdk, 'kubectl') })).toEqual(itself);
  });

  it('takes a later one on PATH where the first is too old, and puts it first', async () => {
    const fitting = install('v1.34.1');
    const found = await findKubectl(options({ env: { PATH: `${install('v1.25.0')}:${fitting}` } }));
    expect(found).toMatchObject({ version: 'v1.34.1', source: 'path', folder: fitting });
  });

  it('downloads with progress, then finds it in the cache', async () => {
    const downloadBase = await serve((_, response) => response.end(fetched));
    const messages: string[] = [];
    const given = options({ downloadBase, progress: (message) => messages.push(message) });
    const found = await findKubectl(given);
    expect(found).toMatchObject({ version: 'v1.33.9', source: 'download', folder: dirname(found.path) });
    expect(readFileSync(found.path, 'utf8')).toBe(fetched);
    expect(statSync(found.path).mode & 0o777).toBe(0o755);
    expect(messages[0]).toBe('downloading kubectl v1.33.9');
    expect(await findKubectl({ ...given, downloadBase: 'http://127.0.0.1:9' })).toEqual({ ...found, source: 'cache' });
  });

  it('says percentages where the length is known', async () => {
    const downloadBase = await serve((_, response) => {
      response.setHeader('content-length', Buffer.byteLength(fetched));
      response.end(fetched);
    });
    const messages: string[] = [];
    await findKubectl(options({ downloadBase, progress: (message) => messages.push(message) }));
    expect(messages.at(-1)).toBe('downloading kubectl v1.33.9: 100 %');
  });

  it('takes a broken download up where it broke', async () => {
    const ranges: (string | undefined)[] = [];
    const downloadBase = await serve((request, response) => {
      ranges.push(request.headers.range);
      const start = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      response.writeHead(start ? 206 : 200, { 'content-length': fetched.length - start, etag: '"1"' });
      if (ranges.length < 3) response.write(fetched.slice(start, start + 70_000), () => response.socket?.destroySoon());
      else response.end(fetched.slice(start));
    });
    const found = await findKubectl(options({ downloadBase }));
    expect(readFileSync(found.path, 'utf8')).toBe(fetched);
    expect(ranges).toHaveLength(3);
    expect(ranges[0]).toBeUndefined();
    expect(ranges[1]).toMatch(/^bytes=\d+-$/);
  });

  it.each<[string, RequestListener, RegExp]>([
    ['has another checksum', (_, response) => response.end('#!/bin/sh\nevil'), /has the checksum .*, expected/],
    [
      'is cut short each time',
      (_, response) => {
        response.writeHead(200, { 'content-length': 1000 });
        response.write('x', () => response.destroy());
      },
      /could not be downloaded/,
    ],
    ['is not there', (_, response) => response.writeHead(404).end(), /answered 404/],
    ['fails', (_, response) => response.writeHead(503).end(), /answered 503/],
    [
      'redirects for ever',
      (_, response) => response.writeHead(302, { location: '/again' }).end(),
      /redirects too often/,
    ],
  ])('leaves nothing behind when what is offered %s', async (_, listener, message) => {
    const downloadBase = await serve(listener);
    const given = options({ downloadBase });
    const error = await findKubectl(given).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ProviderError);
    expect((error as ProviderError).message).toMatch(message);
    expect((error as ProviderError).remedy).toContain('kubernetes.io/docs/tasks/tools');
    expect(filesBelow(given.cacheFolder)).toEqual([]);
  });

  it('names every way where there is none', async () => {
    const error = (await findKubectl(options({ env: { PATH: install('v1.20.0') }, arch: 'vax' })).catch(
      (error: unknown) => error,
    )) as ProviderError;
    expect(error.message).toMatch(/kubectl is v1\.20\.0, and the cluster v1\.33\.0/);
    expect(error.message).toMatch(/not downloaded for linux-vax/);
    expect(error.remedy).toContain('1.32 to 1.34');
  });

  it('goes through the proxy the environment names, except where that says not to', async () => {
    const asked: string[] = [];
    const proxy = await serve((request, response) => {
      asked.push(request.url!);
      response.end(fetched);
    });
    await findKubectl(options({ downloadBase: 'http://dl.test/release', env: { PATH: '', http_proxy: proxy } }));
    expect(asked).toEqual(['http://dl.test/release/bin/kubectl']);
    const direct = await serve((_, response) => response.end(fetched));
    const env = { PATH: '', http_proxy: proxy, no_proxy: 'example.com,127.0.0.1' };
    await findKubectl(options({ downloadBase: direct, env }));
    expect(asked).toHaveLength(1);
  });

  it('asks a proxy for a tunnel to an encrypted address', async () => {
    const tunnels: string[] = [];
    const server = createServer().on('connect', (request, socket) => {
      tunnels.push(`${request.url} ${request.headers['proxy-authorization']}`);
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    undo.push(() => new Promise((resolve) => server.close(resolve)));
    const proxy = `http://me:secret@127.0.0.1:${(server.address() as AddressInfo).port}`;
    const given = options({ downloadBase: 'https://dl.test', env: { PATH: '', HTTPS_PROXY: proxy } });
    await expect(findKubectl(given)).rejects.toThrow(/the proxy 127\.0\.0\.1:\d+ answered 403/);
    expect(tunnels).toEqual([`dl.test:443 Basic ${Buffer.from('me:secret').toString('base64')}`]);
  });

  it('may be asked by several at once, and clears what a dead process left', async () => {
    const downloadBase = await serve((_, response) => response.end(fetched));
    const given = options({ downloadBase });
    const cache = join(given.cacheFolder, 'kubectl', 'v1.33.9', 'linux-test');
    mkdirSync(cache, { recursive: true });
    writeFileSync(join(cache, 'kubectl.4194999-01234567.part'), 'half');
    const all = await Promise.all([1, 2, 3, 4].map(() => findKubectl(given)));
    expect(new Set(all.map(({ path }) => path)).size).toBe(1);
    expect(filesBelow(given.cacheFolder)).toEqual(['kubectl']);
  });

  it('stops when told to', async () => {
    const controller = new AbortController();
    const downloadBase = await serve((request) => {
      request.socket.on('close', () => undefined);
      controller.abort(new Error('enough'));
    });
    const given = options({ downloadBase, signal: controller.signal });
    await expect(findKubectl(given)).rejects.toThrow('enough');
    expect(filesBelow(given.cacheFolder)).toEqual([]);
  });
});

it('knows which versions may talk to each other', () => {
  expect(fits('v1.33.9', 'v1.33.0')).toBe(true);
  expect(fits('v1.32.0', '1.33')).toBe(true);
  expect(fits('v1.34.5+k3s1', '1.33')).toBe(true);
  expect(fits('v1.35.0', '1.33')).toBe(false);
  expect(fits('v1.31.0', '1.33')).toBe(false);
  expect(fits('v2.33.0', '1.33')).toBe(false);
  expect(fits('nonsense', '1.33')).toBe(false);
});

describe('proxyFor', () => {
  const url = new URL('https://dl.k8s.io/release');
  it.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ HTTPS_PROXY: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [{ https_proxy: 'proxy:3128' }, 'http://proxy:3128/'],
    [{ http_proxy: 'http://proxy:3128' }, undefined],
    [{ all_proxy: 'http://proxy:3128' }, 'http://proxy:3128/'],
    [{ https_proxy: 'http://proxy', no_proxy: 'k8s.io' }, undefined],
    [{ https_proxy: 'http://proxy', no_proxy: '.k8s.io' }, undefined],
    [{ https_proxy: 'http://proxy', NO_PROXY: 'dl.k8s.io:443' }, undefined],
    [{ https_proxy: 'http://proxy', NO_PROXY: 'dl.k8s.io:80' }, 'http://proxy/'],
    [{ https_proxy: 'http://proxy', no_proxy: 's.io' }, 'http://proxy/'],
    [{ https_proxy: 'http://proxy', no_proxy: '*' }, undefined],
  ])('%j', (env, proxy) => {
    expect(proxyFor(url, env)?.href).toBe(proxy);
  });
});
