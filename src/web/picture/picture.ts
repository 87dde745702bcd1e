import type { PodStatus, Tone } from './pod-status.ts';

/** What the picture shows, before anything has a place. */
export interface Picture {
  readonly nodes: readonly NodeItem[];
  readonly groups: readonly Group[];
}

export interface NodeItem {
  readonly name: string;
  readonly ready: boolean;
  readonly cordoned: boolean;
  /** Its taint keeps ordinary Pods away. */
  readonly controlPlane: boolean;
}

/** What one controller keeps, or what nobody does. */
export interface Group {
  readonly key: string;
  readonly kind: string;
  /** Empty for what belongs to no controller. */
  readonly name: string;
  /** "2 of 3 ready"; absent where nobody asked for a number. */
  readonly count: { readonly ready: number; readonly desired: number } | undefined;
  readonly services: readonly ServiceItem[];
  /** A Service that a StatefulSet names and that is not there. */
  readonly missingService: string | undefined;
  readonly slots: readonly Slot[];
  /** Claims that belong to no single slot: shared by a Deployment's Pods, or used by nobody. */
  readonly claims: readonly ClaimItem[];
}

export interface ServiceItem {
  readonly name: string;
  /** "headless", "ClusterIP", "NodePort", … */
  readonly type: string;
  readonly headless: boolean;
  readonly address: string | undefined;
  readonly ports: string;
  readonly ready: number;
}

/** A place for a Pod. In a StatefulSet it outlives the Pods that take it: name, claim and DNS name are the slot's. */
export interface Slot {
  readonly key: string;
  readonly name: string;
  readonly ordinal: number | undefined;
  /** `ghost`: scaled away, its claims stay. `missing`: wanted, not created yet, `waiting` says why. */
  readonly state: 'live' | 'ghost' | 'missing';
  readonly waiting: string | undefined;
  readonly pod: PodItem | undefined;
  readonly dns: DnsItem | undefined;
  readonly claims: readonly ClaimItem[];
}

export interface PodItem extends PodStatus {
  readonly uid: string;
  readonly name: string;
  readonly node: string | undefined;
  readonly address: string | undefined;
  readonly created: string | undefined;
  readonly image: string | undefined;
  /** Why it is not scheduled, or what its container waits for. */
  readonly message: string | undefined;
}

export interface DnsItem {
  /** "kubia-0.kubia" */
  readonly name: string;
  readonly resolves: boolean;
  readonly address: string | undefined;
}

export interface ClaimItem {
  readonly key: string;
  readonly name: string;
  readonly exists: boolean;
  readonly phase: string;
  readonly tone: Tone;
  readonly size: string;
  readonly storageClass: string | undefined;
  readonly modes: string;
  readonly volume: VolumeItem | undefined;
  /** uids of the Pods that mount it. */
  readonly users: readonly string[];
}

export interface VolumeItem {
  readonly key: string;
  readonly name: string;
  readonly phase: string;
  readonly tone: Tone;
  readonly size: string;
  readonly policy: string;
  /** The one node whose disk it is on, where that is so. */
  readonly node: string | undefined;
}
