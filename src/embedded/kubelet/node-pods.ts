import type { KubeObject } from '../../kubernetes/object.ts';
import type { Pod } from '../../kubernetes/objects.ts';
import { isPodTerminal } from '../../kubernetes/readiness.ts';
import { ApiError } from '../../kubernetes/status.ts';
import * as refs from '../client/refs.ts';
import { rejection } from './admission.ts';
import { keptLog } from './container/kept-log.ts';
import type { BootedNode } from './node/boot.ts';
import { newPodState, type PodState, stateAfterReboot } from './pod/state.ts';
import { PodWorker } from './pod/worker.ts';
import { createMirror, isMirror, isStatic, staticPod } from './static-pods.ts';

/** The Pods of one node, from its start to its end: it hears of them from the API, and has a worker for each. */
export class NodePods {
  readonly #name: string;
  readonly #node: BootedNode;
  readonly #manifests: readonly Pod[];
  readonly #workers = new Map<string, PodWorker>();
  #unsubscribe: (() => void)[] = [];

  constructor(name: string, node: BootedNode, manifests: readonly Pod[]) {
    this.#name = name;
    this.#node = node;
    this.#manifests = manifests;
  }

  /** Takes over what is there, and follows what comes. */
  start(): void {
    const { client, disk, failed } = this.#node;
    const pods = client.informer(refs.pods);
    // Pods that were there when the node came up have run before, as far as anybody knows.
    for (const pod of pods.list()) if (this.#isMine(pod) && !isMirror(pod)) this.#add(pod, true);
    for (const manifest of this.#manifests) this.#addStatic(manifest);
    void disk.removeOrphans((uid) => this.#workers.has(uid)).catch(failed);
    const changed = this.#heard((pod: Pod) => this.#isMine(pod) && this.#update(pod));
    const deleted = this.#heard((pod: Pod) => this.#isMine(pod) && this.#deleted(pod));
    this.#unsubscribe = [
      pods.subscribe({ added: changed, updated: changed, deleted }),
      client.informer(refs.configMaps).subscribe(this.#sources('configMaps')),
      client.informer(refs.secrets).subscribe(this.#sources('secrets')),
      client.informer(refs.persistentVolumeClaims).subscribe(this.#sources('claims')),
    ];
  }

  /** The containers are gone with the node. */
  async stop(): Promise<void> {
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await Promise.all([...this.#workers.values()].map((worker) => worker.stop()));
  }

  find(namespace: string, name: string): PodWorker | undefined {
    for (const worker of this.#workers.values()) {
      const { metadata } = worker.machine.pod;
      if (metadata.name === name && metadata.namespace === namespace) return worker;
    }
    return undefined;
  }

  /** Looks at what happened while nothing was heard. */
  catchUp(): void {
    const present = new Set<string>();
    for (const pod of this.#node.client.informer(refs.pods).list()) {
      if (!this.#isMine(pod)) continue;
      present.add(pod.metadata.uid ?? '');
      this.#update(pod);
    }
    for (const [uid, worker] of this.#workers) {
      if (!present.has(uid) && !isStatic(worker.machine.pod)) worker.remove();
      else worker.machine.volumes.catchUp();
    }
  }

  #isMine({ spec }: Pod): boolean {
    return spec.nodeName === this.#name;
  }

  /** Nothing is heard of while the node is cut off. */
  #heard<T>(handler: (object: T) => unknown): (object: T) => void {
    return (object) => {
      if (this.#node.gate.open) handler(object);
    };
  }

  #sources(kind: 'configMaps' | 'secrets' | 'claims') {
    const changed = this.#heard(({ metadata }: KubeObject) => {
      for (const { machine } of this.#workers.values()) {
        if (machine.pod.metadata.namespace === metadata.namespace) machine.volumes.sourceChanged(kind, metadata.name);
      }
    });
    return { added: changed, updated: changed, deleted: changed };
  }

  #update(pod: Pod): void {
    if (isMirror(pod)) {
      this.#mirrored(pod);
      return;
    }
    const worker = this.#workers.get(pod.metadata.uid ?? '');
    if (worker) worker.update(pod);
    else this.#add(pod, false);
  }

  #deleted(pod: Pod): void {
    if (isMirror(pod)) this.#mirror(this.find(pod.metadata.namespace ?? '', pod.metadata.name));
    else this.#workers.get(pod.metadata.uid ?? '')?.remove();
  }

  /** @param booting the Pod was there when the node came up */
  #add(pod: Pod, booting: boolean): void {
    const { client, context, disk, failed, reporter } = this.#node;
    const { uid = '', namespace = '', name } = pod.metadata;
    if (this.#workers.has(uid)) return;
    const others = [...this.#workers.values()].filter((each) => !each.finished).map(({ machine }) => machine.pod);
    const worker = new PodWorker(pod, {
      node: context,
      pods: client.resource(refs.pods),
      state: booting ? this.#afterReboot(pod) : newPodState(),
      current: () => {
        const stored = client.informer(refs.pods).get(namespace, name);
        const same = isStatic(pod) ? stored && isMirror(stored) : stored?.metadata.uid === uid;
        return same ? stored : undefined;
      },
      gone: () => {
        this.#workers.delete(uid);
        context.puller.forget(uid);
        context.crashes.forget(`${uid}/`);
        void disk.removePod(uid).catch(failed);
      },
      failed,
    });
    this.#workers.set(uid, worker);
    // A Pod that has been taken once is not turned away after a reboot.
    const fresh = !pod.status?.startTime && !pod.metadata.deletionTimestamp && !isPodTerminal(pod);
    const refused = fresh && reporter.node ? rejection(pod, reporter.node, others) : undefined;
    if (refused) worker.reject(refused.reason, refused.message);
    else worker.wake();
  }

  #afterReboot(pod: Pod): PodState {
    const { context, disk } = this.#node;
    const { uid = '' } = pod.metadata;
    const log = (name: string, attempt: number) => keptLog(disk.log(uid, name, attempt), context.clock);
    return stateAfterReboot(pod, context.clock.now(), log);
  }

  #addStatic(manifest: Pod): void {
    const { client, context } = this.#node;
    const pod = staticPod(manifest, this.#name, context.clock);
    const { namespace = '', name } = pod.metadata;
    const before = client.informer(refs.pods).get(namespace, name);
    this.#add(before ? { ...pod, status: before.status } : pod, before !== undefined);
    if (!before) this.#mirror(this.find(namespace, name));
  }

  /** A mirror that is to be deleted goes at once, and comes back: the Pod itself is not touched. */
  #mirrored({ metadata }: Pod): void {
    const { namespace = '', name, uid, deletionTimestamp } = metadata;
    if (!deletionTimestamp) {
      this.find(namespace, name)?.reportAgain();
      return;
    }
    const { client, failed } = this.#node;
    void client
      .resource(refs.pods)
      .delete(namespace, name, { gracePeriodSeconds: 0, preconditions: { uid } })
      .catch((error) => ApiError.is(error) || failed(error));
  }

  #mirror(worker: PodWorker | undefined): void {
    const { client, failed, reporter } = this.#node;
    const { node } = reporter;
    if (!worker || !node || !isStatic(worker.machine.pod)) return;
    void createMirror(worker.machine.pod, node, client.resource(refs.pods)).catch(failed);
  }
}
