import type { Pod } from '../../../kubernetes/objects.ts';
import { priorityOf } from './queue.ts';

/** Pods for whom others leave a node: the room they will need counts as taken for all that are not more important. */
export class Nominations {
  readonly #pods = new Map<string, { readonly pod: Pod; readonly node: string }>();

  set(pod: Pod, node: string): void {
    this.#pods.set(pod.metadata.uid!, { pod, node });
  }

  delete(pod: Pod): void {
    this.#pods.delete(pod.metadata.uid!);
  }

  /** Those that are to go to a node and are at least as important as this Pod. */
  on(node: string, pod: Pod): Pod[] {
    return this.#others(node, pod).filter((other) => priorityOf(other) >= priorityOf(pod));
  }

  /** Those that were to go to a node and have to stand back. */
  outrankedOn(node: string, pod: Pod): Pod[] {
    return this.#others(node, pod).filter((other) => priorityOf(other) < priorityOf(pod));
  }

  #others(node: string, { metadata }: Pod): Pod[] {
    const there = [...this.#pods.values()].filter((each) => each.node === node);
    return there.map(({ pod }) => pod).filter((other) => other.metadata.uid !== metadata.uid);
  }
}
