import { parseImageName } from '../../../kubernetes/images.ts';
import type { Node } from '../../../kubernetes/objects.ts';
import type { PulledImage } from '../../containers/runtime.ts';

export interface NodeImage {
  /** "docker.io/library/busybox:1.36" */
  readonly name: string;
  /** "docker.io/library/busybox@sha256:…" */
  readonly id: string;
  readonly sizeBytes: number;
}

type StatusImages = NonNullable<NonNullable<Node['status']>['images']>;

/** How many images a Node's status lists. */
const listed = 50;

/** The images on a node. They are known from the Node's status again after the node has been restarted. */
export class NodeImages {
  readonly #byName = new Map<string, NodeImage>();

  /** Takes over what an earlier status lists. */
  restore(images: StatusImages | undefined): void {
    for (const { names = [], sizeBytes = 0 } of images ?? []) {
      const id = names.find((name) => name.includes('@'));
      const name = names.find((each) => !each.includes('@')) ?? id;
      if (id && name && !this.#byName.has(name)) this.#byName.set(name, { name, id, sizeBytes });
    }
  }

  /** @param image as a container names it */
  find(image: string): NodeImage | undefined {
    const parsed = parseImageName(image);
    return (
      parsed && this.#byName.get(parsed.digest ? `${parsed.name}@${parsed.digest}` : `${parsed.name}:${parsed.tag}`)
    );
  }

  add({ name, id, sizeBytes }: PulledImage): void {
    this.#byName.set(name, { name, id, sizeBytes });
  }

  /** The largest first, as a Node's status lists them. */
  status(): StatusImages {
    return [...this.#byName.values()]
      .sort((one, other) => other.sizeBytes - one.sizeBytes)
      .slice(0, listed)
      .map(({ name, id, sizeBytes }) => ({ names: name === id ? [id] : [id, name], sizeBytes }));
  }
}
