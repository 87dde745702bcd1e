import type { KubeObject } from '../../kubernetes/object.ts';
import type { ObjectKey } from './store.ts';

/** Where a store keeps its objects across restarts. It knows nothing of what they mean. */
export interface Backend {
  /** Everything stored, and the newest revision, as of opening. */
  load(): { revision: number; objects: Iterable<{ key: ObjectKey; object: KubeObject }> };
  /**
   * Makes a batch durable, all of it or nothing. Returning nothing means it is done already; a promise resolves once it
   * is. Batches are never handed over while another one is under way.
   */
  commit(batch: Batch): Promise<void> | undefined;
  close(): Promise<void>;
}

export interface Batch {
  readonly revision: number;
  /** `object` is absent for a deletion. */
  readonly writes: readonly { readonly key: ObjectKey; readonly object: KubeObject | undefined }[];
}

/** Keeps nothing: the store's own memory is all there is. */
export class MemoryBackend implements Backend {
  load() {
    return { revision: 0, objects: [] };
  }

  commit(): undefined {}

  async close(): Promise<void> {}
}
