import type { Pod } from '../../../kubernetes/objects.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../shared/failures.ts';
import { type Assumption, Assumptions } from './assumptions.ts';
import { Abandoned, Binder } from './binder.ts';
import { type Diagnosis, describe, evaluate, objectors, pick } from './evaluate.ts';
import type { ClusterView } from './framework.ts';
import { defaultPlugins } from './plugins/index.ts';
import { type QueuedPod, SchedulingQueue } from './queue.ts';
import { Reporter } from './reporter.ts';
import { type Change, mayHelp } from './requeue.ts';
import { Snapshots } from './snapshot.ts';
import { claimsOf, planVolumes, type VolumePlan } from './volumes.ts';

export interface SchedulerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  /** Called when a turn is wanted. */
  wake(): void;
  failed(key: string, error: unknown): void;
}

/** Takes one Pod at a time, decides where it goes, and has that carried out while it looks at the next. */
export class Scheduler {
  readonly #failed: (key: string, error: unknown) => void;
  readonly #queue: SchedulingQueue;
  readonly #assumptions = new Assumptions();
  readonly #snapshots: Snapshots;
  readonly #binder: Binder;
  readonly #reporter: Reporter;
  readonly #bindings = new Set<Promise<void>>();

  constructor({ client, clock, recorder, wake, failed }: SchedulerOptions) {
    this.#failed = failed;
    this.#queue = new SchedulingQueue(clock, wake);
    this.#snapshots = new Snapshots(client, this.#assumptions);
    this.#binder = new Binder(client, clock, this.#assumptions);
    this.#reporter = new Reporter(client, clock, recorder);
  }

  /** A Pod needs a node, or one that does has changed. */
  pending(pod: Pod, previous?: Pod): void {
    const known = this.#queue.get(pod);
    if (isGated(pod)) return;
    if (!known) {
      if (!this.#assumptions.has(pod)) this.#queue.add(pod);
      return;
    }
    known.pod = pod;
    if (previous) this.changed({ kind: 'Own', object: pod, previous });
  }

  /** A Pod has gone, or needs no node any more. */
  gone(pod: Pod): void {
    this.#queue.delete(pod);
    this.#binder.recheck();
  }

  /** Something changed that may let Pods be scheduled. */
  changed(change: Change): void {
    if (change.kind.startsWith('PersistentVolume')) this.#binder.recheck();
    this.#queue.retry(({ pod, objectors }) => mayHelp(change, pod, objectors));
  }

  /** False where there was nothing to do. */
  async scheduleOne(): Promise<boolean> {
    const entry = this.#queue.pop();
    if (!entry) return false;
    const { pod } = entry;
    if (pod.metadata.deletionTimestamp) {
      this.#reporter.beingDeleted(pod);
      this.#queue.done(entry);
      return true;
    }
    const cluster = this.#snapshots.take();
    const evaluation = evaluate(pod, defaultPlugins, cluster);
    if (evaluation.fits) this.#assign(entry, cluster, pick(evaluation));
    else await this.#refuse(entry, evaluation.diagnosis);
    return true;
  }

  async stop(): Promise<void> {
    this.#queue.stop();
    this.#binder.stop();
    await Promise.all(this.#bindings);
  }

  #assign(entry: QueuedPod, cluster: ClusterView, node: string): void {
    const assumption = { pod: entry.pod, node, plan: volumePlan(entry.pod, node, cluster) };
    this.#assumptions.add(assumption);
    const binding = this.#bind(entry, assumption)
      .catch((error: unknown) => this.#failed(`${entry.pod.metadata.namespace}/${entry.pod.metadata.name}`, error))
      .finally(() => this.#bindings.delete(binding));
    this.#bindings.add(binding);
  }

  async #bind(entry: QueuedPod, assumption: Assumption): Promise<void> {
    const { pod, node } = assumption;
    try {
      await this.#binder.bind(assumption);
      this.#reporter.scheduled(pod, node);
      this.#queue.done(entry);
    } catch (error) {
      if (error instanceof Abandoned) {
        this.#queue.done(entry);
      } else {
        this.#queue.putOff(entry);
        await this.#reporter.failed(entry.pod, 'SchedulerError', messageOf(error), '');
      }
      // What the Pod was promised is free again.
      this.#assumptions.release(assumption);
      this.changed({ kind: 'Pod', object: { ...pod, spec: { ...pod.spec, nodeName: node } }, deleted: true });
    } finally {
      this.#assumptions.release(assumption);
    }
  }

  async #refuse(entry: QueuedPod, diagnosis: Diagnosis): Promise<void> {
    if (diagnosis.total === 0) {
      this.#queue.putOff(entry);
      await this.#reporter.failed(entry.pod, 'SchedulerError', 'no nodes available to schedule pods');
      return;
    }
    this.#queue.putAside(entry, objectors(diagnosis));
    await this.#reporter.failed(entry.pod, 'Unschedulable', describe(diagnosis, ''));
  }
}

function isGated({ spec }: Pod): boolean {
  return (spec.schedulingGates ?? []).length > 0;
}

function volumePlan(pod: Pod, name: string, { nodes, volumes }: ClusterView): VolumePlan {
  const claims = claimsOf(pod, volumes);
  const info = nodes.find((node) => node.name === name);
  const plan = info && typeof claims !== 'string' ? planVolumes(claims, info.node, volumes) : [];
  return Array.isArray(plan) ? { bindings: [], provisions: [] } : plan;
}
