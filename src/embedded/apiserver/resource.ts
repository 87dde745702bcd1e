import type { KubeObject } from '../../kubernetes/object.ts';
import type { Clock } from '../clock.ts';
import type { FieldError } from './validation/field.ts';

/**
 * One place that defines a kind: resources/<kind>.ts exports one of these, and resources/index.ts lists them.
 * Everything generic (routing, storage, watch, patch, apply, finalizers, tables, discovery, OpenAPI) is driven by it.
 *
 * Functions that take a `draft` mutate it; every other argument is read-only. All of them are synchronous: they run
 * inside the store's atomic write.
 */
export interface ResourceDefinition<T extends KubeObject = KubeObject> {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** As in paths: "statefulsets". */
  readonly plural: string;
  readonly singular: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  /** All of create, delete, deletecollection, get, list, patch, update, watch when absent. */
  readonly verbs?: readonly Verb[];
  /** The definition's name in the generated schemas: "io.k8s.api.apps.v1.StatefulSet". */
  readonly schema: string;

  /**
   * A second served version of the same stored objects (events.k8s.io/v1 of core events): the plural.group it is stored
   * under and how to get there and back.
   */
  readonly storedAs?: {
    readonly resource: string;
    toStorage(object: T): KubeObject;
    fromStorage(object: KubeObject): T;
  };

  /** Returns messages such as "a lowercase RFC 1123 subdomain must consist of …"; empty when the name is fine. */
  validateName(name: string, prefix: boolean): string[];

  /** Fills in what upstream's SetDefaults functions fill in. Runs after decoding and after each patch. */
  defaults?(draft: T): void;

  /** Upstream's strategy.PrepareForCreate: clears status, sets generation 1 where the kind has one, allocates. */
  prepareForCreate?(draft: T, context: WriteContext): void;
  prepareForUpdate?(draft: T, current: T, context: WriteContext): void;
  validateCreate?(object: T, context: WriteContext): FieldError[];
  validateUpdate?(object: T, current: T, context: WriteContext): FieldError[];
  /** Sent as HTTP Warning headers; kubectl prints them. `current` is absent on create. */
  warnings?(object: T, current: T | undefined): string[];

  /** Sent as a warning with every answer about the kind: "v1 Endpoints is deprecated in v1.33+; use …". */
  readonly deprecation?: string;

  /** PUT to a name that does not exist creates it (Leases, Events, …). */
  readonly allowCreateOnUpdate?: boolean;
  /** An update without resourceVersion overwrites. True when absent. */
  readonly allowUnconditionalUpdate?: boolean;

  /**
   * GET/PUT/PATCH …/status. `prepareForUpdate` starts from a draft whose top-level fields but status and metadata are
   * already the stored ones; of the metadata it puts back what upstream's status strategy puts back (labels, owners, …).
   */
  readonly status?: {
    prepareForUpdate?(draft: T, current: T, context: WriteContext): void;
    validateUpdate?(object: T, current: T, context: WriteContext): FieldError[];
    warnings?(object: T, current: T): string[];
  };

  /** GET/PUT/PATCH …/scale, as autoscaling/v1 Scale. */
  readonly scale?: {
    getReplicas(object: T): number;
    setReplicas(draft: T, replicas: number): void;
    statusReplicas(object: T): number;
    /** A label selector in string form. */
    selector(object: T): string;
  };

  /** Deletion that waits for somebody (Pods for their kubelet). Without it, and without finalizers, an object goes at once. */
  readonly gracefulDeletion?: {
    /** Seconds; 0 deletes at once. `requested` is DeleteOptions.gracePeriodSeconds. */
    period(object: T, requested: number | undefined): number;
  };

  /** Why objects of a name are never deleted: the PriorityClasses that the system itself needs. */
  refuseDeletion?(name: string): string | undefined;

  /** DELETE answers with the object rather than with a Status: upstream's ReturnDeletedObject. */
  readonly returnsDeletedObject?: boolean;

  /** Something besides metadata.finalizers that keeps a deleted object from going: a Namespace's spec.finalizers. */
  readonly deletionHold?: {
    pending(object: T): boolean;
    /** Runs when deletion is asked for and held back: the Namespace's phase becomes Terminating. */
    begin(draft: T): void;
  };

  /** Objects not written to for so many seconds go by themselves (Events). */
  readonly timeToLive?: number;

  /**
   * The pool values an object holds ("clusterIPs" 10.96.0.10, "nodePorts" 30080), so that the pools can be filled again
   * after a restart and what an object no longer holds is given back. See WriteContext.reserve.
   */
  holds?(object: T): readonly { readonly pool: string; readonly value: string }[];

  /** What happens to dependents when DeleteOptions do not say. 'Background' when absent. */
  readonly defaultPropagation?: 'Background' | 'Foreground' | 'Orphan';

  /** Fields usable in fieldSelector besides metadata.name and metadata.namespace. */
  readonly selectableFields?: Readonly<Record<string, (object: T) => string>>;

  /**
   * What `kubectl get` prints after NAME… in upstream's order (pkg/printers/internalversion). A kind whose name stands
   * elsewhere, or is shown otherwise (Events, StorageClasses), has a column "Name" among them.
   */
  readonly columns: readonly Column<T>[];

  /** Subresources with a behaviour of their own (binding, eviction, token, exec, log, proxy, …), by name. */
  readonly subresources?: Readonly<Record<string, SubresourceDefinition>>;
}

export type Verb = 'create' | 'delete' | 'deletecollection' | 'get' | 'list' | 'patch' | 'update' | 'watch';

export interface Column<T extends KubeObject = KubeObject> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description: string;
  /** 0 is always shown, 1 with -o wide. */
  readonly priority: 0 | 1;
  value(object: T, now: number): string | number | boolean | null;
}

/** What discovery says of a subresource; its handler is registered by the API server under the same name. */
export interface SubresourceDefinition {
  readonly kind: string;
  /** The body's group and version where they differ from the resource's. */
  readonly group?: string;
  readonly version?: string;
  readonly verbs: readonly ('create' | 'get' | 'patch' | 'update' | 'delete')[];
}

/** What a strategy may know of the world beyond its object. */
export interface WriteContext {
  readonly clock: Clock;
  readonly user: UserInfo;
  readonly dryRun: boolean;
  /** Committed objects of other resources, by plural.group. */
  get(resource: string, namespace: string, name: string): KubeObject | undefined;
  list(resource: string, namespace?: string): readonly KubeObject[];
  /**
   * Takes a value from a pool for as long as the object lives ("clusterIPs", "nodePorts"): false where it is taken.
   * A write that fails, or is a dry run, gives it back.
   */
  reserve(pool: string, value: string): boolean;
  release(pool: string, value: string): void;
}

export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Keeps the definition's type parameter for its author and drops it for the registry, which handles all kinds alike. */
export function defineResource<T extends KubeObject>(definition: ResourceDefinition<T>): ResourceDefinition {
  return definition as unknown as ResourceDefinition;
}
