import type { Pod, PodStatus } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { equal } from '../../apiserver/json.ts';
import type { ResourceClient } from '../../client/client.ts';
import { nextTurn } from '../next-turn.ts';
import { isOwnCondition } from '../status/conditions.ts';

export interface StatusWriterOptions {
  readonly pods: ResourceClient<Pod>;
  /** The Pod as it is stored now; undefined where it is gone, or another one has its name. */
  current(): Pod | undefined;
  failed(error: unknown): void;
}

/**
 * Reports a Pod's status. Only the newest is written, however many came while another was being written, and none that
 * says what is stored already.
 */
export class StatusWriter {
  readonly #options: StatusWriterOptions;
  #wanted: PodStatus | undefined;
  #writing: Promise<void> | undefined;

  constructor(options: StatusWriterOptions) {
    this.#options = options;
  }

  /** What was reported last. */
  get last(): PodStatus | undefined {
    return this.#wanted;
  }

  set(status: PodStatus): void {
    if (this.#wanted && equal(this.#wanted, status)) return;
    this.#wanted = status;
    this.#begin();
  }

  /** Whether the Pod as given says what was reported last, or nothing has been reported. */
  isSaidBy({ status }: Pod): boolean {
    return !this.#wanted || equal(merge(status, this.#wanted), status);
  }

  /** Says again what was reported last, if it is not what is stored. */
  writeAgain(): void {
    if (this.#wanted) this.#begin();
  }

  #begin(): void {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves once what was reported last is stored, or cannot be. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    let written: PodStatus | undefined;
    while (this.#wanted !== written) {
      const status = this.#wanted!;
      const pod = this.#options.current();
      if (!pod) return;
      const merged = merge(pod.status, status);
      if (!equal(merged, pod.status)) {
        try {
          await this.#options.pods.updateStatus({ ...pod, status: merged });
        } catch (error) {
          // Somebody wrote in between: it is put together anew from what is stored now.
          if (ApiError.is(error, 'Conflict')) {
            await nextTurn();
            continue;
          }
          if (!ApiError.is(error, 'NotFound')) this.#options.failed(error);
          return;
        }
      }
      written = status;
    }
  }
}

/** Conditions of others, and what the scheduler writes, stay as they are stored. */
function merge(stored: PodStatus | undefined, own: PodStatus): PodStatus {
  const others = (stored?.conditions ?? []).filter((each) => !isOwnCondition(each));
  const { nominatedNodeName, resourceClaimStatuses } = stored ?? {};
  const { nominatedNodeName: _, ...rest } = own;
  return {
    ...rest,
    ...(own.conditions && { conditions: [...others, ...own.conditions.filter(isOwnCondition)] }),
    ...(nominatedNodeName && { nominatedNodeName }),
    ...(resourceClaimStatuses && { resourceClaimStatuses }),
  };
}
