import { readlink, realpath, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { executable, putInPlace } from '../fetch/files.ts';

/** Whether that version is one that the dispatcher of Google Cloud's SDK gives itself: "v1.32.4-dispatcher". */
export function isDispatcher(version: string): boolean {
  return version.endsWith('-dispatcher');
}

/**
 * The kubectl that Google Cloud's dispatcher would become for a cluster: kubectl.1.33, beside it. Each command of a
 * dispatcher starts a Go program that asks the cluster for its version before the one that does the work is started,
 * which takes twice the time; here the version is known.
 * @param minor of the cluster: "1.33"
 * @param folder made, to hold a link that is called kubectl
 * @returns the link; undefined where the SDK has no kubectl of that version, or no link can be made
 */
export async function behindDispatcher(dispatcher: string, minor: string, folder: string): Promise<string | undefined> {
  try {
    const target = `${await realpath(dispatcher)}.${minor}`;
    if (!executable(target)) return undefined;
    const link = join(folder, 'kubectl');
    if ((await readlink(link).catch(() => undefined)) === target) return link;
    await putInPlace(link, (temporary) => symlink(target, temporary));
    return link;
  } catch {
    // The dispatcher itself works, too, wherever this does not.
    return undefined;
  }
}
