import type { SessionSpace } from '../../clusters/provider.ts';

/** Where an attempt is made: a cluster, and what a learner who has it finds in their terminal. */
export interface Place {
  readonly kubeconfig: string;
  /** Absent where the cluster is nobody else's. */
  readonly space?: SessionSpace | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Puts nodes right that an attempt has let fail. */
  restoreNodes?(): Promise<void>;
}

/**
 * Places of which each is for one attempt at a time, whatever lesson it belongs to. A cluster on which several may be
 * made side by side is as many places. Who comes first is served first.
 */
export class Places {
  readonly #free: Place[];
  readonly #waiting: ((place: Place) => void)[] = [];

  constructor(places: readonly Place[]) {
    this.#free = [...places];
  }

  /** One more, free from now on. */
  add(place: Place): void {
    const next = this.#waiting.shift();
    if (next) next(place);
    else this.#free.push(place);
  }

  /** Calls `use` with a place that is its own until what it returns has settled. */
  async with<T>(use: (place: Place) => Promise<T>): Promise<T> {
    const place = this.#free.shift() ?? (await new Promise<Place>((take) => this.#waiting.push(take)));
    try {
      return await use(place);
    } finally {
      this.add(place);
    }
  }
}
