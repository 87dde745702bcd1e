import { workloadNames } from '../../clusters/workloads.ts';
import { RealClock } from '../../embedded/clock.ts';
import { ImageRegistry } from '../../embedded/containers/images/registry.ts';

/**
 * Says why a provider cannot run an image, undefined where all can. The embedded cluster knows what it knows; nodes of
 * real ones get Ordinal's own images as they are built, and have everything else pulled.
 */
export function imageJudge(): (image: string) => string | undefined {
  const registry = new ImageRegistry(new RealClock());
  return (image) => {
    if (image.startsWith('ordinal/') && !workloadNames.includes(image)) {
      return `there is no image ${image}: Ordinal's are ${workloadNames.join(', ')}`;
    }
    try {
      registry.find(image);
      return undefined;
    } catch {
      return `the embedded cluster has no image ${image}: it knows ${registry.names().join(', ')}`;
    }
  };
}
