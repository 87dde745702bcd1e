import { canonical, kindNames } from '../../src/checks/kinds.ts';
import {
  CheckError,
  type ClusterReader,
  type DnsOutcome,
  type DnsRequest,
  type ExecOutcome,
  type ExecRequest,
  type History,
  type HistoryEntry,
  type HttpRequest,
  type HttpResponse,
  type Transcript,
  type TranscriptCommand,
} from '../../src/checks/reader.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { LabelSelector } from '../../src/kubernetes/selectors.ts';

type Loose = KubeObject & Record<string, unknown>;

/** A cluster of objects that a test puts there, with a history of what it did. */
export class FakeReader implements ClusterReader {
  readonly #objects = new Map<string, KubeObject>();
  readonly #history = new Map<string, HistoryEntry[]>();
  readonly #gaps = new Map<string, number[]>();
  #now = Date.UTC(2026, 0, 1, 12, 0, 0);
  answers: {
    http?: (request: HttpRequest) => HttpResponse;
    exec?: (request: ExecRequest) => ExecOutcome;
    dns?: (request: DnsRequest) => DnsOutcome;
  } = {};

  /** Adds or replaces objects, a second apart. */
  put(...objects: Loose[]): this {
    for (const object of objects) {
      const key = `${canonical(object.kind)}/${object.metadata.name}`;
      const known = this.#objects.get(key);
      this.#record(known?.metadata.uid === object.metadata.uid && known ? 'modified' : 'added', object);
      this.#objects.set(key, object);
    }
    return this;
  }

  remove(name: string): this {
    const [kind, object] = name.split('/') as [string, string];
    const key = `${canonical(kind)}/${object}`;
    const known = this.#objects.get(key);
    if (!known) throw new Error(`there is no ${name}`);
    this.#objects.delete(key);
    this.#record('deleted', known);
    return this;
  }

  /** A watch that expired: what is there is found again by a list. */
  gap(kind: string): this {
    const plural = canonical(kind);
    const entries = this.#history.get(plural) ?? [];
    this.#gaps.set(plural, [...(this.#gaps.get(plural) ?? []), entries.length]);
    return this;
  }

  /** Found by a list, not seen happening. */
  find(...objects: Loose[]): this {
    for (const object of objects) {
      this.#objects.set(`${canonical(object.kind)}/${object.metadata.name}`, object);
      this.#record('added', object, true);
    }
    return this;
  }

  #record(type: HistoryEntry['type'], object: KubeObject, listed = false): void {
    const plural = canonical(object.kind);
    const entries = this.#history.get(plural) ?? [];
    entries.push({ type, object, at: this.#now, ...(listed && { listed }) });
    this.#history.set(plural, entries);
    if (!listed) this.#now += 1000;
  }

  get(kind: string, name: string): KubeObject | undefined {
    return this.#objects.get(`${canonical(kind)}/${name}`);
  }

  list(kind: string, labelSelector?: string): readonly KubeObject[] {
    const selector = LabelSelector.parse(labelSelector ?? '');
    return [...this.#objects]
      .filter(([key, object]) => key.startsWith(`${canonical(kind)}/`) && selector.matches(object.metadata.labels))
      .map(([, object]) => object);
  }

  history(kind: string): History {
    return { entries: this.#history.get(canonical(kind)) ?? [], gaps: this.#gaps.get(canonical(kind)) ?? [] };
  }

  async http(request: HttpRequest): Promise<HttpResponse> {
    if (!this.answers.http) throw new CheckError('connection refused');
    return this.answers.http(request);
  }

  async exec(request: ExecRequest): Promise<ExecOutcome> {
    if (!this.answers.exec) throw new CheckError('container not found');
    return this.answers.exec(request);
  }

  async dns(request: DnsRequest): Promise<DnsOutcome> {
    if (!this.answers.dns) throw new CheckError('no answer from the DNS server');
    return this.answers.dns(request);
  }

  onChange(): () => void {
    return () => undefined;
  }
}

/** What a learner typed, without a terminal. */
export class FakeTranscript implements Transcript {
  readonly commands: TranscriptCommand[] = [];
  #at = Date.UTC(2026, 0, 1, 12, 0, 0);

  /** @param ending its exit code, or that it goes on */
  ran(text: string, output = '', ending: number | 'running' = 0): this {
    const startedAt = this.#at;
    this.#at += 1000;
    const ended = ending === 'running' ? {} : { exitCode: ending, endedAt: this.#at };
    this.commands.push({ text, output, startedAt, ...ended });
    return this;
  }

  onCommand(): () => void {
    return () => undefined;
  }
}

interface PodOptions {
  readonly ready?: boolean;
  readonly uid?: string;
  readonly labels?: Record<string, string>;
  readonly claims?: readonly string[];
  readonly owner?: string;
  readonly phase?: string;
  readonly waiting?: { readonly reason: string; readonly message?: string };
  readonly deleting?: boolean;
  readonly conditions?: readonly Record<string, string>[];
}

let uids = 0;

export function pod(name: string, options: PodOptions = {}): Loose {
  const [ownerKind, ownerName] = options.owner?.split('/') ?? [];
  const phase = options.phase ?? (options.ready ? 'Running' : 'Pending');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: options.uid ?? `uid-${name}-${uids++}`,
      labels: options.labels ?? { app: 'kubia' },
      ...(options.deleting && { deletionTimestamp: '2026-01-01T12:00:00Z' }),
      ...(ownerKind && {
        ownerReferences: [{ apiVersion: 'apps/v1', kind: ownerKind, name: ownerName!, uid: 'owner', controller: true }],
      }),
    },
    spec: {
      containers: [{ name: 'kubia', image: 'ordinal/kubia:1' }],
      volumes: (options.claims ?? []).map((claimName) => ({ name: 'data', persistentVolumeClaim: { claimName } })),
    },
    status: {
      phase,
      conditions: options.conditions ?? [{ type: 'Ready', status: options.ready ? 'True' : 'False' }],
      containerStatuses: [
        {
          name: 'kubia',
          ready: options.ready ?? false,
          state: options.waiting ? { waiting: options.waiting } : options.ready ? { running: {} } : {},
        },
      ],
    },
  };
}

/** An object of any kind, with what a test cares about. */
export function object(kind: string, name: string, fields: Record<string, unknown> = {}): Loose {
  const names = kindNames(kind);
  const { metadata, ...rest } = fields as { metadata?: object };
  return {
    apiVersion: names?.group ? `${names.group}/v1` : 'v1',
    kind: names?.kind ?? kind,
    metadata: { name, uid: `uid-${kind}-${name}`, ...metadata },
    ...rest,
  };
}
