import type { KubeObject } from '../../kubernetes/object.ts';

/**
 * The Kubernetes API as controllers, the scheduler and the kubelets see it: in-process, with plain objects, through the
 * same validation, admission and authorisation as over HTTP. Rejections are ApiErrors. Objects are never mutated.
 */
export interface Client {
  resource<T extends KubeObject>(ref: ResourceRef<T>): ResourceClient<T>;
  /** A cached, watched view; one per resource, shared by all who ask. */
  informer<T extends KubeObject>(ref: ResourceRef<T>): Informer<T>;
}

/** Names a resource and carries its type: `const pods: ResourceRef<Pod>`, all in client/refs.ts. */
export interface ResourceRef<T extends KubeObject> {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** For the type only. */
  readonly type?: T;
}

export interface ResourceClient<T extends KubeObject> {
  get(namespace: string, name: string): Promise<T>;
  list(namespace?: string, selectors?: { labelSelector?: string; fieldSelector?: string }): Promise<T[]>;
  create(object: T, options?: WriteOptions): Promise<T>;
  update(object: T, options?: UpdateOptions): Promise<T>;
  updateStatus(object: T, options?: WriteOptions): Promise<T>;
  /** A JSON merge patch unless `type` says otherwise. */
  patch(namespace: string, name: string, patch: object, options?: PatchOptions): Promise<T>;
  delete(namespace: string, name: string, options?: DeleteOptions): Promise<void>;
  /** POST to a subresource: "binding", "eviction". */
  createSubresource(namespace: string, name: string, subresource: string, body: object): Promise<unknown>;
}

export interface WriteOptions {
  fieldManager?: string;
  dryRun?: boolean;
}

export interface UpdateOptions extends WriteOptions {
  /** "finalize"; for "scale" by way of a ResourceRef<Scale>. */
  subresource?: string;
}

export interface PatchOptions extends WriteOptions {
  type?: 'merge' | 'strategic' | 'json' | 'apply';
  force?: boolean;
  subresource?: string;
}

export interface DeleteOptions {
  gracePeriodSeconds?: number;
  propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
  preconditions?: { uid?: string; resourceVersion?: string };
}

/** Reads are of the newest committed state; handlers are told of every change in order, never before it can be read. */
export interface Informer<T extends KubeObject> {
  get(namespace: string, name: string): T | undefined;
  list(namespace?: string): readonly T[];
  /** Objects for which `indexer` returned `value`; the index is kept up to date from then on. */
  byIndex(name: string, indexer: (object: T) => readonly string[], value: string): readonly T[];
  /** `added` is called for what is there already, then each change is reported. Returns a function that unsubscribes. */
  subscribe(handler: InformerHandler<T>): () => void;
}

export interface InformerHandler<T extends KubeObject> {
  added?(object: T): void;
  updated?(object: T, previous: T): void;
  deleted?(object: T): void;
}

/** What cluster.ts starts and stops. Stopping resolves once nothing more will be written. */
export interface Controller {
  readonly name: string;
  start(): void;
  stop(): Promise<void>;
}
