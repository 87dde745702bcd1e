import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledNodeImage, type CreateBundleOptions, createBundle, loadBundle } from '../../src/clusters/bundle.ts';
import { Program } from '../../src/clusters/kind/program.ts';
import type { ProviderError } from '../../src/clusters/provider.ts';
import { run } from '../integration/support/program.ts';
import { FakePrograms } from './kind/fake-programs.ts';

const nodeImage = 'kindest/node:v1.33.4@sha256:25a6';
const signal = new AbortController().signal;

let here: FakePrograms;
let there: FakePrograms;
beforeEach(async () => {
  here = new FakePrograms();
  there = new FakePrograms();
  await Promise.all([here.start(), there.start()]);
  Object.assign(here.state.images, {
    [nodeImage]: { id: 'sha256:node' },
    'ordinal/kubia:1': { id: 'sha256:kubia', source: 'abc' },
    'busybox:1.36': { id: 'sha256:busybox' },
  });
  writeFileSync(join(here.folder, 'kind'), 'a kind', { mode: 0o755 });
});
afterEach(() => {
  here.stop();
  there.stop();
});

const file = () => join(here.folder, 'workshop.ordinal');
const cacheFolder = () => join(there.folder, 'cache');

async function create(changes: Partial<CreateBundleOptions> = {}): Promise<string[]> {
  const told: string[] = [];
  await createBundle({
    file: file(),
    docker: new Program('docker', here.env),
    signal,
    progress: (message) => told.push(message),
    head: { format: 1, product: '0.1.0', architecture: 'x64' },
    nodeImage,
    images: ['ordinal/kubia:1', 'busybox:1.36'],
    programs: [{ program: 'kind', version: 'v0.30.0', platform: 'linux-x64', path: join(here.folder, 'kind') }],
    ...changes,
  });
  return told;
}

async function load(changes: Partial<Parameters<typeof loadBundle>[0]> = {}): Promise<string[]> {
  const told: string[] = [];
  await loadBundle({
    file: file(),
    docker: new Program('docker', there.env),
    signal,
    progress: (message) => told.push(message),
    cacheFolder: cacheFolder(),
    platform: 'linux',
    arch: 'x64',
    ...changes,
  });
  return told;
}

const refusal = (attempt: Promise<unknown>) =>
  attempt.then(
    () => expect.unreachable(),
    (error: ProviderError) => error,
  );

describe('a bundle', () => {
  it('brings images and programs to where they are looked for', async () => {
    await create();
    await load();
    expect(there.state.images).toEqual({
      'kindest/node:v1.33.4': { id: 'sha256:node' },
      'ordinal/kubia:1': { id: 'sha256:kubia', source: 'abc' },
      'busybox:1.36': { id: 'sha256:busybox' },
    });
    const kind = join(cacheFolder(), 'kind/v0.30.0/linux-x64/kind');
    expect(readFileSync(kind, 'utf8')).toBe('a kind');
    expect(statSync(kind).mode & 0o777).toBe(0o755);
    // What is loaded from a file has no digest to be named by.
    expect(await bundledNodeImage(cacheFolder())).toBe('kindest/node:v1.33.4');
    expect(existsSync(`${file()}.part`)).toBe(false);
  });

  it('is an archive that tar can list', async () => {
    await create();
    const { code, out } = await run('tar', ['-tf', file()]);
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toEqual([
      'ordinal-bundle.json',
      'node-image.tar.gz',
      'node-image.tar.gz.json',
      'images.tar.gz',
      'images.tar.gz.json',
      'kind-linux-x64',
      'kind-linux-x64.json',
      'end.json',
    ]);
  });

  it('is gone on with after an interruption, and not packed twice', async () => {
    const broken = create({
      programs: [{ program: 'kind', version: 'v0.30.0', platform: 'linux-x64', path: join(here.folder, 'nothing') }],
    });
    await expect(broken).rejects.toThrow('ENOENT');
    expect(existsSync(file())).toBe(false);
    // As a kill in the middle of writing leaves it.
    writeFileSync(`${file()}.part`, 'half a part', { flag: 'a' });
    const told = await create();
    expect(told).toContain('the nodes’ image: packed already');
    expect(here.calls('docker save')).toHaveLength(2);
    await load();
    expect(there.state.images).toHaveProperty('busybox:1.36');
  });

  it('is packed anew from where an image has changed', async () => {
    await expect(
      create({ programs: [{ program: 'kind', version: 'v0.30.0', platform: 'linux-x64', path: '/nothing' }] }),
    ).rejects.toThrow('ENOENT');
    Object.assign(here.state.images, { 'ordinal/kubia:1': { id: 'sha256:newer' } });
    await create();
    expect(here.calls('docker save kindest')).toHaveLength(1);
    expect(here.calls('docker save ordinal')).toHaveLength(2);
    await load();
    expect(there.state.images['ordinal/kubia:1']).toEqual({ id: 'sha256:newer' });
  });

  it('loads only what is not there', async () => {
    await create();
    Object.assign(there.state.images, { 'kindest/node:v1.33.4': { id: 'sha256:node' } });
    expect(await load()).toContain('the nodes’ image: there already');
    expect(there.calls('docker load')).toHaveLength(1);
    const again = await load();
    expect(again).toContain('the images of the lessons: there already');
    expect(again).toContain('kind v0.30.0: there already');
  });

  it('says which image it cannot have', async () => {
    const error = await refusal(create({ nodeImage: 'kindest/node:v1.99' }));
    expect(error.message).toContain('The image kindest/node:v1.99 is not here and cannot be pulled');
    expect(error.message).toContain('no such host');
  });
});

describe('a file that is not as it was made', () => {
  it('is known where it is no bundle', async () => {
    writeFileSync(file(), 'PK\x03\x04 a zip, for instance'.padEnd(2000, 'x'));
    expect((await refusal(load())).message).toMatch(/is not a bundle of Ordinal/);
    writeFileSync(file(), '');
    expect((await refusal(load())).message).toMatch(/is not a bundle of Ordinal/);
    expect((await refusal(load({ file: join(here.folder, 'none') }))).message).toMatch(/cannot be read: ENOENT/);
  });

  it('is known where it ends early, before anything of it is loaded', async () => {
    await create();
    for (const cut of [512 * 3, 1024]) {
      truncateSync(file(), statSync(file()).size - cut);
      expect((await refusal(load())).message).toMatch(/is damaged: it ends early/);
    }
    expect(there.calls('docker load')).toEqual([]);
  });

  it('is known where a byte of a part has changed', async () => {
    await create();
    const bytes = readFileSync(file());
    const at = bytes.indexOf('a kind');
    bytes[at] = 98;
    writeFileSync(file(), bytes);
    const error = await refusal(load());
    expect(error.message).toMatch(/is damaged: kind-linux-x64 has the checksum [0-9a-f]{64}, expected [0-9a-f]{64}/);
    expect(existsSync(join(cacheFolder(), 'kind/v0.30.0/linux-x64/kind'))).toBe(false);
  });
});

describe('another machine', () => {
  it('is refused where it has another processor', async () => {
    await create();
    const error = await refusal(load({ arch: 'arm64' }));
    expect(error.message).toContain('was made for x64, and this machine is arm64');
    expect(there.calls('docker load')).toEqual([]);
  });

  it('takes the images alone where it has another system', async () => {
    await create();
    const told = await load({ platform: 'darwin' });
    expect(told.at(-1)).toContain('kind is left out: it is for linux-x64');
    expect(there.state.images).toHaveProperty('busybox:1.36');
  });

  it('is told in one message that its Docker is full', async () => {
    await create();
    Object.assign(there.state, { loadError: 'write /layer.tar: no space left on device' });
    const error = await refusal(load());
    expect(error.message).toBe('Docker has no space left for the nodes’ image.');
    expect(error.remedy).toContain('what is loaded stays');
    Object.assign(there.state, { loadError: undefined });
    await load();
    expect(there.state.images).toHaveProperty('busybox:1.36');
  });
});
