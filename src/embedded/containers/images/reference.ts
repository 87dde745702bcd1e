import { ImageError } from '../runtime.ts';

/** "busybox" as a registry knows it: docker.io/library/busybox, tag latest. */
export interface ImageReference {
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
  /** All of it: "docker.io/library/busybox:latest". */
  readonly name: string;
}

/** @throws ImageError InvalidImageName */
export function parseReference(image: string): ImageReference {
  const match =
    /^((?:[a-zA-Z0-9.-]+(?::\d+)?\/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(
      image,
    );
  if (!match) {
    throw new ImageError(
      'InvalidImageName',
      `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`,
    );
  }
  const [, path, tag, digest] = match as unknown as [string, string, string | undefined, string | undefined];
  const first = path.split('/')[0]!;
  const hasHost = path.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost');
  const repository = hasHost ? path : path.includes('/') ? `docker.io/${path}` : `docker.io/library/${path}`;
  const effective = tag ?? (digest ? undefined : 'latest');
  const name = `${repository}${effective ? `:${effective}` : ''}${digest ? `@${digest}` : ''}`;
  return { repository, tag: effective, digest, name };
}
