import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, expect, it } from 'vitest';
import { ClusterThreads, type ThreadedCluster } from '../../src/embedded/threads.ts';
import { ApiClient } from './support/api-client.ts';
import { program } from './support/program.ts';

const threads = new ClusterThreads(join(dirname(program), 'cluster-worker.js'), 2);
const clusters: ThreadedCluster[] = [];
afterAll(() => Promise.all(clusters.map((cluster) => cluster.stop())));

async function namesOf(cluster: ThreadedCluster, resource: string): Promise<string[]> {
  const config = new KubeConfig();
  config.loadFromString(cluster.kubeconfig);
  const api = new ApiClient(config);
  const { body } = await api.send('GET', `/api/v1/${resource}`);
  api.close();
  return body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
}

it('runs several clusters in fewer threads, each for itself', async () => {
  clusters.push(...(await Promise.all([1, 2, 3, 4].map(() => threads.start({ speed: 'max' })))));
  const [first, ...others] = clusters;
  const config = new KubeConfig();
  config.loadFromString(first!.kubeconfig);
  const api = new ApiClient(config);
  const { status } = await api.send('POST', '/api/v1/namespaces', { metadata: { name: 'mine' } });
  api.close();
  expect(status).toBe(201);
  expect(await namesOf(first!, 'namespaces')).toContain('mine');
  for (const cluster of others) expect(await namesOf(cluster, 'namespaces')).not.toContain('mine');

  await expect(first!.node('stop', 'nowhere')).rejects.toThrow('There is no node "nowhere"');
  clusters.shift();
  await first!.stop();
  for (const cluster of others) expect(await namesOf(cluster, 'nodes')).toHaveLength(3);
});

it('says why one cannot start, and goes on with the others', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  await expect(threads.start({ speed: 'max', port })).rejects.toMatchObject({ code: 'EADDRINUSE', port });
  taken.close();
  for (const cluster of clusters) expect(await namesOf(cluster, 'nodes')).toHaveLength(3);
});
