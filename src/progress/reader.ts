import {
  CheckError,
  type ClusterReader,
  type DnsOutcome,
  type DnsRequest,
  type ExecOutcome,
  type ExecRequest,
  type History,
  type HttpRequest,
  type HttpResponse,
} from '../checks/reader.ts';
import type { Clock } from '../clusters/clock.ts';
import { type KubeReader, ReadError } from '../clusters/reader.ts';
import type { KubeObject } from '../kubernetes/object.ts';

/** Milliseconds for which an answer is waited for. */
const patience = 10_000;

/**
 * What checks read of a session's cluster. What a check depends on is watched before it is evaluated; what its evidence
 * looks up beyond that is empty at first, and there when it is evaluated again.
 */
export class SessionReader implements ClusterReader {
  readonly #cluster: KubeReader;
  readonly #clock: Clock;

  constructor(cluster: KubeReader, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  get(kind: string, name: string): KubeObject | undefined {
    return this.#read(kind, () => this.#cluster.get(kind, name), undefined);
  }

  list(kind: string, labelSelector?: string): readonly KubeObject[] {
    return this.#read(kind, () => this.#cluster.list(kind, labelSelector), []);
  }

  history(kind: string): History {
    return this.#read(kind, () => this.#cluster.history(kind), { entries: [], gaps: [] });
  }

  http(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse> {
    return this.#asked(signal, (limited) => this.#cluster.http(request, limited));
  }

  exec(request: ExecRequest, signal: AbortSignal): Promise<ExecOutcome> {
    return this.#asked(signal, (limited) => this.#cluster.exec(request, limited));
  }

  dns(request: DnsRequest, signal: AbortSignal): Promise<DnsOutcome> {
    return this.#asked(signal, (limited) => this.#cluster.dns(request, limited));
  }

  onChange(listener: (kind: string, object: KubeObject) => void): () => void {
    return this.#cluster.onChange(listener);
  }

  #read<T>(kind: string, read: () => T, unknown: T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ReadError)) throw error;
      this.#cluster.watch([kind]).catch(() => undefined);
      return unknown;
    }
  }

  async #asked<T>(signal: AbortSignal, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const limit = new AbortController();
    const timer = this.#clock.schedule(patience, () => limit.abort());
    try {
      return await ask(AbortSignal.any([signal, limit.signal]));
    } catch (error) {
      signal.throwIfAborted();
      if (limit.signal.aborted) throw new CheckError(`there was no answer within ${patience / 1000} seconds`);
      throw error instanceof ReadError ? new CheckError(error.message) : error;
    } finally {
      timer.cancel();
    }
  }
}
