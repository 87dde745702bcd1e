import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Client } from '../../client/client.ts';
import * as refs from '../../client/refs.ts';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../shared/failures.ts';
import { isReachableFrom } from '../shared/volume-matching.ts';
import { selectedNode } from '../volume/annotations.ts';
import { type Assumption, type Assumptions, withClaim, withSelectedNode } from './assumptions.ts';
import { isFullyBound } from './volumes.ts';

/** How long volumes may take before the Pod is scheduled anew, in milliseconds. */
const volumeTimeout = 600_000;

/** The Pod has gone, or the scheduler is being stopped: nothing is left to do or to tell. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** Carries out what has been decided: binds a Pod's volumes, waits for them, then binds the Pod. */
export class Binder {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #assumptions: Assumptions;
  /** Those who wait for volumes, asked again whenever a claim, a volume or a Pod changes. */
  readonly #waiting = new Set<() => void>();
  #stopped = false;

  constructor(client: Client, clock: Clock, assumptions: Assumptions) {
    this.#client = client;
    this.#clock = clock;
    this.#assumptions = assumptions;
  }

  /** @throws Abandoned, else an error whose message is what the Pod's event says */
  async bind(assumption: Assumption): Promise<void> {
    const { bindings, provisions } = assumption.plan;
    try {
      if (bindings.length + provisions.length > 0) await this.#bindVolumes(assumption);
    } catch (error) {
      throw abandonedOr(error, (why) => `running PreBind plugin "VolumeBinding": ${why}`);
    }
    const { pod, node } = assumption;
    const { name, namespace = '', uid } = pod.metadata;
    const binding = {
      apiVersion: 'v1',
      kind: 'Binding',
      metadata: { namespace, name, uid },
      target: { kind: 'Node', name: node },
    };
    try {
      await this.#client.resource(refs.pods).createSubresource(namespace, name, 'binding', binding);
    } catch (error) {
      if (ApiError.is(error, 'NotFound')) throw new Abandoned();
      throw abandonedOr(error, (why) => `running Bind plugin "DefaultBinder": ${why}`);
    }
  }

  /** Something changed that a Pod may be waiting for. */
  recheck(): void {
    for (const check of [...this.#waiting]) check();
  }

  stop(): void {
    this.#stopped = true;
    this.recheck();
  }

  async #bindVolumes(assumption: Assumption): Promise<void> {
    const { plan, node } = assumption;
    try {
      for (const { volume, claim } of plan.bindings) {
        const bound = withClaim(volume, claim);
        if (bound !== volume) await this.#client.resource(refs.persistentVolumes).update(bound);
      }
      for (const claim of plan.provisions) {
        if (claim.metadata.annotations?.[selectedNode] === node) continue;
        await this.#client.resource(refs.persistentVolumeClaims).update(withSelectedNode(claim, node));
      }
    } finally {
      this.#assumptions.releaseVolumes(assumption);
    }
    try {
      await this.#until(() => this.#areBound(assumption));
    } catch (error) {
      throw abandonedOr(error, (why) => `binding volumes: ${why}`);
    }
  }

  /** @throws Error where it has become impossible */
  #areBound({ pod, node, plan }: Assumption): boolean {
    if (this.#stopped || !this.#isThere(pod)) throw new Abandoned();
    for (const { volume, claim } of plan.bindings) {
      const current = this.#volume(volume.metadata.name);
      if (!current)
        throw new Error(`failed to check binding: could not find v1.PersistentVolume "${volume.metadata.name}"`);
      this.#ensureReachable(current, node);
      if (!current.spec.claimRef?.uid) throw new Error(`ClaimRef got reset for pv "${volume.metadata.name}"`);
      if (!isSettled(this.#claim(claim))) return false;
    }
    for (const claim of plan.provisions) {
      const current = this.#claim(claim);
      if (current.metadata.annotations?.[selectedNode] !== node) {
        throw new Error(`provisioning failed for PVC "${claim.metadata.name}"`);
      }
      const { volumeName } = current.spec;
      const volume = volumeName && this.#volume(volumeName);
      if (volume) this.#ensureReachable(volume, node);
      if (!volume || !isSettled(current)) return false;
    }
    return true;
  }

  #isThere({ metadata: { namespace = '', name, uid } }: Pod): boolean {
    return this.#client.informer(refs.pods).get(namespace, name)?.metadata.uid === uid;
  }

  #volume(name: string): PersistentVolume | undefined {
    return this.#client.informer(refs.persistentVolumes).get('', name);
  }

  #claim({ metadata: { namespace = '', name } }: PersistentVolumeClaim): PersistentVolumeClaim {
    const claim = this.#client.informer(refs.persistentVolumeClaims).get(namespace, name);
    if (!claim) {
      throw new Error(
        `failed to check provisioning pvc: could not find v1.PersistentVolumeClaim "${namespace}/${name}"`,
      );
    }
    return claim;
  }

  #ensureReachable(volume: PersistentVolume, name: string): void {
    const node = this.#client.informer(refs.nodes).get('', name);
    if (!node) throw new Error(`failed to get node "${name}": node "${name}" not found`);
    if (isReachableFrom(volume, node)) return;
    const pv = volume.metadata.name;
    throw new Error(`pv "${pv}" node affinity doesn't match node "${name}": no matching NodeSelectorTerms`);
  }

  /** Resolves as soon as `done` says so, and rejects with what it throws. */
  #until(done: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.#waiting.delete(check);
        timer.cancel();
        settle();
      };
      const timer = this.#clock.schedule(volumeTimeout, () =>
        end(() => reject(new Error('context deadline exceeded'))),
      );
      const check = () => {
        try {
          if (done()) end(resolve);
        } catch (error) {
          end(() => reject(error));
        }
      };
      this.#waiting.add(check);
      check();
    });
  }
}

function abandonedOr(error: unknown, describe: (why: string) => string): Error {
  return error instanceof Abandoned ? error : new Error(describe(messageOf(error)), { cause: error });
}

/**
 * Bound, and said so: the status follows the binding at once, but the kubelet, which looks at it, may be quicker than
 * any real one.
 */
function isSettled(claim: PersistentVolumeClaim): boolean {
  return isFullyBound(claim) && claim.status?.phase === 'Bound';
}
