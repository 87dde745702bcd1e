import { describe, expect, it } from 'vitest';
import { PodTemplateHasher } from '../../../../src/embedded/controllers/shared/pod-template-hash.ts';
import type { PodTemplateSpec } from '../../../../src/kubernetes/objects.ts';

/** As a real cluster stored it; the ReplicaSet it made of it was called kiada-5f8479bd94. */
const template = {
  metadata: { annotations: { x: 'y' }, creationTimestamp: null, labels: { app: 'kiada', b: '2' } },
  spec: {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { podAffinityTerm: { labelSelector: { matchLabels: { a: 'b' } }, topologyKey: 'k' }, weight: 100 },
        ],
      },
    },
    containers: [
      {
        command: ['a', 'b c'],
        env: [
          { name: 'A', valueFrom: { configMapKeyRef: { key: 'k', name: 'c', optional: false } } },
          { name: 'B', value: 'v' },
        ],
        image: 'kiada:1',
        imagePullPolicy: 'IfNotPresent',
        livenessProbe: {
          failureThreshold: 3,
          httpGet: { path: '/', port: 'http', scheme: 'HTTP' },
          periodSeconds: 10,
          successThreshold: 1,
          timeoutSeconds: 1,
        },
        name: 'kiada',
        ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }],
        readinessProbe: {
          failureThreshold: 3,
          periodSeconds: 10,
          successThreshold: 1,
          tcpSocket: { port: 80 },
          timeoutSeconds: 1,
        },
        resources: {
          limits: { cpu: '1500m', 'ephemeral-storage': '100Ti', memory: '64Mi' },
          requests: { cpu: '1', memory: '53687091200m' },
        },
        securityContext: {},
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
      },
    ],
    dnsPolicy: 'ClusterFirst',
    nodeSelector: { a: '2', b: '1' },
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: {},
    serviceAccount: 'x',
    serviceAccountName: 'x',
    terminationGracePeriodSeconds: 30,
    tolerations: [{ effect: 'NoExecute', key: 'a', operator: 'Exists', tolerationSeconds: 5 }],
    volumes: [
      { emptyDir: {}, name: 'v' },
      { emptyDir: { medium: 'Memory', sizeLimit: '500Mi' }, name: 'w' },
      { configMap: { defaultMode: 420, name: 'n' }, name: 'c' },
    ],
  },
};

/** The less usual fields; the hash is what upstream's ComputeHash makes of this. */
const unusual = {
  metadata: { labels: { ä: 'é' }, creationTimestamp: null, finalizers: ['a/b'] },
  spec: {
    initContainers: [
      {
        name: 'i',
        restartPolicy: 'Always',
        envFrom: [{ prefix: 'P', secretRef: { name: 's' } }],
        resources: {
          limits: {
            memory: '100Ti',
            cpu: '8',
            'x/a': '12E',
            'x/b': '1e3',
            'x/c': '10k',
            'x/d': '3000n',
            memory2: '9223372036854775807',
            y: '-5',
          },
        },
        lifecycle: { preStop: { exec: { command: ['a'] }, sleep: { seconds: 5 } } },
        startupProbe: { grpc: { port: 1, service: '' } },
      },
    ],
    containers: [
      {
        name: 'ü',
        tty: true,
        securityContext: { capabilities: { add: ['A'] }, runAsUser: 0, seLinuxOptions: {} },
        volumeMounts: [{ name: 'v', mountPath: '/x', readOnly: true, mountPropagation: 'None' }],
      },
    ],
    volumes: [
      { name: 'n', nfs: { server: 's', path: 'p' } },
      { name: 'i', iscsi: { targetPortal: 't', iqn: 'q', lun: 1, chapAuthSession: true } },
      {
        name: 'e',
        ephemeral: {
          volumeClaimTemplate: {
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, storageClassName: '' },
          },
        },
      },
      {
        name: 'p',
        projected: {
          sources: [
            { serviceAccountToken: { path: 't', expirationSeconds: 3607 } },
            { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } },
            { clusterTrustBundle: { path: 'x' } },
          ],
        },
      },
      { name: 'r', cephfs: { monitors: ['a'] } },
      { name: 'rbd', rbd: { monitors: ['a'], image: 'i', pool: 'p', user: 'u' } },
    ],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }],
        },
      },
    },
    hostAliases: [{ ip: '1.2.3.4', hostnames: ['h'] }],
    dnsConfig: { nameservers: ['1.1.1.1'], options: [{ name: 'ndots', value: '2' }] },
    os: { name: 'linux' },
    topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule', minDomains: 2 }],
    overhead: { cpu: '10m' },
    priority: 5,
    schedulingGates: [{ name: 'g' }],
  },
};

describe('the hash of a Pod template', () => {
  const hasher = new PodTemplateHasher();

  it.each<[string, unknown, number | undefined, string]>([
    ['usual fields', template, undefined, '5f8479bd94'],
    ['no collision yet', template, 0, '7865c8958'],
    ['a collision', template, 1, '5f4dd7bf8c'],
    ['many collisions', template, 300, '868bbc7d5c'],
    ['unusual fields', unusual, undefined, '85c84fcc97'],
  ])('is that of a real cluster: %s', (_, pod, collisions, hash) => {
    expect(hasher.hash(pod as PodTemplateSpec, collisions)).toBe(hash);
  });
});
