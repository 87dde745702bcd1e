import { RequestFailed } from '../net/api.ts';
import { reconnectDelay } from '../net/backoff.ts';

export type Fetched<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'ready'; readonly value: T }
  /** Nobody answers; it tries again by itself. `value` is what was fetched earlier. */
  | { readonly state: 'gone'; readonly value: T | undefined }
  | { readonly state: 'failed'; readonly error: RequestFailed };

/** One address, fetched until it answers. What is on screen stays while the server is away. */
export class Resource<T> {
  #current: Fetched<T> = { state: 'loading' };
  #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;

  constructor(
    private readonly fetchIt: (signal: AbortSignal) => Promise<T>,
    private readonly changed: () => void,
  ) {
    void this.refresh();
  }

  get current(): Fetched<T> {
    return this.#current;
  }

  get value(): T | undefined {
    return this.#current.state === 'ready' || this.#current.state === 'gone' ? this.#current.value : undefined;
  }

  async refresh(): Promise<void> {
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    try {
      const value = await this.fetchIt(signal);
      if (signal.aborted) return;
      this.#attempt = 0;
      this.#set({ state: 'ready', value });
    } catch (error) {
      if (signal.aborted) return;
      const failure = error instanceof RequestFailed ? error : new RequestFailed('broken', String(error));
      if (failure.reason !== 'gone') return this.#set({ state: 'failed', error: failure });
      this.#set({ state: 'gone', value: this.value });
      this.#attempt += 1;
      this.#timer = setTimeout(() => void this.refresh(), reconnectDelay(this.#attempt, Math.random()));
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  #set(current: Fetched<T>): void {
    this.#current = current;
    this.changed();
  }
}
