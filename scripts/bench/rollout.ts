import { randomBytes } from 'node:crypto';
import { type Figure, median } from './figures.ts';
import type { Subject } from './subject.ts';

/** An image that every node of kind has, so that none is pulled. */
const image = 'registry.k8s.io/pause:3.10';

/** From the request that creates a StatefulSet with claims until all three of its Pods are ready. */
export async function rollout(subject: Subject, what: string, runs: number): Promise<Figure[]> {
  const { api, namespace } = subject;
  const sets = `/apis/apps/v1/namespaces/${namespace}/statefulsets`;
  const took: number[] = [];
  for (let index = 0; index < runs; index++) {
    const name = `rollout-${randomBytes(3).toString('hex')}`;
    const started = performance.now();
    await api.send('POST', subject.path('services'), service(name));
    await api.send('POST', sets, statefulSet(name));
    await api.until(
      `${sets}?watch=true&fieldSelector=metadata.name%3D${name}`,
      ({ object }) => object.status?.readyReplicas === 3,
    );
    took.push((performance.now() - started) / 1000);
    await api.send('DELETE', `${sets}/${name}`);
    await api.sendIfPossible('DELETE', `${subject.path('persistentvolumeclaims')}?labelSelector=app%3D${name}`);
  }
  return [{ what, value: median(took), unit: 's' }];
}

function service(name: string) {
  return {
    metadata: { name },
    spec: { clusterIP: 'None', selector: { app: name }, ports: [{ name: 'http', port: 80 }] },
  };
}

function statefulSet(name: string) {
  return {
    metadata: { name },
    spec: {
      serviceName: name,
      replicas: 3,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 0,
          containers: [{ name: 'main', image, volumeMounts: [{ name: 'data', mountPath: '/data' }] }],
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
        },
      ],
    },
  };
}
