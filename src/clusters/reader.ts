import { setMaxListeners } from 'node:events';
import type { KubeObject } from '../kubernetes/object.ts';
import { LabelSelector } from '../kubernetes/selectors.ts';
import { ApiError } from '../kubernetes/status.ts';
import { asStatus, ClusterApi } from './access/api.ts';
import { Collection, type CollectionEntry } from './access/collection.ts';
import { candidates, digCommand, isAddress, parseDig, type RecordType } from './access/dns.ts';
import { isHidden, Prober, type ProberOptions } from './access/prober.ts';
import { collectionPath, type Resource, Resources } from './access/resources.ts';
import { follow } from './access/watch.ts';
import type { Clock } from './clock.ts';

export interface KubeReaderOptions {
  readonly kubeconfig: string;
  readonly context?: string;
  /** Whose objects are read; those without a namespace are read as well. */
  readonly namespace: string;
  readonly clock: Clock;
  readonly prober: ProberOptions;
}

/** A question the cluster could not be asked, or did not answer, in words for a learner. */
export class ReadError extends Error {
  override readonly name = 'ReadError';
}

interface Watched {
  readonly resource: Resource;
  readonly collection: Collection;
  /** Resolves when the kind has been listed and is being watched, or may not be. */
  readonly followed: Promise<void>;
  ready: boolean;
  /** Why the cluster does not let it be read, as it stands. */
  trouble?: Error;
}

/** Longest body read from an application, in bytes. */
const mostBody = 256 * 1024;

/**
 * Reads one namespace of a cluster, whichever provider it came from: objects from watches, opened for a kind when it is
 * asked for; HTTP through the API server's proxy; commands by exec; DNS from a prober Pod.
 */
export class KubeReader {
  readonly #options: KubeReaderOptions;
  readonly #api: ClusterApi;
  readonly #resources: Resources;
  readonly #prober: Prober;
  readonly #stop = new AbortController();
  /** By resource, and by every name that was asked. */
  readonly #watched = new Map<string, Watched>();
  readonly #names = new Map<string, Watched>();
  readonly #listeners = new Set<(kind: string, object: KubeObject, entry: CollectionEntry) => void>();
  readonly #troubles = new Set<(trouble: Error | undefined) => void>();

  private constructor(options: KubeReaderOptions, api: ClusterApi) {
    this.#options = options;
    this.#api = api;
    this.#resources = new Resources(api);
    this.#prober = new Prober(api, options.clock, options.namespace, options.prober);
    // One for each kind that is watched: Node takes more than ten for a leak, and says so in the server's terminal.
    setMaxListeners(0, this.#stop.signal);
  }

  /** Reads the kubeconfig; nothing is asked of the cluster yet. */
  static async open(options: KubeReaderOptions): Promise<KubeReader> {
    return new KubeReader(options, await ClusterApi.open(options.kubeconfig, options.context));
  }

  /** The cluster itself, for what a session does besides reading. */
  get api(): ClusterApi {
    return this.#api;
  }

  get namespace(): string {
    return this.#options.namespace;
  }

  /**
   * Opens watches of these kinds and resolves once all have begun (or been refused, which asking for them then says), so
   * that "there is none" can be told from "not known yet", and what happens next is told of all kinds as it happens.
   * Rejects with ReadError for a kind the cluster does not have.
   */
  async watch(kinds: Iterable<string>): Promise<void> {
    await Promise.all([...new Set(kinds)].map(async (kind) => (await this.#open(kind)).followed));
  }

  /** @throws ReadError where the kind is not watched, or has not been listed yet */
  get(kind: string, name: string): KubeObject | undefined {
    const object = this.#known(kind).collection.get(name);
    return object && isHidden(object) ? undefined : object;
  }

  /** By name, hidden ones left out. @throws ReadError as above, SelectorError for a selector that is none */
  list(kind: string, labelSelector?: string): readonly KubeObject[] {
    const selector = labelSelector ? LabelSelector.parse(labelSelector) : LabelSelector.everything();
    return this.#known(kind)
      .collection.list()
      .filter((object) => !isHidden(object) && selector.matches(object.metadata.labels ?? {}));
  }

  history(kind: string): { readonly entries: readonly CollectionEntry[]; readonly gaps: readonly number[] } {
    return this.#known(kind).collection.history;
  }

  /** Begins all histories anew with what there is now: a lesson that is started over has no past. */
  restartHistories(): void {
    for (const { collection } of this.#watched.values()) collection.restart(this.#options.clock.now());
  }

  /** Told of every change to an object of a watched kind; `kind` is the plural: "statefulsets". */
  onChange(listener: (kind: string, object: KubeObject, entry: CollectionEntry) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Told when the cluster stops answering (with why), and when it answers again (with undefined). */
  onTrouble(listener: (trouble: Error | undefined) => void): () => void {
    this.#troubles.add(listener);
    return () => this.#troubles.delete(listener);
  }

  async http(
    request: {
      readonly target:
        | { readonly service: string; readonly port?: string }
        | { readonly pod: string; readonly port?: string };
      readonly path: string;
      readonly method?: string;
      readonly body?: string;
    },
    signal: AbortSignal,
  ): Promise<{ status: number; headers: Readonly<Record<string, string>>; body: string }> {
    const { target, method, body } = request;
    const [plural, name] = 'service' in target ? ['services', target.service] : ['pods', target.pod];
    const path = request.path.startsWith('/') ? request.path : `/${request.path}`;
    const port = target.port ?? ('service' in target ? await this.#onlyPort(name, signal) : undefined);
    const host = encodeURIComponent(name) + (port ? `:${port}` : '');
    const response = await this.#asked(signal, () =>
      this.#api.request({
        path: `/api/v1/namespaces/${this.namespace}/${plural}/${host}/proxy${path}`,
        signal,
        limit: mostBody,
        ...(method && { method }),
        ...(body !== undefined && { body }),
      }),
    );
    // The proxy's own refusal, as against the application's.
    const status = response.status >= 400 ? asStatus(response.body) : undefined;
    if (status) throw new ReadError(status.message ?? `the API server answered ${response.status}`);
    return { status: response.status, headers: response.headers, body: response.body.toString('utf8') };
  }

  async exec(
    request: { readonly pod: string; readonly container?: string; readonly command: readonly string[] },
    signal: AbortSignal,
  ): Promise<{ exitCode: number; stdout: string; stderr: string }> {
    return this.#asked(signal, () => this.#api.exec({ namespace: this.namespace, ...request }, signal));
  }

  /** What a Pod of the session's namespace would be told. */
  async dns(
    request: { readonly name: string; readonly type: RecordType },
    signal: AbortSignal,
  ): Promise<{ status: string; records: readonly string[] }> {
    const { name, type } = request;
    const names = isAddress(name) ? [name] : candidates(name, this.namespace);
    const { stdout, stderr } = await this.#asked(signal, () => this.#prober.run(digCommand(names, type), signal));
    const answer = parseDig(stdout, type);
    if (!answer) throw new ReadError(`no DNS server answered: ${(stderr || stdout).trim().split('\n')[0] ?? ''}`);
    return answer;
  }

  close(): void {
    this.#stop.abort(new Error('the reader was closed'));
    this.#listeners.clear();
    this.#troubles.clear();
    this.#api.close();
  }

  /** The API server's proxy takes a Service without a port for the one whose port has no name. */
  async #onlyPort(service: string, signal: AbortSignal): Promise<string | undefined> {
    const path = `/api/v1/namespaces/${this.namespace}/services/${encodeURIComponent(service)}`;
    const { status, body } = await this.#asked(signal, () => this.#api.request({ path, signal }));
    if (status !== 200) return undefined;
    const { ports = [] } = (JSON.parse(body.toString('utf8')) as { spec: { ports?: { port: number }[] } }).spec;
    return ports.length === 1 ? String(ports[0]!.port) : undefined;
  }

  async #asked<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ReadError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new ReadError(error instanceof ApiError ? why : `the cluster does not answer: ${why}`);
    }
  }

  #known(kind: string): Watched {
    const watched = this.#names.get(kind.toLowerCase());
    if (!watched) throw new ReadError(`${kind} are not watched`);
    if (!watched.ready) throw new ReadError(watched.trouble?.message ?? `${kind} have not been read yet`);
    return watched;
  }

  async #open(kind: string): Promise<Watched> {
    const name = kind.toLowerCase();
    const known = this.#names.get(name);
    if (known) return known;
    const resource = await this.#resources.find(name).catch((error: unknown) => {
      throw new ReadError(`the cluster does not answer: ${error instanceof Error ? error.message : error}`);
    });
    if (!resource) throw new ReadError(`the cluster has no kind "${kind}"`);
    const path = collectionPath(resource, this.namespace);
    const watched = this.#watched.get(path) ?? this.#follow(resource, path);
    this.#watched.set(path, watched);
    for (const alias of [name, ...resource.names]) if (!this.#names.has(alias)) this.#names.set(alias, watched);
    return watched;
  }

  #follow(resource: Resource, path: string): Watched {
    const { clock } = this.#options;
    const collection = new Collection();
    let resolve = () => {};
    const followed = new Promise<void>((done) => {
      resolve = done;
    });
    const watched: Watched = { resource, collection, followed, ready: false };
    const tell = (entry: CollectionEntry) => {
      if (isHidden(entry.object)) return;
      const object =
        entry.type === 'deleted' ? entry.object : (collection.get(entry.object.metadata.name) ?? entry.object);
      for (const listener of [...this.#listeners]) listener(resource.plural, object, entry);
    };
    void follow(
      this.#api,
      path,
      clock,
      {
        listed: (objects, gap) => {
          const changes = collection.reset(objects, gap, clock.now());
          watched.ready = true;
          changes.forEach(tell);
        },
        watching: () => resolve(),
        changed: (type, object) => tell(collection.change(type, object, clock.now())),
        trouble: (error) => {
          const before = this.#trouble();
          watched.trouble = error;
          // A kind that may not be read is not waited for: whoever asks for it is told why.
          if (error instanceof ApiError && (error.code === 403 || error.code === 404)) resolve();
          const now = this.#trouble();
          if (before?.message !== now?.message) for (const listener of [...this.#troubles]) listener(now);
        },
      },
      this.#stop.signal,
    );
    return watched;
  }

  #trouble(): Error | undefined {
    return [...this.#watched.values()].find(({ trouble }) => trouble)?.trouble;
  }
}
