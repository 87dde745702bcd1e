import type { KubeObject } from '../../../kubernetes/object.ts';
import type { DaemonSet, Deployment, PodSpec, Service, Volume } from '../../../kubernetes/objects.ts';
import { version } from './control-plane.ts';
import { storageNamespace } from './essentials.ts';

/** The workloads of kube-system and of the provisioner, as kubeadm and kind install them. */

const system = 'kube-system';
const linux = { 'kubernetes.io/os': 'linux' };
const locks: Volume = { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } };
const modules: Volume = { name: 'lib-modules', hostPath: { path: '/lib/modules', type: '' } };

/** kubeadm's: DNS and the proxy on each node. */
export function kubeadmAddOns(): KubeObject[] {
  return [dnsService(), coreDns(), kubeProxy()];
}

function dnsService(): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace: system,
      annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
      labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
    },
    spec: {
      clusterIP: '10.96.0.10',
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
      ],
      selector: { 'k8s-app': 'kube-dns' },
    },
  };
}

function coreDns(): Deployment {
  const spec: PodSpec = {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          {
            podAffinityTerm: {
              labelSelector: { matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns'] }] },
              topologyKey: 'kubernetes.io/hostname',
            },
            weight: 100,
          },
        ],
      },
    },
    containers: [
      {
        name: 'coredns',
        image: 'registry.k8s.io/coredns/coredns:v1.12.0',
        imagePullPolicy: 'IfNotPresent',
        args: ['-conf', '/etc/coredns/Corefile'],
        livenessProbe: {
          failureThreshold: 5,
          httpGet: { path: '/health', port: 8080, scheme: 'HTTP' },
          initialDelaySeconds: 60,
          successThreshold: 1,
          timeoutSeconds: 5,
        },
        ports: [
          { containerPort: 53, name: 'dns', protocol: 'UDP' },
          { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
          { containerPort: 9153, name: 'metrics', protocol: 'TCP' },
        ],
        readinessProbe: { httpGet: { path: '/ready', port: 8181, scheme: 'HTTP' } },
        resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
          readOnlyRootFilesystem: true,
        },
        volumeMounts: [{ mountPath: '/etc/coredns', name: 'config-volume', readOnly: true }],
      },
    ],
    dnsPolicy: 'Default',
    nodeSelector: linux,
    priorityClassName: 'system-cluster-critical',
    serviceAccountName: 'coredns',
    tolerations: [
      { key: 'CriticalAddonsOnly', operator: 'Exists' },
      { effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane' },
    ],
    volumes: [
      { configMap: { items: [{ key: 'Corefile', path: 'Corefile' }], name: 'coredns' }, name: 'config-volume' },
    ],
  };
  const labels = { 'k8s-app': 'kube-dns' };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: system, labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      strategy: { rollingUpdate: { maxUnavailable: 1 }, type: 'RollingUpdate' },
      template: { metadata: { labels }, spec },
    },
  };
}

function daemonSet(
  name: string,
  labels: Record<string, string>,
  selector: Record<string, string>,
  spec: PodSpec,
): DaemonSet {
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: system, labels },
    spec: {
      selector: { matchLabels: selector },
      template: {
        metadata: { labels },
        spec: {
          ...spec,
          hostNetwork: true,
          nodeSelector: linux,
          serviceAccountName: name,
          tolerations: [{ operator: 'Exists' }],
        },
      },
      updateStrategy: { type: 'RollingUpdate' },
    },
  };
}

function kubeProxy(): DaemonSet {
  const labels = { 'k8s-app': 'kube-proxy' };
  return daemonSet('kube-proxy', labels, labels, {
    containers: [
      {
        name: 'kube-proxy',
        image: `registry.k8s.io/kube-proxy:${version}`,
        imagePullPolicy: 'IfNotPresent',
        command: [
          '/usr/local/bin/kube-proxy',
          '--config=/var/lib/kube-proxy/config.conf',
          '--hostname-override=$(NODE_NAME)',
        ],
        env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
        securityContext: { privileged: true },
        volumeMounts: [
          { mountPath: '/var/lib/kube-proxy', name: 'kube-proxy' },
          { mountPath: '/run/xtables.lock', name: 'xtables-lock' },
          { mountPath: '/lib/modules', name: 'lib-modules', readOnly: true },
        ],
      },
    ],
    priorityClassName: 'system-node-critical',
    volumes: [{ configMap: { name: 'kube-proxy' }, name: 'kube-proxy' }, locks, modules],
  });
}

/** kind's network between the nodes. */
export function kindnet(cluster: string): DaemonSet {
  const resources = { cpu: '100m', memory: '50Mi' };
  const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
  const labels = { app: 'kindnet', 'k8s-app': 'kindnet', tier: 'node' };
  return daemonSet(
    'kindnet',
    labels,
    { app: 'kindnet' },
    {
      containers: [
        {
          name: 'kindnet-cni',
          image: 'docker.io/kindest/kindnetd:v20250512-df8de77b',
          env: [
            field('HOST_IP', 'status.hostIP'),
            field('POD_IP', 'status.podIP'),
            { name: 'POD_SUBNET', value: '10.244.0.0/16' },
            { name: 'CONTROL_PLANE_ENDPOINT', value: `${cluster}-control-plane:6443` },
          ],
          resources: { requests: resources, limits: resources },
          securityContext: { capabilities: { add: ['NET_RAW', 'NET_ADMIN'] }, privileged: false },
          volumeMounts: [
            { mountPath: '/etc/cni/net.d', name: 'cni-cfg' },
            { mountPath: '/run/xtables.lock', name: 'xtables-lock' },
            { mountPath: '/lib/modules', name: 'lib-modules', readOnly: true },
          ],
        },
      ],
      volumes: [{ hostPath: { path: '/etc/cni/net.d', type: '' }, name: 'cni-cfg' }, locks, modules],
    },
  );
}

export function localPathProvisioner(): Deployment {
  const name = 'local-path-provisioner';
  const labels = { app: name };
  const spec: PodSpec = {
    containers: [
      {
        name,
        image: 'docker.io/kindest/local-path-provisioner:v20250214-acbabc1a',
        imagePullPolicy: 'IfNotPresent',
        command: [
          name,
          '--debug',
          'start',
          '--helper-image',
          'docker.io/kindest/local-path-helper:v20241212-8ac705d0',
          '--config',
          '/etc/config/config.json',
        ],
        env: [
          { name: 'POD_NAMESPACE', valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } },
          { name: 'CONFIG_MOUNT_PATH', value: '/etc/config/' },
        ],
        volumeMounts: [{ mountPath: '/etc/config/', name: 'config-volume' }],
      },
    ],
    nodeSelector: linux,
    serviceAccountName: `${name}-service-account`,
    tolerations: ['control-plane', 'master'].map((role) => ({
      effect: 'NoSchedule',
      key: `node-role.kubernetes.io/${role}`,
      operator: 'Equal',
    })),
    volumes: [{ configMap: { name: 'local-path-config' }, name: 'config-volume' }],
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: storageNamespace, annotations: {} },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
}
