import { realpathSync, statSync } from 'node:fs';
import { extname, join, sep } from 'node:path';

/** Pictures of a lesson: the only files of its folder that a browser is given. */

const types: Readonly<Record<string, string>> = {
  '.avif': 'image/avif',
  '.gif': 'image/gif',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
};

export interface Asset {
  /** Real path. */
  readonly path: string;
  readonly type: string;
}

/** Whether it is written as a lesson's own picture: a relative path without detours. */
export function isPicture(source: string): boolean {
  if (!/^[\w][\w.-]*(\/[\w][\w.-]*)*$/.test(source)) return false;
  return types[extname(source).toLowerCase()] !== undefined;
}

/**
 * The file behind an asset's path, already decoded once by whoever read it from a URL. Undefined for whatever is no
 * picture inside the lesson's folder, links that lead out of it included.
 */
export function resolveAsset({ folder }: { readonly folder: string }, path: string): Asset | undefined {
  if (!isPicture(path)) return undefined;
  try {
    const root = realpathSync(folder);
    const real = realpathSync(join(root, path));
    if (!real.startsWith(root + sep) || !statSync(real).isFile()) return undefined;
    const type = types[extname(real).toLowerCase()];
    return type === undefined ? undefined : { path: real, type };
  } catch {
    return undefined;
  }
}
