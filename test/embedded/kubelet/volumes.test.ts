import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isReady, podOn, TestCluster } from './cluster.ts';
import { stopClean, worker } from './pod-tools.ts';

let cluster: TestCluster;

beforeEach(async () => {
  cluster = await new TestCluster().start();
});

afterEach(() => stopClean(cluster));

const volumes = [
  { name: 'settings', configMap: { name: 'settings', optional: true } },
  { name: 'passwords', secret: { secretName: 'passwords', optional: true } },
  { name: 'scratch', emptyDir: { medium: 'Memory' } },
  { name: 'data', emptyDir: {} },
];
const volumeMounts = volumes.map(({ name }) => ({ name, mountPath: `/${name}` }));

describe("a Pod's volumes", () => {
  beforeEach(async () => {
    await cluster.create(podOn(worker, 'a', { volumeMounts }, { volumes }));
    await cluster.untilPod('a', isReady);
  });

  it('are in memory where nothing of them may reach a disk', async () => {
    const lines = (await cluster.run('a', 'cat /proc/mounts')).split('\n').map((line) => line.split(' '));
    const types = volumes.map(({ name }) => lines.find(([, path]) => path === `/${name}`)?.slice(0, 3));
    expect(types).toEqual([
      ['/dev/vda1', '/settings', 'ext4'],
      ['tmpfs', '/passwords', 'tmpfs'],
      ['tmpfs', '/scratch', 'tmpfs'],
      ['/dev/vda1', '/data', 'ext4'],
    ]);
  });

  it('show what is optional as it comes and goes', async () => {
    expect(await cluster.run('a', 'ls /settings /passwords')).toBe('/passwords:\n\n/settings:\n');
    await cluster.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: 'b' } });
    await cluster.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'passwords' }, data: { k: 'eA==' } });
    const there = 'until [ -e /settings/a ] && [ -e /passwords/k ]; do sleep 1; done; cat /settings/a /passwords/k';
    expect(await cluster.run('a', there)).toBe('bx');
    const core = { group: '', version: 'v1' };
    await cluster.admin.resource({ ...core, plural: 'configmaps' }).delete('default', 'settings');
    await cluster.admin.resource({ ...core, plural: 'secrets' }).delete('default', 'passwords');
    const gone = 'while [ -e /settings/a ] || [ -e /passwords/k ]; do sleep 1; done; ls /settings /passwords';
    expect(await cluster.run('a', gone)).toBe('/passwords:\n\n/settings:\n');
  });
});
