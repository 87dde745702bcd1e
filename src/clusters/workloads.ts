import { commonDockerfile, commonImage, writeContext } from '../workloads/image-context.ts';
import { workloadImages } from '../workloads/images.ts';
import type { ImageSource } from './kind/images.ts';

/** "ordinal/kubia:1" */
export const workloadNames: readonly string[] = workloadImages.map(({ repository, tag }) => `${repository}:${tag}`);

/** The example applications, to be built by Docker. @param bundles the folder with what is built of their source */
export function workloadSource(bundles: string, baseImage: string | undefined): ImageSource {
  return {
    common: { name: commonImage, dockerfile: commonDockerfile(baseImage) },
    images: Object.fromEntries(
      workloadImages.map((image) => [
        `${image.repository}:${image.tag}`,
        (folder: string) => writeContext(image, { folder, bundles }),
      ]),
    ),
  };
}
