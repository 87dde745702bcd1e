import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { ClusterProcess } from './support/cluster-process.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const cluster = new ClusterProcess({ kept: true });
mkdirSync(cluster.data);
/** Only root may make a small disk; elsewhere, and in containers that may not mount, there is none. */
const mounted = process.platform === 'linux' && mount('size=6m,mode=700');

afterAll(async () => {
  await cluster.end('SIGTERM');
  if (mounted) spawnSync('umount', ['-l', cluster.data]);
  await cluster.remove();
});

describe.skipIf(!mounted)(
  `a disk that is full${mounted ? '' : ' (skipped: a small one cannot be mounted here)'}`,
  () => {
    it('ends the cluster with a clear message, and loses nothing acknowledged', async () => {
      await cluster.start();
      const said = cluster.said();
      const api = new ApiClient(cluster.config());
      const acknowledged: string[] = [];
      try {
        for (let n = 0; n < 100; n++) {
          const name = `large-${n}`;
          const { status } = await api.send('POST', configMaps, {
            metadata: { name },
            data: { x: 'x'.repeat(200_000) },
          });
          if (status === 201) acknowledged.push(name);
        }
      } catch {
        // The connection ends with the cluster.
      }
      expect(await cluster.ended()).toBe(1);
      expect(await said).toContain('Make room, then start again.');
      expect(await said).not.toContain('mistake in Ordinal');

      expect(mount('remount,size=60m')).toBe(true);
      await cluster.start();
      const { body } = await api.send('GET', configMaps);
      const found = body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
      expect(found).toEqual(expect.arrayContaining(acknowledged));
      expect(acknowledged.length).toBeGreaterThan(5);
      api.close();
    });
  },
);

function mount(options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', cluster.data]).status === 0;
}
