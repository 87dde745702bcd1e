import type { Manifest } from './playground.ts';

const labels = { app: 'web' };

/** busybox that waits and ends as soon as it is asked to. */
export const waiting = (more: Manifest = {}): Manifest => ({
  name: 'main',
  image: 'busybox',
  command: ['sh', '-c', "trap 'exit 0' TERM; sleep infinity & wait"],
  ...more,
});

/** Ready for as long as there is a file /tmp/ready in it. */
export const readyByFile: Manifest = {
  readinessProbe: { exec: { command: ['test', '-f', '/tmp/ready'] }, periodSeconds: 1 },
};

export interface StatefulSetParts {
  readonly spec?: Manifest;
  readonly pod?: Manifest;
  readonly container?: Manifest;
  /** With a claim "data", mounted at /data. */
  readonly claim?: boolean;
}

/** StatefulSet "web", whose Pods are app=web and whose governing Service is "nginx". */
export function statefulSet(replicas: number, { spec, pod, container, claim }: StatefulSetParts = {}): Manifest {
  const mounts = claim ? { volumeMounts: [{ name: 'data', mountPath: '/data' }] } : {};
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'web' },
    spec: {
      serviceName: 'nginx',
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [waiting({ ...mounts, ...container })], ...pod } },
      ...(claim && { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claimSpec() }] }),
      ...spec,
    },
  };
}

export function headless(spec: Manifest = {}, name = 'nginx'): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { clusterIP: 'None', selector: labels, ports: [{ name: 'http', port: 80 }], ...spec },
  };
}

export function pod(name: string, spec: Manifest = {}, metadata: Manifest = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, ...metadata },
    spec: { containers: [waiting()], ...spec },
  };
}

/** What Playground.dig asks from. */
export const client = pod('client', {
  terminationGracePeriodSeconds: 1,
  containers: [waiting({ image: 'tutum/dnsutils' })],
});

export function claimSpec(more: Manifest = {}): Manifest {
  return { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } }, ...more };
}

export function claim(name: string, more: Manifest = {}): Manifest {
  return { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name }, spec: claimSpec(more) };
}

/** For a Pod's spec: the claim, mounted at /data. */
export function mounting(claimName: string): Manifest {
  return {
    containers: [waiting({ volumeMounts: [{ name: 'data', mountPath: '/data' }] })],
    volumes: [{ name: 'data', persistentVolumeClaim: { claimName } }],
  };
}
