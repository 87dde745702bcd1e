import { parseImageName } from '../../kubernetes/images.ts';
import type { Pod } from '../../kubernetes/objects.ts';
import type { Clock } from '../clock.ts';
import { type ContainerRuntime, ImageError } from '../containers/runtime.ts';
import { goDuration } from './go-duration.ts';
import type { NodeImage, NodeImages } from './node/images.ts';
import { BackOff } from './pod/back-off.ts';
import { ContainerStartError } from './pod/start-failure.ts';
import type { PodEvents } from './pod-events.ts';

export interface ImagePullerOptions {
  readonly clock: Clock;
  readonly runtime: ContainerRuntime;
  readonly node: string;
  readonly images: NodeImages;
  readonly events: PodEvents;
}

/** A container that needs an image. */
export interface ImageRequest {
  readonly pod: Pod;
  readonly container: string;
  readonly image: string;
  readonly policy: string | undefined;
  readonly signal: AbortSignal;
}

/** Brings images to a node, one at a time, and leaves those alone for a while that could not be had (pkg/kubelet/images). */
export class ImagePuller {
  readonly #options: ImagePullerOptions;
  readonly #backOff: BackOff;
  readonly #lastError = new Map<string, string>();
  #pulling: Promise<unknown> = Promise.resolve();

  constructor(options: ImagePullerOptions) {
    this.#options = options;
    this.#backOff = new BackOff(options.clock);
  }

  /** @throws ContainerStartError */
  async ensure(request: ImageRequest): Promise<NodeImage> {
    const { pod, container, image, policy } = request;
    const { images, events } = this.#options;
    if (!parseImageName(image)) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`;
      events.container(pod, container, 'Warning', 'InspectFailed', message);
      throw new ContainerStartError('InvalidImageName', message);
    }
    const present = policy === 'Always' ? undefined : images.find(image);
    if (present) {
      events.container(pod, container, 'Normal', 'Pulled', `Container image "${image}" already present on machine`);
      return present;
    }
    if (policy === 'Never') {
      const message = `Container image "${image}" is not present with pull policy of Never`;
      events.container(pod, container, 'Warning', 'ErrImageNeverPull', message);
      throw new ContainerStartError('ErrImageNeverPull', message);
    }
    return this.#pull(request);
  }

  /** A Pod that is gone needs no patience any more. */
  forget(podUid: string): void {
    this.#backOff.forget(`${podUid}_`);
    for (const key of this.#lastError.keys()) if (key.startsWith(`${podUid}_`)) this.#lastError.delete(key);
  }

  async #pull({ pod, container, image, signal }: ImageRequest): Promise<NodeImage> {
    const { clock, events, runtime, node, images } = this.#options;
    const key = `${pod.metadata.uid}_${image}`;
    const wait = this.#backOff.remainingSinceUpdate(key);
    if (wait > 0) {
      const message = `Back-off pulling image "${image}"`;
      events.container(pod, container, 'Normal', 'BackOff', message);
      const last = this.#lastError.get(key);
      throw new ContainerStartError('ImagePullBackOff', last ? `${message}: ${last}` : message, wait);
    }
    events.container(pod, container, 'Normal', 'Pulling', `Pulling image "${image}"`);
    const asked = clock.now();
    try {
      const pulled = await this.#inTurn(() => runtime.pullImage(node, image, signal));
      images.add(pulled);
      events.container(
        pod,
        container,
        'Normal',
        'Pulled',
        `Successfully pulled image "${image}" in ${goDuration(pulled.duration)} (${goDuration(clock.now() - asked)} including waiting). Image size: ${pulled.sizeBytes} bytes.`,
      );
      return pulled;
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      const { message, reason } = error;
      events.container(pod, container, 'Warning', 'Failed', `Failed to pull image "${image}": ${message}`);
      this.#backOff.next(key, clock.now());
      this.#lastError.set(key, `${reason}: ${message}`);
      throw new ContainerStartError(reason, message);
    }
  }

  /** Pulls wait for each other, as with the kubelet's serializeImagePulls. */
  #inTurn<T>(pull: () => Promise<T>): Promise<T> {
    const turn = this.#pulling.then(pull);
    this.#pulling = turn.catch(() => {});
    return turn;
  }
}
