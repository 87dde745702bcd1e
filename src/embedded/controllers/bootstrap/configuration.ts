import type { ConfigMap } from '../../../kubernetes/objects.ts';
import { version } from './control-plane.ts';
import { serviceRange, storageNamespace } from './essentials.ts';

/** The ConfigMaps that kubeadm, the API server and kind leave behind. */

export interface ClusterFacts {
  /** kind's name for the cluster. */
  readonly cluster: string;
  /** PEM of the certificate authority. */
  readonly rootCA: string;
}

/** Written last of all that a new cluster gets, so that it tells of a cluster that has it all. */
export const kubeadmConfig = 'kubeadm-config';

export function kubeadmConfigMaps({ cluster, rootCA }: ClusterFacts): ConfigMap[] {
  return [
    configMap('kube-system', 'coredns', { Corefile: corefile }),
    configMap('kube-system', 'kubelet-config', { kubelet: kubelet }),
    configMap(
      'kube-system',
      'kube-proxy',
      { 'config.conf': proxy, 'kubeconfig.conf': proxyKubeconfig(cluster) },
      { app: 'kube-proxy' },
    ),
    configMap('kube-public', 'cluster-info', { kubeconfig: publicKubeconfig(cluster, rootCA) }),
  ];
}

/** What extension API servers verify callers by. */
export function authenticationConfigMap({ rootCA }: ClusterFacts): ConfigMap {
  return configMap('kube-system', 'extension-apiserver-authentication', { 'client-ca-file': rootCA });
}

export function clusterConfiguration({ cluster }: ClusterFacts): ConfigMap {
  const text = `apiServer:
  certSANs:
  - localhost
  - 127.0.0.1
  extraArgs:
  - name: runtime-config
    value: ""
apiVersion: kubeadm.k8s.io/v1beta4
caCertificateValidityPeriod: 87600h0m0s
certificateValidityPeriod: 8760h0m0s
certificatesDir: /etc/kubernetes/pki
clusterName: ${cluster}
controlPlaneEndpoint: ${cluster}-control-plane:6443
controllerManager:
  extraArgs:
  - name: enable-hostpath-provisioner
    value: "true"
dns: {}
encryptionAlgorithm: RSA-2048
etcd:
  local:
    dataDir: /var/lib/etcd
imageRepository: registry.k8s.io
kind: ClusterConfiguration
kubernetesVersion: ${version}
networking:
  dnsDomain: cluster.local
  podSubnet: 10.244.0.0/16
  serviceSubnet: ${serviceRange}
proxy: {}
scheduler: {}
`;
  return configMap('kube-system', kubeadmConfig, { ClusterConfiguration: text });
}

export function localPathConfigMap(): ConfigMap {
  const paths = ['/var/local-path-provisioner'];
  const config = { nodePathMap: [{ node: 'DEFAULT_PATH_FOR_NON_LISTED_NODES', paths }] };
  const object = configMap(storageNamespace, 'local-path-config', {
    'config.json': JSON.stringify(config),
    'helperPod.yaml': `apiVersion: v1
kind: Pod
metadata:
  name: helper-pod
spec:
  containers:
  - name: helper-pod
    image: docker.io/kindest/local-path-helper:v20241212-8ac705d0
    imagePullPolicy: IfNotPresent
`,
    setup: '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
    teardown: '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
  });
  return { ...object, metadata: { ...object.metadata, annotations: {} } };
}

function configMap(
  namespace: string,
  name: string,
  data: Record<string, string>,
  labels?: Record<string, string>,
): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, ...(labels && { labels }) }, data };
}

const corefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success cluster.local
       disable denial cluster.local
    }
    loop
    reload
    loadbalance
}
`;

const kubelet = `apiVersion: kubelet.config.k8s.io/v1beta1
authentication:
  anonymous:
    enabled: false
  webhook:
    enabled: true
  x509:
    clientCAFile: /etc/kubernetes/pki/ca.crt
authorization:
  mode: Webhook
cgroupDriver: systemd
cgroupRoot: /kubelet
clusterDNS:
- 10.96.0.10
clusterDomain: cluster.local
evictionHard:
  imagefs.available: 0%
  nodefs.available: 0%
  nodefs.inodesFree: 0%
failSwapOn: false
healthzBindAddress: 127.0.0.1
healthzPort: 10248
imageGCHighThresholdPercent: 100
kind: KubeletConfiguration
rotateCertificates: true
staticPodPath: /etc/kubernetes/manifests
`;

const proxy = `apiVersion: kubeproxy.config.k8s.io/v1alpha1
bindAddress: 0.0.0.0
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig.conf
clusterCIDR: 10.244.0.0/16
conntrack:
  maxPerCore: 0
iptables:
  minSyncPeriod: 1s
kind: KubeProxyConfiguration
mode: iptables
`;

function proxyKubeconfig(cluster: string): string {
  return `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority: /var/run/secrets/kubernetes.io/serviceaccount/ca.crt
    server: https://${cluster}-control-plane:6443
  name: default
contexts:
- context:
    cluster: default
    namespace: default
    user: default
  name: default
current-context: default
users:
- name: default
  user:
    tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
`;
}

function publicKubeconfig(cluster: string, rootCA: string): string {
  return `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: ${Buffer.from(rootCA).toString('base64')}
    server: https://${cluster}-control-plane:6443
  name: ""
contexts: null
current-context: ""
kind: Config
preferences: {}
users: null
`;
}
