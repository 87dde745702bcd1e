import type { Container, Pod, Volume } from '../../../kubernetes/objects.ts';
import { serviceRange } from './essentials.ts';

/** The static Pods of a control-plane node, as kubeadm writes their manifests. */

export const version = 'v1.33.13';
const pki = '/etc/kubernetes/pki';

export interface ControlPlane {
  /** kind's name for the cluster. */
  readonly cluster: string;
  readonly node: string;
  readonly address: string;
}

/**
 * The manifests for the Kubelet of the control plane, without the node's name, which it appends.
 *
 * They lack kubeadm's probes. The cluster does the work of these Pods itself, so that a probe could tell nothing of it,
 * and three TLS handshakes every second would cost more than all else that an idle cluster does.
 */
export function controlPlanePods(plane: ControlPlane): Pod[] {
  return [etcd(plane), apiServer(plane), controllerManager(plane), scheduler()];
}

function etcd({ node, address }: ControlPlane): Pod {
  const folder = `${pki}/etcd`;
  return staticPod({
    name: 'etcd',
    image: 'registry.k8s.io/etcd:3.5.24-0',
    annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': `https://${address}:2379` },
    requests: { cpu: '100m', memory: '100Mi' },
    flags: [
      `advertise-client-urls=https://${address}:2379`,
      `cert-file=${folder}/server.crt`,
      'client-cert-auth=true',
      'data-dir=/var/lib/etcd',
      'experimental-initial-corrupt-check=true',
      'experimental-watch-progress-notify-interval=5s',
      `initial-advertise-peer-urls=https://${address}:2380`,
      `initial-cluster=${node}=https://${address}:2380`,
      `key-file=${folder}/server.key`,
      `listen-client-urls=https://127.0.0.1:2379,https://${address}:2379`,
      'listen-metrics-urls=http://127.0.0.1:2381',
      `listen-peer-urls=https://${address}:2380`,
      `name=${node}`,
      `peer-cert-file=${folder}/peer.crt`,
      'peer-client-cert-auth=true',
      `peer-key-file=${folder}/peer.key`,
      `peer-trusted-ca-file=${folder}/ca.crt`,
      'snapshot-count=10000',
      `trusted-ca-file=${folder}/ca.crt`,
    ],
    mounts: [
      { name: 'etcd-data', path: '/var/lib/etcd' },
      { name: 'etcd-certs', path: folder },
    ],
  });
}

const certificates: readonly Mount[] = [
  { name: 'ca-certs', path: '/etc/ssl/certs', readOnly: true },
  { name: 'etc-ca-certificates', path: '/etc/ca-certificates', readOnly: true },
  { name: 'k8s-certs', path: pki, readOnly: true },
  { name: 'usr-local-share-ca-certificates', path: '/usr/local/share/ca-certificates', readOnly: true },
  { name: 'usr-share-ca-certificates', path: '/usr/share/ca-certificates', readOnly: true },
];

function apiServer({ address }: ControlPlane): Pod {
  return staticPod({
    name: 'kube-apiserver',
    annotations: { 'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': `${address}:6443` },
    requests: { cpu: '250m' },
    flags: [
      `advertise-address=${address}`,
      'allow-privileged=true',
      'authorization-mode=Node,RBAC',
      `client-ca-file=${pki}/ca.crt`,
      'enable-admission-plugins=NodeRestriction',
      'enable-bootstrap-token-auth=true',
      `etcd-cafile=${pki}/etcd/ca.crt`,
      `etcd-certfile=${pki}/apiserver-etcd-client.crt`,
      `etcd-keyfile=${pki}/apiserver-etcd-client.key`,
      'etcd-servers=https://127.0.0.1:2379',
      `kubelet-client-certificate=${pki}/apiserver-kubelet-client.crt`,
      `kubelet-client-key=${pki}/apiserver-kubelet-client.key`,
      'kubelet-preferred-address-types=InternalIP,ExternalIP,Hostname',
      `proxy-client-cert-file=${pki}/front-proxy-client.crt`,
      `proxy-client-key-file=${pki}/front-proxy-client.key`,
      'requestheader-allowed-names=front-proxy-client',
      `requestheader-client-ca-file=${pki}/front-proxy-ca.crt`,
      'requestheader-extra-headers-prefix=X-Remote-Extra-',
      'requestheader-group-headers=X-Remote-Group',
      'requestheader-username-headers=X-Remote-User',
      'runtime-config=',
      'secure-port=6443',
      'service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `service-account-key-file=${pki}/sa.pub`,
      `service-account-signing-key-file=${pki}/sa.key`,
      `service-cluster-ip-range=${serviceRange}`,
      `tls-cert-file=${pki}/apiserver.crt`,
      `tls-private-key-file=${pki}/apiserver.key`,
    ],
    mounts: certificates,
  });
}

function controllerManager({ cluster }: ControlPlane): Pod {
  const config = '/etc/kubernetes/controller-manager.conf';
  return staticPod({
    name: 'kube-controller-manager',
    requests: { cpu: '200m' },
    flags: [
      'allocate-node-cidrs=true',
      `authentication-kubeconfig=${config}`,
      `authorization-kubeconfig=${config}`,
      'bind-address=127.0.0.1',
      `client-ca-file=${pki}/ca.crt`,
      'cluster-cidr=10.244.0.0/16',
      `cluster-name=${cluster}`,
      `cluster-signing-cert-file=${pki}/ca.crt`,
      `cluster-signing-key-file=${pki}/ca.key`,
      'controllers=*,bootstrapsigner,tokencleaner',
      'enable-hostpath-provisioner=true',
      `kubeconfig=${config}`,
      'leader-elect=true',
      `requestheader-client-ca-file=${pki}/front-proxy-ca.crt`,
      `root-ca-file=${pki}/ca.crt`,
      `service-account-private-key-file=${pki}/sa.key`,
      `service-cluster-ip-range=${serviceRange}`,
      'use-service-account-credentials=true',
    ],
    mounts: [
      ...certificates.slice(0, 2),
      { name: 'flexvolume-dir', path: '/usr/libexec/kubernetes/kubelet-plugins/volume/exec' },
      certificates[2]!,
      { name: 'kubeconfig', path: config, readOnly: true, file: true },
      ...certificates.slice(3),
    ],
  });
}

function scheduler(): Pod {
  const config = '/etc/kubernetes/scheduler.conf';
  return staticPod({
    name: 'kube-scheduler',
    requests: { cpu: '100m' },
    flags: [
      `authentication-kubeconfig=${config}`,
      `authorization-kubeconfig=${config}`,
      'bind-address=127.0.0.1',
      `kubeconfig=${config}`,
      'leader-elect=true',
    ],
    mounts: [{ name: 'kubeconfig', path: config, readOnly: true, file: true }],
  });
}

interface Mount {
  readonly name: string;
  readonly path: string;
  readonly readOnly?: boolean;
  readonly file?: boolean;
}

interface Manifest {
  readonly name: string;
  /** Of the component's own repository when absent. */
  readonly image?: string;
  readonly annotations?: Record<string, string>;
  readonly requests: Record<string, string>;
  readonly flags: readonly string[];
  readonly mounts: readonly Mount[];
}

function staticPod({ name, image, annotations, requests, flags, mounts }: Manifest): Pod {
  const container: Container = {
    name,
    image: image ?? `registry.k8s.io/${name}:${version}`,
    imagePullPolicy: 'IfNotPresent',
    command: [name, ...flags.map((flag) => `--${flag}`)],
    resources: { requests },
    volumeMounts: mounts.map(({ name, path, readOnly }) => ({
      name,
      mountPath: path,
      ...(readOnly && { readOnly: true }),
    })),
  };
  const volumes: Volume[] = mounts.map(({ name, path, file }) => ({
    name,
    hostPath: { path, type: file ? 'FileOrCreate' : 'DirectoryOrCreate' },
  }));
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'kube-system',
      labels: { component: name, tier: 'control-plane' },
      ...(annotations && { annotations }),
    },
    spec: {
      containers: [container],
      hostNetwork: true,
      priority: 2_000_001_000,
      priorityClassName: 'system-node-critical',
      securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
      volumes: volumes.sort((a, b) => (a.name < b.name ? -1 : 1)),
    },
  };
}
