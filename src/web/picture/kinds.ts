import type { PictureObject } from '../../protocol/live.ts';

/** The fields of Kubernetes' kinds that the picture reads. Everything may be absent: objects come as the API gives them. */

export interface Meta {
  readonly name: string;
  readonly uid: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly { kind: string; name: string; uid: string; controller?: boolean }[];
}

interface ContainerStatus {
  readonly name: string;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly restartCount?: number;
  readonly state?: {
    readonly waiting?: { readonly reason?: string; readonly message?: string };
    readonly running?: object;
    readonly terminated?: { readonly reason?: string; readonly exitCode?: number; readonly signal?: number };
  };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface Pod {
  readonly metadata: Meta;
  readonly spec?: {
    readonly nodeName?: string;
    readonly hostname?: string;
    readonly subdomain?: string;
    readonly initContainers?: readonly { name: string; restartPolicy?: string }[];
    readonly containers?: readonly { name: string; image?: string }[];
    readonly volumes?: readonly { name: string; persistentVolumeClaim?: { claimName: string } }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly reason?: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** StatefulSets, Deployments and ReplicaSets, which look alike from here. */
export interface Workload {
  readonly metadata: Meta;
  readonly spec?: {
    readonly replicas?: number;
    readonly serviceName?: string;
    readonly podManagementPolicy?: string;
    readonly ordinals?: { readonly start?: number };
    readonly template?: { readonly metadata?: { readonly labels?: Readonly<Record<string, string>> } };
    readonly volumeClaimTemplates?: readonly { readonly metadata?: { readonly name?: string } }[];
  };
  readonly status?: {
    readonly readyReplicas?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly updatedReplicas?: number;
  };
}

export interface Claim {
  readonly metadata: Meta;
  readonly spec?: {
    readonly volumeName?: string;
    readonly storageClassName?: string;
    readonly accessModes?: readonly string[];
    readonly resources?: { readonly requests?: { readonly storage?: string } };
  };
  readonly status?: { readonly phase?: string; readonly capacity?: { readonly storage?: string } };
}

export interface Volume {
  readonly metadata: Meta;
  readonly spec?: {
    readonly capacity?: { readonly storage?: string };
    readonly claimRef?: { readonly namespace?: string; readonly name?: string; readonly uid?: string };
    readonly persistentVolumeReclaimPolicy?: string;
    readonly storageClassName?: string;
    readonly nodeAffinity?: {
      readonly required?: {
        readonly nodeSelectorTerms?: readonly {
          readonly matchExpressions?: readonly { key: string; operator: string; values?: readonly string[] }[];
        }[];
      };
    };
  };
  readonly status?: { readonly phase?: string };
}

export interface Service {
  readonly metadata: Meta;
  readonly spec?: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly externalName?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ports?: readonly { name?: string; port: number; targetPort?: number | string }[];
  };
}

export interface EndpointSlice {
  readonly metadata: Meta;
  readonly endpoints?: readonly {
    readonly addresses?: readonly string[];
    readonly hostname?: string;
    readonly conditions?: { readonly ready?: boolean };
    readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly uid?: string };
  }[];
}

export interface Node {
  readonly metadata: Meta;
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { key: string; effect: string; value?: string }[];
  };
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** The objects of a session, sorted into kinds, each by name. */
export interface Objects {
  readonly pods: readonly Pod[];
  readonly statefulSets: readonly Workload[];
  readonly deployments: readonly Workload[];
  readonly replicaSets: readonly Workload[];
  readonly claims: readonly Claim[];
  readonly volumes: readonly Volume[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  readonly nodes: readonly Node[];
}

export function sortObjects(objects: Iterable<PictureObject>): Objects {
  const kinds = new Map<string, PictureObject[]>();
  for (const object of objects) {
    const list = kinds.get(object.kind);
    if (list) list.push(object);
    else kinds.set(object.kind, [object]);
  }
  const of = <T>(kind: string): T[] =>
    [...(kinds.get(kind) ?? [])].sort((a, b) => byName(a.metadata.name, b.metadata.name)) as unknown as T[];
  return {
    pods: of<Pod>('Pod'),
    statefulSets: of<Workload>('StatefulSet'),
    deployments: of<Workload>('Deployment'),
    replicaSets: of<Workload>('ReplicaSet'),
    claims: of<Claim>('PersistentVolumeClaim'),
    volumes: of<Volume>('PersistentVolume'),
    services: of<Service>('Service'),
    slices: of<EndpointSlice>('EndpointSlice'),
    nodes: of<Node>('Node'),
  };
}

/** kubia-2 before kubia-10. */
export function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
