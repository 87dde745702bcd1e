import type {
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  PodDisruptionBudget,
  StorageClass,
} from '../../../kubernetes/objects.ts';
import type { LabelSelector } from '../../../kubernetes/selectors.ts';
import type { NodeInfo } from './node-info.ts';

/** The scheduler's plugins: what they are asked, and what they may know. Nothing here writes or waits. */

/** Why a Pod cannot be scheduled, as far as one plugin goes. */
export interface Verdict {
  readonly plugin: string;
  /** Whether it might help that Pods went from the node. */
  readonly resolvable: boolean;
  /** In upstream's words: they are counted and stand in the event. */
  readonly reasons: readonly string[];
}

/** A plugin made ready for one Pod. */
export interface Prepared {
  /** The only nodes that come into question, where the Pod names them. */
  readonly only?: ReadonlySet<string>;
  /** Undefined where the node will do. */
  filter?(node: NodeInfo): Verdict | undefined;
  /** For each of the nodes that will do, 0 to 100. */
  score?(nodes: readonly NodeInfo[]): number[];
}

export interface Plugin {
  readonly name: string;
  /** What its score counts for. */
  readonly weight: number;
  /** A Verdict where no node will do, whichever it is. */
  prepare(pod: Pod, cluster: ClusterView): Prepared | Verdict;
}

export function isVerdict(result: object): result is Verdict {
  return 'reasons' in result;
}

/** The cluster as it stands in one scheduling cycle. */
export interface ClusterView {
  readonly nodes: readonly NodeInfo[];
  namespaceLabels(namespace: string): Readonly<Record<string, string>>;
  /** What selects the Pods that this one belongs with, by their Services and controllers; undefined where nothing does. */
  siblings(pod: Pod): LabelSelector | undefined;
  readonly volumes: VolumeView;
  readonly budgets: readonly PodDisruptionBudget[];
}

/** Claims and volumes, those that Pods on their way to a node have been promised left out. */
export interface VolumeView {
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  storageClass(name: string): StorageClass | undefined;
  /** All of a class. */
  available(storageClass: string): readonly PersistentVolume[];
}

/** Scores from any numbers: the largest becomes 100, or 0 where less is better (helper.DefaultNormalizeScore). */
export function normalize(raw: readonly number[], lessIsBetter: boolean): number[] {
  const largest = Math.max(0, ...raw);
  if (largest === 0) return raw.map((value) => (lessIsBetter ? 100 : value));
  return raw.map((value) => {
    const score = Math.trunc((100 * value) / largest);
    return lessIsBetter ? 100 - score : score;
  });
}
