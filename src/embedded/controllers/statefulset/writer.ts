import type { PersistentVolumeClaim, Pod, StatefulSet, StatefulSetStatus } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Client, Informer, ResourceClient } from '../../client/client.ts';
import type { EventRecorder } from '../../client/events.ts';
import * as refs from '../../client/refs.ts';
import { Failures, messageOf, throwAny } from '../shared/failures.ts';
import { slowStart } from '../shared/slow-start.ts';
import {
  claimNames,
  claimsFor,
  identityMatches,
  ordinalOf,
  storageMatches,
  withIdentityAndStorage,
} from './identity.ts';
import type { Plan, Stage, Step } from './plan.ts';
import { hasForeignController, isClaimSettled, settledOwners } from './retention.ts';

/** Upstream's limit for the Pods that a Parallel set creates at once. */
const largestBatch = 500;

/** Carries out plans for StatefulSets, and records in Events what it did. */
export class StatefulSetWriter {
  readonly #pods: ResourceClient<Pod>;
  readonly #claims: ResourceClient<PersistentVolumeClaim>;
  readonly #sets: ResourceClient<StatefulSet>;
  readonly #knownSets: Informer<StatefulSet>;
  readonly #knownClaims: Informer<PersistentVolumeClaim>;
  readonly #recorder: EventRecorder;

  constructor(client: Client, recorder: EventRecorder) {
    this.#pods = client.resource(refs.pods);
    this.#claims = client.resource(refs.persistentVolumeClaims);
    this.#sets = client.resource(refs.statefulSets);
    this.#knownSets = client.informer(refs.statefulSets);
    this.#knownClaims = client.informer(refs.persistentVolumeClaims);
    this.#recorder = recorder;
  }

  /** @throws what the first stage failed with that did */
  async carryOut(set: StatefulSet, { stages }: Plan): Promise<void> {
    for (const stage of stages) await this.#enter(set, stage);
  }

  /** The set may have been changed since it was looked at, which is no reason not to say what there was of it. */
  async updateStatus({ metadata }: StatefulSet, status: StatefulSetStatus): Promise<void> {
    const newest = this.#knownSets.get(metadata.namespace ?? '', metadata.name);
    if (!newest || newest.metadata.uid !== metadata.uid) return;
    await this.#sets.updateStatus({ ...newest, status });
  }

  async #enter(set: StatefulSet, { parallel, pods }: Stage): Promise<void> {
    const tasks = pods.map((steps) => async () => {
      for (const step of steps) await this.#take(set, step);
    });
    if (parallel) await slowStart(tasks, { largest: largestBatch });
    else for (const task of tasks) await task();
  }

  async #take(set: StatefulSet, step: Step): Promise<void> {
    switch (step.do) {
      case 'create':
        return this.#create(set, step.pod);
      case 'delete':
        return this.#delete(set, step.pod);
      case 'complete-claims':
        await this.#createClaims(set, step.pod);
        return this.#recording('Update', set, step.pod, () => this.#settleClaims(set, step.pod), { onlyFailure: true });
      case 'settle-claims':
        return this.#settleClaims(set, step.pod);
      case 'repair':
        return this.#recording('Update', set, step.pod, () => this.#repair(set, step.pod));
    }
  }

  async #create(set: StatefulSet, pod: Pod): Promise<void> {
    await this.#recording('Create', set, pod, () => this.#createClaims(set, pod), { onlyFailure: true });
    const failure = await failureOf(this.#pods.create(pod));
    // Somebody else's Pod has the name: it is waited for, and not worth an event each time.
    if (ApiError.is(failure, 'AlreadyExists')) throw failure;
    // The claims are there whether or not the Pod is.
    await this.#recording('Update', set, pod, () => this.#settleClaims(set, pod), { onlyFailure: true });
    this.#record('Create', set, pod, failure);
    if (failure !== undefined) throw failure;
  }

  #delete(set: StatefulSet, pod: Pod): Promise<void> {
    const { namespace = '', name } = pod.metadata;
    return this.#recording('Delete', set, pod, () => this.#pods.delete(namespace, name));
  }

  async #repair(set: StatefulSet, pod: Pod): Promise<void> {
    if (!storageMatches(set, pod)) await this.#createClaims(set, pod);
    await this.#settleClaims(set, pod);
    if (identityMatches(set, pod) && storageMatches(set, pod)) return;
    await this.#pods.update(withIdentityAndStorage(set, pod));
  }

  /** @throws Failures of all claims that are not to be had */
  async #createClaims(set: StatefulSet, pod: Pod): Promise<void> {
    const failures: unknown[] = [];
    for (const claim of claimsFor(set, ordinalOf(pod))) {
      const { namespace = '', name } = claim.metadata;
      const existing = this.#knownClaims.get(namespace, name);
      if (existing?.metadata.deletionTimestamp) failures.push(new Error(`pvc ${name} is being deleted`));
      if (existing) continue;
      try {
        await this.#claims.create(claim);
        this.#recordClaim(set, pod, name);
      } catch (error) {
        failures.push(new Error(`failed to create PVC ${name}: ${messageOf(error)}`));
        if (!ApiError.is(error, 'AlreadyExists')) this.#recordClaim(set, pod, name, error);
      }
    }
    if (failures.length > 0) throw new Failures(failures);
  }

  async #settleClaims(set: StatefulSet, pod: Pod): Promise<void> {
    const failures: unknown[] = [];
    const { namespace = '' } = set.metadata;
    for (const name of claimNames(set, ordinalOf(pod))) {
      const claim = this.#knownClaims.get(namespace, name);
      if (!claim) continue;
      if (hasForeignController(claim, set, pod)) {
        this.#recorder.event(
          set,
          'Warning',
          'ConflictingController',
          `PersistentVolumeClaim ${name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`,
        );
      }
      if (isClaimSettled(claim, set, pod)) continue;
      const ownerReferences = settledOwners(claim, set, pod);
      try {
        await this.#claims.update({ ...claim, metadata: { ...claim.metadata, ownerReferences } });
      } catch (error) {
        failures.push(new Error(`could not update claim ${name} for delete policy ownerRefs: ${messageOf(error)}`));
      }
    }
    throwAny(failures);
  }

  async #recording(
    verb: 'Create' | 'Update' | 'Delete',
    set: StatefulSet,
    pod: Pod,
    write: () => Promise<void>,
    { onlyFailure = false } = {},
  ): Promise<void> {
    try {
      await write();
    } catch (error) {
      this.#record(verb, set, pod, error);
      throw error;
    }
    if (!onlyFailure) this.#record(verb, set, pod);
  }

  #record(verb: string, set: StatefulSet, { metadata: { name } }: Pod, error?: unknown): void {
    const what = `${verb.toLowerCase()} Pod ${name} in StatefulSet ${set.metadata.name}`;
    if (error === undefined) this.#recorder.event(set, 'Normal', `Successful${verb}`, `${what} successful`);
    else this.#recorder.event(set, 'Warning', `Failed${verb}`, `${what} failed error: ${messageOf(error)}`);
  }

  #recordClaim(set: StatefulSet, { metadata: { name: pod } }: Pod, name: string, error?: unknown): void {
    const where = `Pod ${pod} in StatefulSet ${set.metadata.name}`;
    if (error === undefined) {
      this.#recorder.event(set, 'Normal', 'SuccessfulCreate', `create Claim ${name} ${where} success`);
    } else {
      const message = `create Claim ${name} for ${where} failed error: ${messageOf(error)}`;
      this.#recorder.event(set, 'Warning', 'FailedCreate', message);
    }
  }
}

async function failureOf(write: Promise<unknown>): Promise<unknown> {
  try {
    await write;
    return undefined;
  } catch (error) {
    return error;
  }
}
