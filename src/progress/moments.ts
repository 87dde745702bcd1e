import type { Recording } from '../checks/check.ts';
import { canonical } from '../checks/kinds.ts';
import type { KubeObject } from '../kubernetes/object.ts';

interface Moment {
  readonly kinds: readonly string[];
  readonly version: number;
  /** Something that had happened by then was told after it. */
  outdated: boolean;
}

/**
 * When recordings were made, by the cluster's own count: its resource versions, which all kinds share. Each kind is told
 * by a watch of its own, and one may be behind another (most of all while it is being opened again): a Deployment is
 * ready before its Pods are known. What was recorded without them is to be recorded once more.
 */
export class Moments {
  readonly #moments = new Map<string, Moment>();
  #latest = 0;

  /** The highest version told so far of any kind. */
  get now(): number {
    return this.#latest;
  }

  /** @param kind canonical */
  changed(kind: string, { metadata }: KubeObject): void {
    const version = Number(metadata.resourceVersion);
    // A cluster whose versions are no numbers tells nothing about their order.
    if (!(version > 0)) return;
    this.#latest = Math.max(this.#latest, version);
    for (const moment of this.#moments.values()) {
      if (version <= moment.version && moment.kinds.includes(kind)) moment.outdated = true;
    }
  }

  /** @param version as `now` gave it when recording began; one that is made once more keeps its first moment */
  recorded({ key, inputs }: Recording, version: number): void {
    // What was asked of a container or over HTTP was as it is answered, and may be otherwise by now.
    if (inputs.probes) return;
    const known = this.#moments.get(key);
    if (known) known.outdated = false;
    else this.#moments.set(key, { kinds: inputs.kinds.map(canonical), version, outdated: false });
  }

  isOutdated(key: string): boolean {
    return this.#moments.get(key)?.outdated ?? false;
  }

  clear(): void {
    this.#moments.clear();
  }
}
