import { describe, expect, it } from 'vitest';
import { ManualClock } from '../../../src/embedded/clock.ts';
import { programIn } from '../../../src/embedded/containers/images/image.ts';
import { parseReference } from '../../../src/embedded/containers/images/reference.ts';
import { families, ImageRegistry } from '../../../src/embedded/containers/images/registry.ts';
import { programTable } from '../../../src/embedded/containers/programs/table.ts';
import { latencies, SimulatedRuntime } from '../../../src/embedded/containers/simulated-runtime.ts';
import { ToolPool } from '../../../src/embedded/containers/tools/tool-pool.ts';

const { signal } = new AbortController();

describe('image names', () => {
  it.each([
    ['busybox', 'docker.io/library/busybox:latest'],
    ['luksa/kubia-pet', 'docker.io/luksa/kubia-pet:latest'],
    ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause:3.10'],
    ['localhost:5000/a/b:1', 'localhost:5000/a/b:1'],
  ])('%s is %s', (image, name) => {
    expect(parseReference(image).name).toBe(name);
  });

  it.each(['Busybox', 'a b', '', 'busybox:', '/x', 'x::1'])('%s is not one', (image) => {
    expect(() => parseReference(image)).toThrow('invalid reference format');
  });
});

describe('the registry', () => {
  const registry = new ImageRegistry(new ManualClock());

  it.each([
    'busybox:1.36',
    'alpine',
    'debian:bookworm-slim',
    'ubuntu:22.04',
    'nginx:1.27',
    'nginx:1.27.3-alpine',
    'httpd:2.4',
    'node:20-bookworm-slim',
    'registry.k8s.io/e2e-test-images/agnhost:2.53',
    'registry.k8s.io/e2e-test-images/httpd:2.4.38-4',
    'registry.k8s.io/e2e-test-images/httpd:2.4.39-4',
    'registry.k8s.io/e2e-test-images/busybox:1.36.1-1',
    'ordinal/kubia:1',
    'luksa/kubia-pet',
    'luksa/kubia',
    'ordinal/kubia:2',
    'luksa/kubia-pet-peers',
    'quay.io/mhausenblas/mehdb:0.6',
    'ordinal/mongodb:5',
    'mongo:5',
    'mongo',
    'ordinal/quiz-api:1',
    'luksa/quiz-api:0.1',
    'ordinal/mysql:8',
    'mysql:8.0',
    'mysql:5.7',
    'mysql',
    'tutum/dnsutils',
    'registry.k8s.io/pause:3.10',
    'registry.k8s.io/nginx-slim:0.8',
    'registry.k8s.io/coredns/coredns:v1.12.0',
  ])('has %s', (image) => {
    expect(registry.find(image).digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  it.each([
    'busybox:1',
    'busybox:stable-musl',
    'busybox:musl',
    'debian:bookworm-20250113-slim',
    'debian:12.9',
    'nginx:alpine',
    'nginx:alpine-slim',
    'nginx:stable-alpine3.20-perl',
    'node:lts-alpine',
    'alpine:3.20.3',
    'nicolaka/netshoot:v0.13',
    'curlimages/curl:8.10.1',
  ])('has %s, as Docker Hub has', (image) => {
    expect(registry.find(image).reference.name).toContain(image);
  });

  it.each([
    'busybox:1.36-nosuch',
    'busybox:1.99',
    'busybox:1.36.1-1',
    'busybox:musl-musl',
    'debian:bookworm-slimmer',
    'nginx:1.161',
    'nginx:1.27-20250113',
    'alpine:3.99',
    'alpine:v3.20',
    'httpd:2.4.',
    'node:20-nosuch',
    'ordinal/kubia:1-nosuch',
    'ordinal/kubia:1.2',
    'quay.io/mhausenblas/mehdb:0.6x',
    'nicolaka/netshoot:0.13',
    'registry.k8s.io/e2e-test-images/agnhost:2.53-nosuch',
    'registry.k8s.io/coredns/coredns:nosuch',
  ])('has no %s, however it begins', (image) => {
    expect(() => registry.find(image)).toThrow(`:${image.split(':')[1]}: not found`);
  });

  it("says in containerd's words what it has not, and what it has instead", () => {
    expect(() => registry.find('nosuch')).toThrow(
      'failed to pull and unpack image "docker.io/library/nosuch:latest": failed to resolve reference "docker.io/library/nosuch:latest": pull access denied',
    );
    expect(() => registry.find('nosuch')).toThrow(/knows the images ordinal\/kubia, .*busybox, .*nginx/);
    expect(() => registry.find('nginx:1.19.nonsense!')).toThrow('invalid reference format');
    expect(() => registry.find('nginx:nonsense')).toThrow('docker.io/library/nginx:nonsense: not found');
    expect(() => registry.find('busybox:99')).toThrow('not found');
    expect(() => registry.find('ordinal/kubia:3')).toThrow('not found');
  });

  it('tells images apart that share a name', () => {
    const [one, two] = ['ordinal/kubia:1', 'ordinal/kubia:2'].map((name) => registry.find(name));
    expect(one!.family).not.toBe(two!.family);
    expect(one!.digest).not.toBe(two!.digest);
    expect(registry.find('ordinal/kubia').family).toBe(one!.family);
  });
});

describe('pulling', () => {
  it('takes its time once on each node', async () => {
    const clock = new ManualClock();
    const runtime = new SimulatedRuntime({ clock, latencies: latencies.learner });
    expect(runtime.hasImage('one', 'nginx:1.27')).toBe(false);
    const pull = runtime.pullImage('one', 'nginx:1.27', signal);
    await clock.advance(1000);
    expect(await pull).toMatchObject({ pulled: true, name: 'docker.io/library/nginx:1.27', duration: 172 });
    expect((await pull).id).toMatch(/^docker\.io\/library\/nginx@sha256:/);
    expect(runtime.hasImage('one', 'nginx:1.27')).toBe(true);
    expect(await runtime.pullImage('one', 'nginx:1.27', signal)).toMatchObject({ pulled: false, duration: 0 });
    expect(runtime.hasImage('two', 'nginx:1.27')).toBe(false);
    expect(runtime.listImages('one')).toHaveLength(1);
  });

  it('can be given up', async () => {
    const clock = new ManualClock();
    const runtime = new SimulatedRuntime({ clock, latencies: latencies.learner });
    const stop = new AbortController();
    const pull = expect(runtime.pullImage('one', 'nginx', stop.signal)).rejects.toThrow('enough');
    stop.abort(new Error('enough'));
    await pull;
    expect(runtime.hasImage('one', 'nginx')).toBe(false);
    await expect(runtime.pullImage('one', 'nosuch', signal)).rejects.toMatchObject({ reason: 'ErrImagePull' });
  });
});

describe('every image', () => {
  const registry = new ImageRegistry(new ManualClock());

  it.each(families.map((family) => [family.repositories[0]!, family] as const))(
    '%s has a program for each of its executables',
    async (_, family) => {
      const programs = programTable(new ToolPool());
      const files = await registry.files(family, 1024);
      const missing: string[] = [];
      const visit = async (folder: string): Promise<void> => {
        for (const name of await files.readdir(folder)) {
          const path = `${folder === '/' ? '' : folder}/${name}`;
          const stat = await files.lstat(path);
          if (stat.type === 'directory') await visit(path);
          if (stat.type !== 'file') continue;
          const program = programIn(await files.readFile(path));
          if (program && !programs.has(program)) missing.push(path);
        }
      };
      await visit('/');
      expect(missing).toEqual([]);
      const { entrypoint = [], command = [] } = family.config;
      expect([...entrypoint, ...command]).not.toEqual([]);
    },
  );
});
