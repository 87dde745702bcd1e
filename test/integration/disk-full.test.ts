import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiClient } from './support/api-client.ts';
import { ClusterProcess } from './support/cluster-process.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const pods = '/api/v1/namespaces/default/pods';
const claims = '/api/v1/namespaces/default/persistentvolumeclaims';
const mounted: ClusterProcess[] = [];
/** Only root may make a small disk; elsewhere, and in containers that may not mount, there is none. */
const possible = process.platform === 'linux' && mount(smallDisk(), 'size=6m,mode=700');

afterAll(async () => {
  for (const cluster of mounted) {
    await cluster.end('SIGTERM');
    if (possible) spawnSync('umount', ['-l', cluster.data]);
    await cluster.remove();
  }
});

describe.skipIf(!possible)(
  `a disk that is full${possible ? '' : ' (skipped: a small one cannot be mounted here)'}`,
  () => {
    describe('of objects', () => {
      const cluster = mounted[0]!;

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
        await expectMessage(cluster, said);

        expect(mount(cluster, 'remount,size=60m')).toBe(true);
        await cluster.start();
        const { body } = await api.send('GET', configMaps);
        const found = body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
        expect(found).toEqual(expect.arrayContaining(acknowledged));
        expect(acknowledged.length).toBeGreaterThan(5);
        api.close();
      });
    });

    describe('of a volume', () => {
      const cluster = smallDisk();
      beforeAll(() => void mount(cluster, 'size=2m,mode=700'));

      it('ends the cluster likewise, with the files as they were when last acknowledged', async () => {
        await cluster.start();
        const api = new ApiClient(cluster.config());
        await api.send('POST', claims, claim);
        await api.send('POST', pods, pod);
        await cluster.kubectl('wait', 'pod/store', '--for=condition=Ready', '--timeout=60s');
        const said = cluster.said();
        let acknowledged = '';
        try {
          for (let n = 0; n < 10; n++) {
            const value = `${n} ${'x'.repeat((n + 1) * 100_000)}`;
            const { status } = await api.send('POST', `${pods}/store/proxy/`, value, 'text/plain');
            if (status === 200) acknowledged = value;
          }
        } catch {
          // The connection ends with the cluster.
        }
        await expectMessage(cluster, said);

        expect(mount(cluster, 'remount,size=60m')).toBe(true);
        await cluster.start();
        await cluster.kubectl('wait', 'pod/store', '--for=condition=Ready', '--timeout=60s');
        const { body } = await api.send('GET', `${pods}/store/proxy/`);
        expect(acknowledged).not.toBe('');
        expect(String(body).endsWith(`Data stored on this pod: ${acknowledged}\n`)).toBe(true);
        api.close();
      });
    });
  },
);

const claim = {
  metadata: { name: 'data' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
};
const pod = {
  metadata: { name: 'store' },
  spec: {
    containers: [
      {
        name: 'kubia',
        image: 'ordinal/kubia:1',
        ports: [{ containerPort: 8080 }],
        readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
        volumeMounts: [{ name: 'data', mountPath: '/var/data' }],
      },
    ],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
  },
};

async function expectMessage(cluster: ClusterProcess, said: Promise<string>): Promise<void> {
  expect(await cluster.ended()).toBe(1);
  expect(await said).toContain('Make room, then start again.');
  expect(await said).not.toContain('mistake in Ordinal');
}

function smallDisk(): ClusterProcess {
  const cluster = new ClusterProcess({ kept: true });
  mkdirSync(cluster.data);
  mounted.push(cluster);
  return cluster;
}

function mount({ data }: ClusterProcess, options: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', data]).status === 0;
}
