/** What the page's status strip shows of the cluster. */
export interface ClusterNow {
  readonly state: 'starting' | 'ready' | 'failed';
  readonly provider: string;
  readonly version?: string;
  readonly message?: string;
}

/** The newest state, and who wants to know of the next. */
export class ClusterState {
  #now: ClusterNow;
  readonly #listeners = new Set<() => void>();

  constructor(provider: string) {
    this.#now = { state: 'starting', provider };
  }

  current(): ClusterNow {
    return this.#now;
  }

  on(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(now: Omit<ClusterNow, 'provider'>): void {
    this.#now = { ...now, provider: this.#now.provider };
    for (const listener of this.#listeners) listener();
  }
}
