import type { Client } from '../../../src/embedded/client/client.ts';
import * as refs from '../../../src/embedded/client/refs.ts';
import { type Clock, timestamp } from '../../../src/embedded/clock.ts';
import type { Pod, PodStatus } from '../../../src/kubernetes/objects.ts';
import { ApiError } from '../../../src/kubernetes/status.ts';

/**
 * Nodes that say Pods are running without running them and, where there is no other, a scheduler that takes the next
 * node in turn.
 */
export class FakeNodes {
  /** Pods that stay Pending, run without being ready, or do not end: by name. */
  readonly unscheduled = new Set<string>();
  readonly unready = new Set<string>();
  readonly lingering = new Set<string>();
  /** Pods with these images run without being ready. */
  readonly unreadyImages = new Set<string>();
  /** What happened to Pods, as "create kubia-0", "ready kubia-0", "delete kubia-0", "gone kubia-0". */
  readonly log: string[] = [];
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #scheduled: boolean;
  #next = 0;
  #unsubscribe = () => {};

  /** @param options `scheduled`: whether somebody else gives Pods their nodes */
  constructor(client: Client, clock: Clock, { scheduled = false }: { scheduled?: boolean } = {}) {
    this.#client = client;
    this.#clock = clock;
    this.#scheduled = scheduled;
  }

  start(): void {
    this.#unsubscribe = this.#client.informer(refs.pods).subscribe({
      added: (pod) => {
        this.log.push(`create ${pod.metadata.name}`);
        this.#attend(pod);
      },
      updated: (pod, previous) => {
        if (pod.metadata.deletionTimestamp && !previous.metadata.deletionTimestamp) {
          this.log.push(`delete ${pod.metadata.name}`);
        }
        this.#attend(pod);
      },
      deleted: (pod) => this.log.push(`gone ${pod.metadata.name}`),
    });
  }

  stop(): void {
    this.#unsubscribe();
  }

  /** Lets a Pod that was held back go on. */
  release(name: string): void {
    for (const held of [this.unscheduled, this.unready, this.lingering]) held.delete(name);
    for (const pod of this.#client.informer(refs.pods).list()) if (pod.metadata.name === name) this.#attend(pod);
  }

  /** Lets Pods with an image that was held back become ready. */
  releaseImage(image: string): void {
    this.unreadyImages.delete(image);
    for (const pod of this.#client.informer(refs.pods).list()) this.#attend(pod);
  }

  #isUnready({ metadata, spec }: Pod): boolean {
    return this.unready.has(metadata.name) || spec.containers.some(({ image }) => this.unreadyImages.has(image!));
  }

  /** The Pod's containers end. */
  async finish(name: string, phase: 'Succeeded' | 'Failed', exitCode = phase === 'Failed' ? 1 : 0): Promise<void> {
    const pod = this.#client.informer(refs.pods).get('default', name)!;
    const now = timestamp(this.#clock);
    await this.#write(pod, {
      ...pod.status,
      phase,
      conditions: [{ type: 'Ready', status: 'False', reason: 'PodCompleted', lastTransitionTime: now }],
      containerStatuses: pod.spec.containers.map((container) => ({
        name: container.name,
        image: container.image!,
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { terminated: { exitCode, reason: exitCode ? 'Error' : 'Completed', startedAt: now, finishedAt: now } },
      })),
    });
  }

  /** The Pod stops being ready, or is so again. */
  async setReady(name: string, ready: boolean): Promise<void> {
    await this.#run(this.#client.informer(refs.pods).get('default', name)!, ready);
  }

  #attend(pod: Pod): void {
    const { metadata, spec, status } = pod;
    const { name, namespace = '' } = metadata;
    if (metadata.deletionTimestamp) {
      if (!this.lingering.has(name)) this.#try(this.#end(pod));
    } else if (!spec.nodeName) {
      if (this.#scheduled || this.unscheduled.has(name)) return;
      const node = requiredNode(pod) ?? `worker-${this.#next++ % 3}`;
      const target = { apiVersion: 'v1', kind: 'Node', name: node };
      const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target };
      this.#try(this.#client.resource(refs.pods).createSubresource(namespace, name, 'binding', binding));
    } else if (status?.phase === 'Pending') {
      this.#try(this.#run(pod, !this.#isUnready(pod)));
    } else if (status?.phase === 'Running' && !this.#isUnready(pod) && !status.conditions?.some(isReady)) {
      if (status.conditions?.some(({ reason }) => reason === 'Held')) this.#try(this.#run(pod, true));
    }
  }

  async #run(pod: Pod, ready: boolean): Promise<void> {
    const now = timestamp(this.#clock);
    if (ready) this.log.push(`ready ${pod.metadata.name}`);
    const held = this.#isUnready(pod);
    const serial = Number(pod.metadata.resourceVersion);
    await this.#write(pod, {
      phase: 'Running',
      startTime: now,
      podIP: `10.244.${(serial >> 8) & 255}.${serial & 255}`,
      podIPs: [{ ip: `10.244.${(serial >> 8) & 255}.${serial & 255}` }],
      conditions: [
        {
          type: 'Ready',
          status: ready ? 'True' : 'False',
          lastTransitionTime: now,
          ...(held && { reason: 'Held' }),
        },
      ],
      containerStatuses: pod.spec.containers.map((container) => ({
        name: container.name,
        image: container.image!,
        imageID: '',
        ready,
        restartCount: 0,
        state: { running: { startedAt: now } },
      })),
    });
  }

  /** As a kubelet does it: what was running is said to have ended, then the Pod goes. */
  async #end({ metadata: { namespace = '', name, uid } }: Pod): Promise<void> {
    await this.#client
      .resource(refs.pods)
      .delete(namespace, name, { gracePeriodSeconds: 0, preconditions: { uid: uid! } });
  }

  async #write(pod: Pod, status: PodStatus): Promise<void> {
    const { resourceVersion: _, ...metadata } = pod.metadata;
    await this.#client.resource(refs.pods).updateStatus({ ...pod, metadata, status });
  }

  /** A Pod that changes or goes meanwhile is met again, or not. */
  #try(write: Promise<unknown>): void {
    write.catch((error: unknown) => {
      if (!ApiError.is(error, 'NotFound') && !ApiError.is(error, 'Conflict')) throw error;
    });
  }
}

/** The node that a DaemonSet made the Pod for. */
function requiredNode({ spec }: Pod): string | undefined {
  const terms = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  return terms.flatMap(({ matchFields = [] }) => matchFields)[0]?.values?.[0];
}

function isReady({ type, status }: { readonly type: string; readonly status: string }): boolean {
  return type === 'Ready' && status === 'True';
}
