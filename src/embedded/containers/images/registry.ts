import { createHash } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import { MemoryFileSystem } from '../../storage/memory-filesystem.ts';
import { ImageError } from '../runtime.ts';
import { agnhostImages } from './agnhost.ts';
import { genericImages } from './generic.ts';
import type { ImageFamily } from './image.ts';
import { type ImageReference, parseReference } from './reference.ts';
import { systemImages } from './system.ts';
import { webImages } from './web.ts';
import { workloadImages } from './workloads.ts';

export const families: readonly ImageFamily[] = [
  ...workloadImages,
  ...genericImages,
  ...webImages,
  ...agnhostImages,
  ...systemImages,
];

export interface Image {
  readonly reference: ImageReference;
  readonly family: ImageFamily;
  /** "sha256:…" of its contents, the same on every machine. */
  readonly digest: string;
  readonly sizeBytes: number;
}

/** All the images there are. */
export class ImageRegistry {
  readonly #families: readonly ImageFamily[];
  readonly #byRepository = new Map<string, ImageFamily[]>();
  readonly #layers = new Map<ImageFamily, Promise<MemoryFileSystem>>();
  readonly #clock: Clock;

  constructor(clock: Clock, list: readonly ImageFamily[] = families) {
    this.#clock = clock;
    this.#families = list;
    for (const family of list) {
      for (const repository of family.repositories) {
        this.#byRepository.set(repository, [...(this.#byRepository.get(repository) ?? []), family]);
      }
    }
  }

  /** @throws ImageError, in the words of containerd and with what there is instead. */
  find(name: string): Image {
    const reference = parseReference(name);
    const sharing = this.#byRepository.get(reference.repository);
    const problem = `failed to pull and unpack image "${reference.name}": failed to resolve reference "${reference.name}"`;
    if (!sharing) {
      const denied =
        'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed';
      throw new ImageError('ErrImagePull', `${problem}: ${denied}. ${this.#hint()}`);
    }
    const { tag } = reference;
    const family = tag === undefined ? sharing[0] : sharing.find((each) => each.hasTag(tag, reference.repository));
    if (!family) {
      throw new ImageError(
        'ErrImagePull',
        `rpc error: code = NotFound desc = ${problem}: ${reference.name}: not found`,
      );
    }
    const digest = reference.digest ?? digestOf(family.repositories[0]!, reference.tag ?? '');
    return { reference, family, digest, sizeBytes: family.sizeBytes };
  }

  /** The image's files, to be worked on by one container alone. */
  async files(family: ImageFamily, capacity: number): Promise<MemoryFileSystem> {
    let layer = this.#layers.get(family);
    if (!layer) {
      layer = (async () => {
        const files = new MemoryFileSystem(this.#clock);
        await family.build(files);
        return files;
      })();
      this.#layers.set(family, layer);
    }
    return (await layer).snapshot({ capacity });
  }

  /** Short names, for hints and for lint. */
  names(): string[] {
    const names = this.#families
      .filter((family) => !systemImages.includes(family))
      .flatMap(({ repositories }) => repositories.map((name) => name.replace(/^docker\.io\/(library\/)?/, '')));
    return [...new Set(names)];
  }

  #hint(): string {
    const shown = this.#families
      .filter((family) => !systemImages.includes(family))
      .map(({ repositories }) => repositories[0]!.replace(/^docker\.io\/(library\/)?/, ''));
    return `Ordinal's embedded cluster has no internet: it knows the images ${[...new Set(shown)].join(', ')}`;
  }
}

function digestOf(repository: string, tag: string): string {
  return `sha256:${createHash('sha256').update(`${repository}:${tag}`).digest('hex')}`;
}
