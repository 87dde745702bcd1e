import type { Node, NodeCondition, ResourceList } from '../../../kubernetes/objects.ts';
import type { NodeImages } from './images.ts';

/** What a node is made with. */
export interface NodeConfig {
  readonly name: string;
  readonly controlPlane: boolean;
  /** Its InternalIP. */
  readonly address: string;
  /** Its Pods' addresses: "10.244.1.0/24". */
  readonly podRange: string;
  /** As a kind node on an ordinary machine when absent. */
  readonly capacity?: ResourceList;
  /** Of its own, besides those every kind node has. */
  readonly labels?: Readonly<Record<string, string>>;
  /** "v1.33.13" when absent. */
  readonly version?: string;
}

const defaultCapacity: ResourceList = {
  cpu: '4',
  'ephemeral-storage': '61255492Ki',
  'hugepages-1Gi': '0',
  'hugepages-2Mi': '0',
  memory: '8127668Ki',
  pods: '110',
};

export function nodeCapacity({ capacity }: NodeConfig): ResourceList {
  return { ...defaultCapacity, ...capacity };
}

/** The Node as a kubelet registers it, with what kubeadm and the controller manager add on kind. */
export function newNode(config: NodeConfig, cluster: string): Node {
  const { name, controlPlane, podRange, labels } = config;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      annotations: {
        'kubeadm.alpha.kubernetes.io/cri-socket': 'unix:///run/containerd/containerd.sock',
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...(controlPlane && {
          'node-role.kubernetes.io/control-plane': '',
          'node.kubernetes.io/exclude-from-external-load-balancers': '',
        }),
        ...labels,
      },
    },
    spec: {
      podCIDR: podRange,
      podCIDRs: [podRange],
      providerID: `kind://docker/${cluster}/${name}`,
      ...(controlPlane && { taints: [{ effect: 'NoSchedule', key: 'node-role.kubernetes.io/control-plane' }] }),
    },
  };
}

type Status = NonNullable<Node['status']>;

const conditions = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
] as const;

/**
 * What a healthy kubelet says of its node.
 * @param previous what is stored
 * @param now RFC 3339
 */
export function nodeStatus(config: NodeConfig, images: NodeImages, previous: Status | undefined, now: string): Status {
  const { name, address, version = 'v1.33.13' } = config;
  const capacity = nodeCapacity(config);
  const { images: _, ...others } = previous ?? {};
  const present = images.status();
  return {
    ...others,
    addresses: [
      { address, type: 'InternalIP' },
      { address: name, type: 'Hostname' },
    ],
    allocatable: capacity,
    capacity,
    conditions: mergeConditions(previous?.conditions, now),
    daemonEndpoints: { kubeletEndpoint: { Port: 10_250 } },
    ...(present.length > 0 && { images: present }),
    nodeInfo: {
      architecture: 'amd64',
      bootID: identifier('boot', name),
      containerRuntimeVersion: 'containerd://2.1.3',
      kernelVersion: '6.1.0-ordinal',
      kubeProxyVersion: '',
      kubeletVersion: version,
      machineID: identifier('machine', name).replaceAll('-', ''),
      operatingSystem: 'linux',
      osImage: 'Debian GNU/Linux 12 (bookworm)',
      systemUUID: identifier('system', name),
    },
  };
}

/** Conditions of others keep their place, and those that have not changed the time since which they hold. */
function mergeConditions(previous: readonly NodeCondition[] | undefined, now: string): NodeCondition[] {
  const own = new Set<string>(conditions.map(([type]) => type));
  const others = (previous ?? []).filter(({ type }) => !own.has(type));
  return [
    ...others,
    ...conditions.map(([type, status, reason, message]) => {
      const before = previous?.find((each) => each.type === type);
      const lastTransitionTime = before?.status === status ? before.lastTransitionTime : now;
      return { lastHeartbeatTime: now, lastTransitionTime, message, reason, status, type };
    }),
  ];
}

/** A UUID that is the same for a node each time. */
function identifier(kind: string, name: string): string {
  let hash = 0xcbf29ce484222325n;
  let digits = '';
  for (let round = 0; digits.length < 32; round++) {
    for (const character of `${kind}/${name}/${round}`) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(character.codePointAt(0)!)) * 0x100000001b3n);
    }
    digits += hash.toString(16).padStart(16, '0');
  }
  return digits.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
