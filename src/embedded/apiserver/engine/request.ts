import type { UserInfo } from '../resource.ts';

/** Who asks, and where what he should know besides the answer goes. */
export interface Caller {
  readonly user: UserInfo;
  /** The User-Agent: what stands before its first slash names the field manager of writes that name none. */
  readonly agent: string;
  /** Sent as a Warning header. */
  warn(message: string): void;
}

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict';

export interface WriteOptions {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  /** 'Warn' when absent. */
  readonly fieldValidation?: FieldValidation;
}

export type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

export interface PatchOptions extends WriteOptions {
  readonly type: PatchType;
  /** Only with 'apply'. */
  readonly force?: boolean;
}

export type PropagationPolicy = 'Background' | 'Foreground' | 'Orphan';

export interface DeleteOptions {
  readonly dryRun?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: PropagationPolicy;
  /** The old way to say Orphan (true) or Background (false). */
  readonly orphanDependents?: boolean;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface ListOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  /** No limit when absent or 0. */
  readonly limit?: number;
  readonly continue?: string;
}

export interface WatchOptions {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  readonly resourceVersionMatch?: string;
  readonly continue?: string;
  readonly allowBookmarks?: boolean;
  readonly sendInitialEvents?: boolean;
  /** Half an hour to an hour, by chance, when absent. */
  readonly timeoutSeconds?: number;
}

/** A body as parsed, not yet known to be an object of the right kind. */
export interface Body {
  readonly value: unknown;
  /** Fields that stood twice in the text: `duplicate field "spec.replicas"`. */
  readonly duplicates?: readonly string[];
  /** As it was sent, for messages. */
  readonly text?: string;
}

/** Longest name of a field manager. */
export const fieldManagerLimit = 128;

/** The name that a write is recorded under: the one it gives, else the program's. */
export function managerOf(options: WriteOptions, caller: Caller): string {
  if (options.fieldManager) return options.fieldManager;
  let name = '';
  for (const character of caller.agent.split('/', 1)[0]!) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) continue;
    if (Buffer.byteLength(name) + Buffer.byteLength(character) > fieldManagerLimit) break;
    name += character;
  }
  return name;
}
