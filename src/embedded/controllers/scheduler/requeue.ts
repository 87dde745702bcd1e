import type { Node, PersistentVolume, PersistentVolumeClaim, Pod, StorageClass } from '../../../kubernetes/objects.ts';

/** Something that happened in the cluster. `previous` is absent where the object is new. */
export type Change =
  | ({ readonly kind: 'Node' } & Of<Node>)
  | ({ readonly kind: 'PersistentVolume' } & Of<PersistentVolume>)
  | ({ readonly kind: 'PersistentVolumeClaim' } & Of<PersistentVolumeClaim>)
  | ({ readonly kind: 'StorageClass' } & Of<StorageClass>)
  /** A Pod on a node; deleted also where it has ended. */
  | ({ readonly kind: 'Pod' } & Of<Pod>)
  /** The Pod that waits for a node. */
  | ({ readonly kind: 'Own' } & Of<Pod>);

interface Of<T> {
  readonly object: T;
  readonly previous?: T;
  readonly deleted?: boolean;
}

/** Whether a change may let a Pod be scheduled to which some plugins objected. */
export function mayHelp(change: Change, pod: Pod, objectors: ReadonlySet<string>): boolean {
  return [...objectors].some((plugin) => helps[plugin]?.(change, pod) ?? true);
}

const helps: Readonly<Record<string, (change: Change, pod: Pod) => boolean>> = {};
