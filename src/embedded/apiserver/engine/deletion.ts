import type { KubeObject } from '../../../kubernetes/object.ts';
import { type Clock, timestamp } from '../../clock.ts';
import type { ResourceDefinition } from '../resource.ts';
import type { DeleteOptions } from './request.ts';

/** What a DELETE request does to an object. */
export type Deletion =
  /** It stays, marked for deletion; `next` is the stored object where it was so already. */
  | { readonly action: 'keep'; readonly next: KubeObject; readonly pending: boolean }
  /** It goes; first it is seen as `marked` where that is not the stored object. */
  | { readonly action: 'remove'; readonly marked: KubeObject };

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

/** Upstream's rest.BeforeDelete and registry.Store.Delete: grace periods, finalizers and propagation policies. */
export function planDeletion(
  definition: ResourceDefinition,
  current: KubeObject,
  options: DeleteOptions,
  clock: Clock,
): Deletion {
  const hold = definition.deletionHold;
  if (hold && !current.metadata.deletionTimestamp) return beginHeld(definition, current, options, clock);
  if (hold?.pending(current)) return { action: 'keep', next: current, pending: false };

  const grace = gracefully(definition, current, options, clock);
  if (grace.pending) return { action: 'keep', next: current, pending: true };
  const finalizers = finalizersFor(definition, current, options);
  const draft: KubeObject = { ...current, metadata: { ...current.metadata, ...grace.meta } };
  setFinalizers(draft, finalizers);
  if (!grace.graceful) {
    if (finalizers.length === 0) return { action: 'remove', marked: current };
    const { metadata: meta } = draft;
    if (!meta.deletionTimestamp && meta.generation) meta.generation++;
    const now = timestamp(clock);
    if (!meta.deletionTimestamp || meta.deletionTimestamp > now) meta.deletionTimestamp = now;
    meta.deletionGracePeriodSeconds = 0;
    const same = sameMark(draft, current);
    return { action: 'keep', next: same ? current : draft, pending: false };
  }
  if (finalizers.length > 0 || draft.metadata.deletionGracePeriodSeconds! > 0) {
    return { action: 'keep', next: draft, pending: false };
  }
  return { action: 'remove', marked: draft };
}

interface Grace {
  readonly graceful: boolean;
  readonly pending: boolean;
  readonly meta?: Partial<KubeObject['metadata']>;
}

/** Whether the object's own process is given time to end, and until when. */
function gracefully(definition: ResourceDefinition, current: KubeObject, options: DeleteOptions, clock: Clock): Grace {
  if (!definition.gracefulDeletion) return { graceful: false, pending: false };
  const { metadata: meta } = current;
  const requested = atLeastOne(options.gracePeriodSeconds);
  if (meta.deletionTimestamp) {
    const period = atLeastOne(meta.deletionGracePeriodSeconds);
    if (!period) return { graceful: false, pending: false };
    if (requested === undefined || requested >= period) return { graceful: false, pending: true };
    return { graceful: true, pending: false, meta: shortened(meta.deletionTimestamp, period, requested, clock) };
  }
  const seconds = atLeastOne(definition.gracefulDeletion.period(current, requested))!;
  return {
    graceful: true,
    pending: false,
    meta: {
      deletionTimestamp: timestampAt(clock.now() + seconds * 1000),
      deletionGracePeriodSeconds: seconds,
      ...(meta.generation && { generation: meta.generation + 1 }),
    },
  };
}

/** A grace period can only be shortened, and never so that it ended in the past. */
function shortened(deletionTimestamp: string, period: number, requested: number, clock: Clock) {
  const moved = Date.parse(deletionTimestamp) - period * 1000 + requested * 1000;
  if (moved >= clock.now()) {
    return { deletionTimestamp: timestampAt(moved), deletionGracePeriodSeconds: requested };
  }
  return { deletionTimestamp: timestamp(clock), deletionGracePeriodSeconds: requested === 0 ? 0 : 1 };
}

/** Negative periods count as one second. */
function atLeastOne(seconds: number | undefined): number | undefined {
  return seconds !== undefined && seconds < 0 ? 1 : seconds;
}

function timestampAt(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** The finalizers an object has once its deletion is asked for: the garbage collector's as the policy says. */
function finalizersFor(
  definition: ResourceDefinition,
  { metadata: meta }: KubeObject,
  options: DeleteOptions,
): string[] {
  const existing = meta.finalizers ?? [];
  // Objects that only live for a while own nothing: upstream's garbage collection policy "unsupported".
  const policy = definition.timeToLive === undefined ? policyFor(definition, existing, options) : 'Background';
  return [
    ...existing.filter((finalizer) => finalizer !== orphan && finalizer !== foreground),
    ...(policy === 'Orphan' ? [orphan] : []),
    ...(policy === 'Foreground' ? [foreground] : []),
  ];
}

function policyFor(definition: ResourceDefinition, existing: readonly string[], options: DeleteOptions) {
  if (options.orphanDependents !== undefined) return options.orphanDependents ? 'Orphan' : 'Background';
  if (options.propagationPolicy) return options.propagationPolicy;
  if (existing.includes(orphan)) return 'Orphan';
  if (existing.includes(foreground)) return 'Foreground';
  return definition.defaultPropagation ?? 'Background';
}

function setFinalizers(draft: KubeObject, finalizers: string[]): void {
  if (finalizers.length > 0) draft.metadata.finalizers = finalizers;
  else delete draft.metadata.finalizers;
}

function sameMark({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean {
  return (
    a.deletionTimestamp === b.deletionTimestamp &&
    a.deletionGracePeriodSeconds === b.deletionGracePeriodSeconds &&
    (a.finalizers ?? []).join() === (b.finalizers ?? []).join()
  );
}

/** The first deletion of something that has to be emptied before it can go. */
function beginHeld(
  definition: ResourceDefinition,
  current: KubeObject,
  options: DeleteOptions,
  clock: Clock,
): Deletion {
  const draft = structuredClone(current);
  draft.metadata.deletionTimestamp = timestamp(clock);
  setFinalizers(draft, finalizersFor({ ...definition, defaultPropagation: 'Background' }, current, options));
  definition.deletionHold!.begin(draft);
  return { action: 'keep', next: draft, pending: false };
}
