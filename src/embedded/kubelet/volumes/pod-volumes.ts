import type { Pod, Volume } from '../../../kubernetes/objects.ts';
import { equal } from '../../apiserver/json.ts';
import type { Timer } from '../../clock.ts';
import { AtomicVolume } from './atomic-writer.ts';
import { claimName } from './claims.ts';
import { isProjected, type PayloadContext, sourcesOf, volumePayload } from './payload.ts';
import { setUpVolume, type VolumeSources } from './set-up.ts';
import { type MountedVolume, VolumeError } from './volume.ts';

/** Milliseconds before a volume that could not be set up is tried again; each time twice as long, up to the second. */
const firstRetry = 500;
const lastRetry = 122_000;
/** Milliseconds after which the Pod itself is said to wait for its volumes. */
const patience = 123_000;

/** The volumes of one Pod: set up before its containers start, and kept up to date while they run. */
export class PodVolumes {
  readonly #sources: VolumeSources;
  readonly #changed: () => void;
  readonly #mounted = new Map<string, MountedVolume>();
  readonly #projected = new Map<string, AtomicVolume>();
  readonly #refreshes = new Map<string, Timer>();
  readonly #tokens = new Map<string, { readonly token: string; readonly refreshAt: number }>();
  #pod: Pod;
  #work: Promise<void> = Promise.resolve();
  #retry: Timer | undefined;
  #delay = firstRetry;
  #waitingSince: number;
  #closed = false;

  /** @param changed called when volumes that were missing are there */
  constructor(pod: Pod, sources: VolumeSources, changed: () => void) {
    this.#pod = pod;
    this.#sources = sources;
    this.#changed = changed;
    this.#waitingSince = sources.clock.now();
  }

  get ready(): boolean {
    return this.#missing().length === 0;
  }

  get(name: string): MountedVolume | undefined {
    return this.#mounted.get(name);
  }

  /** Sets up what is not there yet. Resolves with whether all of it is; what is missing is tried again by itself. */
  async mount(): Promise<boolean> {
    await this.#enqueue(() => (this.#retry || this.ready ? Promise.resolve() : this.#mountMissing()));
    return this.ready;
  }

  /** The Pod's labels and annotations may have changed, which files can show. */
  update(pod: Pod): void {
    const { labels, annotations } = this.#pod.metadata;
    this.#pod = pod;
    if (equal(labels, pod.metadata.labels) && equal(annotations, pod.metadata.annotations)) return;
    const shown = (pod.spec.volumes ?? []).filter(
      ({ downwardAPI, projected }) => downwardAPI || projected?.sources?.some((source) => source.downwardAPI),
    );
    for (const volume of shown) void this.#enqueue(() => this.#rewrite(volume));
  }

  /** A ConfigMap, Secret or claim of the Pod's namespace has changed. */
  sourceChanged(kind: 'configMaps' | 'secrets' | 'claims', name: string): void {
    const uses = (volume: Volume) =>
      kind === 'claims' ? claimName(this.#pod, volume) === name : sourcesOf(volume)[kind].includes(name);
    const affected = (this.#pod.spec.volumes ?? []).filter(uses);
    if (this.#missing().some(uses)) this.#retryNow();
    for (const volume of affected)
      if (this.#projected.has(volume.name)) void this.#enqueue(() => this.#rewrite(volume));
  }

  /** Changes may have been missed. */
  catchUp(): void {
    if (!this.ready) this.#retryNow();
    for (const volume of this.#pod.spec.volumes ?? []) {
      if (this.#projected.has(volume.name)) void this.#enqueue(() => this.#rewrite(volume));
    }
  }

  /** Nothing is retried or refreshed any more. Resolves once nothing is being written. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#retry?.cancel();
    for (const timer of this.#refreshes.values()) timer.cancel();
    this.#refreshes.clear();
    await this.#work;
  }

  #enqueue(work: () => Promise<void>): Promise<void> {
    this.#work = this.#work.then(() => (this.#closed ? undefined : work())).catch(() => {});
    return this.#work;
  }

  #retryNow(): void {
    this.#retry?.cancel();
    this.#retry = undefined;
    void this.#enqueue(async () => {
      if (this.ready) return;
      await this.#mountMissing();
      if (this.ready) this.#changed();
    });
  }

  async #mountMissing(): Promise<void> {
    const unprocessed: string[] = [];
    const reasons: string[] = [];
    for (const volume of this.#missing()) {
      try {
        this.#mounted.set(volume.name, await this.#setUp(volume));
      } catch (error) {
        if (this.#closed) return;
        const { message } = error as Error;
        const stage = error instanceof VolumeError ? error.stage : 'MountVolume.SetUp';
        if (stage === 'unprocessed') {
          unprocessed.push(volume.name);
          reasons.push(message);
        } else {
          const text = `${stage} failed for volume "${this.#specName(volume)}" : ${message}`;
          this.#sources.failed(this.#pod, text);
        }
      }
    }
    if (this.ready || this.#closed) {
      this.#delay = firstRetry;
      return;
    }
    const { clock } = this.#sources;
    const late = clock.now() - this.#waitingSince >= patience;
    if (late) {
      this.#waitingSince = clock.now();
      reasons.push('timed out waiting for the condition');
    }
    if (reasons.length > 0) this.#complain(unprocessed, reasons);
    this.#retry = clock.schedule(this.#delay, () => this.#retryNow());
    this.#delay = Math.min(this.#delay * 2, lastRetry);
  }

  #complain(unprocessed: readonly string[], reasons: readonly string[]): void {
    const unmounted = this.#missing().map(({ name }) => name);
    this.#sources.failed(
      this.#pod,
      `Unable to attach or mount volumes: unmounted volumes=[${unmounted.join(' ')}], unattached volumes=[], ` +
        `failed to process volumes=[${unprocessed.join(' ')}]: ${reasons.join('; ')}`,
    );
  }

  /** Those that a container uses and that are not set up: what nobody uses does not have to exist. */
  #missing(): Volume[] {
    const { volumes = [], containers, initContainers = [], ephemeralContainers = [] } = this.#pod.spec;
    const used = new Set(
      [...containers, ...initContainers, ...ephemeralContainers].flatMap(({ volumeMounts = [], volumeDevices = [] }) =>
        [...volumeMounts, ...volumeDevices].map(({ name }) => name),
      ),
    );
    return volumes.filter(({ name }) => used.has(name) && !this.#mounted.has(name));
  }

  /** A claim's volume goes by the PersistentVolume's name. */
  #specName(volume: Volume): string {
    const claim = claimName(this.#pod, volume);
    if (claim === undefined) return volume.name;
    return this.#sources.claim(this.#pod.metadata.namespace ?? '', claim)?.spec.volumeName ?? volume.name;
  }

  async #setUp(volume: Volume): Promise<MountedVolume> {
    if (!isProjected(volume)) return setUpVolume(this.#pod, volume, this.#sources);
    const atomic = new AtomicVolume(this.#sources.clock, this.#pod.spec.securityContext?.fsGroup);
    await atomic.write(await volumePayload(volume, this.#context(volume)));
    this.#projected.set(volume.name, atomic);
    return {
      files: atomic.files,
      root: '/',
      readOnly: true,
      // A ConfigMap alone may lie on the node's disk.
      inMemory: !volume.configMap,
      snapshot: () => atomic.files.snapshot(),
    };
  }

  /** Brings a projected volume up to date. What cannot be read just now leaves it as it is. */
  async #rewrite(volume: Volume): Promise<void> {
    const atomic = this.#projected.get(volume.name);
    if (!atomic) return;
    const payload = await volumePayload(volume, this.#context(volume)).catch((error: Error) => {
      this.#sources.failed(this.#pod, `MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}`);
    });
    if (payload) await atomic.write(payload);
  }

  #context(volume: Volume): PayloadContext {
    const sources = this.#sources;
    return {
      pod: this.#pod,
      hostAddress: sources.hostAddress,
      podAddresses: [],
      allocatable: sources.allocatable,
      fsGroup: this.#pod.spec.securityContext?.fsGroup,
      user: commonUser(this.#pod),
      configMap: (namespace, name) => sources.configMap(namespace, name),
      secret: (namespace, name) => sources.secret(namespace, name),
      token: async ({ path, audience, expirationSeconds }) => {
        const key = `${volume.name}/${path}`;
        const known = this.#tokens.get(key);
        if (known && known.refreshAt > sources.clock.now()) return known.token;
        const token = await sources.token(this.#pod, audience, expirationSeconds ?? 3600);
        this.#tokens.set(key, token);
        if (!this.#closed) this.#refreshAt(volume, token.refreshAt);
        return token.token;
      },
    };
  }

  #refreshAt(volume: Volume, at: number): void {
    const { clock } = this.#sources;
    this.#refreshes.get(volume.name)?.cancel();
    const timer = clock.schedule(at - clock.now(), () => void this.#enqueue(() => this.#rewrite(volume)));
    this.#refreshes.set(volume.name, timer);
  }
}

/** The user that all containers run as: a token belongs to it. Undefined where they differ. */
function commonUser({ spec }: Pod): number | undefined {
  const all = [...(spec.initContainers ?? []), ...spec.containers];
  const users = new Set(
    all.map(({ securityContext }) => securityContext?.runAsUser ?? spec.securityContext?.runAsUser),
  );
  return users.size === 1 ? [...users][0] : undefined;
}
