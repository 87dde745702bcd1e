import type { Deployment, Pod, ReplicaSet } from '../../../kubernetes/objects.ts';
import { isControlledBy } from '../../../kubernetes/owners.ts';
import { isPodTerminal } from '../../../kubernetes/readiness.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { type Clock, timestamp } from '../../clock.ts';
import { isNamespaceTerminating, messageOf } from '../shared/failures.ts';
import { highestRevision, revisionAnnotation } from './annotations.ts';
import { isScalingDue, planRolling, planScaling, planShutdown, superfluousSets } from './plan.ts';
import { type ReplicaSets, sameTemplate, sortOut, sum } from './replica-sets.ts';
import {
  condition,
  conditionOf,
  type DeploymentStatus,
  isComplete,
  isStatusNews,
  observedStatus,
  rolloutStatus,
  untilDeadline,
  withCondition,
} from './status.ts';
import { progressDeadline } from './strategy.ts';
import type { DeploymentWriter } from './writer.ts';

export interface RolloutOptions {
  readonly clock: Clock;
  readonly writer: DeploymentWriter;
  readonly deployment: Deployment;
  /** Its own, those with its present template included. */
  readonly sets: readonly ReplicaSet[];
  pods(set: ReplicaSet): readonly Pod[];
  replicaSet(name: string): ReplicaSet | undefined;
}

/** One look at a Deployment: what it leads to is carried out step by step. Upstream's syncDeployment. */
export class Rollout {
  readonly #options: RolloutOptions;
  /** As it was last written. */
  #deployment: Deployment;
  #sets: ReplicaSets;

  constructor(options: RolloutOptions) {
    this.#options = options;
    this.#deployment = options.deployment;
    this.#sets = sortOut(options.deployment, options.sets);
  }

  /** @returns milliseconds after which to look again although nothing may have changed */
  async run(): Promise<number | undefined> {
    if (this.#deployment.metadata.deletionTimestamp) {
      await this.#syncRevision();
      return this.#writeStatus(observedStatus(this.#deployment, this.#sets, this.#time));
    }
    await this.#notePause();
    await this.#syncRevision();
    if (this.#deployment.spec.paused || isScalingDue(this.#deployment, this.#sets)) return this.#scale();
    return this.#deployment.spec.strategy?.type === 'Recreate' ? this.#recreate() : this.#roll();
  }

  get #time(): string {
    return timestamp(this.#options.clock);
  }

  async #scale(): Promise<undefined> {
    await this.#options.writer.scale(this.#deployment, planScaling(this.#deployment, this.#sets));
    if (this.#deployment.spec.paused) await this.#cleanUp();
    return this.#writeStatus(observedStatus(this.#deployment, this.#sets, this.#time));
  }

  async #roll(): Promise<number | undefined> {
    const newest = this.#sets.newest ?? (await this.#createReplicaSet());
    if (!newest) return undefined;
    const scaled = await this.#options.writer.scale(
      this.#deployment,
      planRolling(this.#deployment, { ...this.#sets, newest }),
    );
    if (!scaled && isComplete(this.#deployment, this.#deployment.status)) await this.#cleanUp();
    return this.#reportRollout();
  }

  async #recreate(): Promise<number | undefined> {
    const { writer } = this.#options;
    const ended = await writer.scale(this.#deployment, planShutdown(this.#sets));
    if (ended || this.#isOldRunning()) return this.#reportRollout();
    const newest = this.#sets.newest ?? (await this.#createReplicaSet());
    if (!newest) return undefined;
    const from = newest.spec.replicas ?? 1;
    const to = this.#deployment.spec.replicas ?? 1;
    if (from !== to) await writer.scale(this.#deployment, [{ set: newest, from, to }]);
    if (isComplete(this.#deployment, this.#deployment.status)) await this.#cleanUp();
    return this.#reportRollout();
  }

  /** Whatever a ReplicaSet says: Pods that are still ending count. */
  #isOldRunning(): boolean {
    const { old } = this.#sets;
    if (sum(old, ({ status }) => status?.replicas) > 0) return true;
    return old.some((set) => this.#options.pods(set).some((pod) => !isPodTerminal(pod)));
  }

  async #reportRollout(): Promise<number | undefined> {
    const { clock } = this.#options;
    const status = rolloutStatus(this.#deployment, this.#sets, clock.now(), this.#time);
    if (!isStatusNews(this.#deployment, status)) return untilDeadline(this.#deployment, status, clock.now());
    return this.#writeStatus(status);
  }

  async #writeStatus(status: DeploymentStatus): Promise<undefined> {
    if (isStatusNews(this.#deployment, status)) await this.#write({ status });
  }

  async #write({ status = this.#deployment.status, revision }: { status?: DeploymentStatus; revision?: string }) {
    const { metadata } = this.#deployment;
    const annotations = { ...metadata.annotations, ...(revision && { [revisionAnnotation]: revision }) };
    this.#deployment = await this.#options.writer.updateStatus({
      ...this.#deployment,
      metadata: { ...metadata, annotations },
      ...(status && { status }),
    });
  }

  /** While a Deployment is paused no time counts as time without progress. */
  async #notePause(): Promise<void> {
    const { spec, status = {} } = this.#deployment;
    const reason = conditionOf(status, 'Progressing')?.reason;
    if (progressDeadline(this.#deployment) === undefined || reason === 'ProgressDeadlineExceeded') return;
    const noted = reason === 'DeploymentPaused';
    if (!!spec.paused === noted) return;
    const next = spec.paused
      ? condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', this.#time)
      : condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', this.#time);
    await this.#write({ status: withCondition(status, next) });
  }

  get #nextRevision(): bigint {
    return highestRevision(this.#sets.old) + 1n;
  }

  /** The ReplicaSet of the present template becomes the highest revision, and the Deployment has the same. */
  async #syncRevision(): Promise<void> {
    const { newest, old } = this.#sets;
    if (!newest) return;
    const refreshed = await this.#options.writer.refresh(this.#deployment, newest, this.#nextRevision);
    const set = refreshed ?? newest;
    this.#sets = { newest: set, old };
    if (refreshed) return;
    const { metadata, status = {} } = this.#deployment;
    const revision = set.metadata.annotations?.[revisionAnnotation];
    const adopted = progressDeadline(this.#deployment) !== undefined && !conditionOf(status, 'Progressing');
    if (!adopted && metadata.annotations?.[revisionAnnotation] === revision) return;
    const message = `Found new replica set "${set.metadata.name}"`;
    const found = condition('Progressing', 'True', 'FoundNewReplicaSet', message, this.#time);
    await this.#write({ ...(revision && { revision }), status: adopted ? withCondition(status, found) : status });
  }

  /** @throws ApiError also of a collision, after it has been counted, so that it is tried again with another hash */
  async #createReplicaSet(): Promise<ReplicaSet | undefined> {
    const { writer, replicaSet } = this.#options;
    const { old } = this.#sets;
    const revision = this.#nextRevision;
    const draft = writer.newReplicaSet(this.#deployment, old, revision);
    const { name } = draft.metadata;
    let newest: ReplicaSet;
    let { status = {} } = this.#deployment;
    try {
      newest = await writer.create(this.#deployment, draft);
      if (progressDeadline(this.#deployment) !== undefined) {
        const message = `Created new replica set "${name}"`;
        status = withCondition(status, condition('Progressing', 'True', 'NewReplicaSetCreated', message, this.#time));
      }
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined;
      const existing = ApiError.is(error, 'AlreadyExists') ? replicaSet(name) : undefined;
      if (!existing) {
        await this.#noteFailure(name, error);
        throw error;
      }
      const own = isControlledBy(existing, this.#deployment);
      if (!own || !sameTemplate(existing.spec.template, this.#deployment.spec.template)) {
        await this.#write({ status: { ...status, collisionCount: (status.collisionCount ?? 0) + 1 } });
        throw error;
      }
      newest = existing;
    }
    this.#sets = { newest, old };
    await this.#write({ status, revision: String(revision) });
    return newest;
  }

  async #noteFailure(name: string, error: unknown): Promise<void> {
    const message = `Failed to create new replica set "${name}": ${messageOf(error)}`;
    this.#options.writer.warn(this.#deployment, 'ReplicaSetCreateError', message);
    if (progressDeadline(this.#deployment) === undefined) return;
    const failed = condition('Progressing', 'False', 'ReplicaSetCreateError', message, this.#time);
    const status = withCondition(this.#deployment.status ?? {}, failed);
    if (isStatusNews(this.#deployment, status)) await this.#write({ status });
  }

  async #cleanUp(): Promise<void> {
    const superfluous = superfluousSets(this.#deployment, this.#sets);
    await this.#options.writer.delete(superfluous);
  }
}
