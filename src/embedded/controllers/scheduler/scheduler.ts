import type { Pod } from '../../../kubernetes/objects.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../shared/failures.ts';
import { type Assumption, Assumptions } from './assumptions.ts';
import { Abandoned, Binder } from './binder.ts';
import { type Diagnosis, describe, evaluate, objectors, pick } from './evaluate.ts';
import type { ClusterView } from './framework.ts';
import { Nominations } from './nominations.ts';
import { defaultPlugins } from './plugins/index.ts';
import { decidePreemption } from './preemption.ts';
import { Preemptor } from './preemptor.ts';
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
  readonly #preemptor: Preemptor;
  readonly #nominations = new Nominations();
  /** What is being carried out while other Pods have their turn. */
  readonly #running = new Set<Promise<void>>();

  constructor({ client, clock, recorder, wake, failed }: SchedulerOptions) {
    this.#failed = failed;
    this.#queue = new SchedulingQueue(clock, wake);
    this.#snapshots = new Snapshots(client, this.#assumptions);
    this.#binder = new Binder(client, clock, this.#assumptions);
    this.#reporter = new Reporter(client, clock, recorder);
    this.#preemptor = new Preemptor(client, clock, recorder);
  }

  /** A Pod needs a node, or one that does has changed. */
  pending(pod: Pod, previous?: Pod): void {
    const known = this.#queue.get(pod);
    if (isGated(pod)) return;
    if (pod.status?.nominatedNodeName && !known) this.#nominations.set(pod, pod.status.nominatedNodeName);
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
    this.#nominations.delete(pod);
    this.#binder.recheck();
  }

  /** Something changed that may let Pods be scheduled. */
  changed(change: Change): void {
    if (change.kind.startsWith('PersistentVolume')) this.#binder.recheck();
    this.#queue.retry(({ pod, objectors }) => !this.#preemptor.isBusy(pod) && mayHelp(change, pod, objectors));
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
    const evaluation = evaluate(pod, defaultPlugins, cluster, (node) => this.#nominations.on(node, pod));
    if (evaluation.fits) this.#assign(entry, cluster, pick(evaluation));
    else await this.#refuse(entry, cluster, evaluation.diagnosis);
    return true;
  }

  async stop(): Promise<void> {
    this.#queue.stop();
    this.#binder.stop();
    await Promise.all(this.#running);
  }

  #run(pod: Pod, work: Promise<void>): void {
    const running = work
      .catch((error: unknown) => this.#failed(`${pod.metadata.namespace}/${pod.metadata.name}`, error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  #assign(entry: QueuedPod, cluster: ClusterView, node: string): void {
    const assumption = { pod: entry.pod, node, plan: volumePlan(entry.pod, node, cluster) };
    this.#assumptions.add(assumption);
    this.#nominations.delete(entry.pod);
    this.#run(entry.pod, this.#bind(entry, assumption));
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

  async #refuse(entry: QueuedPod, cluster: ClusterView, diagnosis: Diagnosis): Promise<void> {
    const { pod } = entry;
    if (diagnosis.total === 0) {
      this.#queue.putOff(entry);
      await this.#reporter.failed(pod, 'SchedulerError', 'no nodes available to schedule pods');
      return;
    }
    const nominated = (node: string) => this.#nominations.on(node, pod);
    const decision = decidePreemption({ pod, plugins: defaultPlugins, cluster, diagnosis, nominated });
    this.#queue.putAside(entry, objectors(diagnosis));
    if ('node' in decision) {
      const { node, victims } = decision;
      const outranked = this.#nominations.outrankedOn(node, pod);
      this.#nominations.set(pod, node);
      for (const other of outranked) this.#nominations.delete(other);
      this.#run(pod, this.#preemptor.evict(pod, node, victims));
      await this.#reporter.failed(pod, 'Unschedulable', describe(diagnosis, ''), node);
      for (const other of outranked) await this.#reporter.clearNomination(other);
      return;
    }
    const { refusal, forget } = decision;
    if (forget) this.#nominations.delete(pod);
    await this.#reporter.failed(pod, 'Unschedulable', describe(diagnosis, refusal), forget ? '' : undefined);
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
