import type { StartFailure } from '../status/container-statuses.ts';

/** A container could not be started: what its waiting state says of it. */
export class ContainerStartError extends Error {
  /**
   * @param reason "ErrImagePull", "CreateContainerConfigError", "RunContainerError", …
   * @param retryAfter milliseconds until there is any use in trying again; the kubelet's usual pause when absent
   */
  constructor(
    readonly reason: string,
    message: string,
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  get failure(): StartFailure {
    return { reason: this.reason, message: this.message };
  }
}
