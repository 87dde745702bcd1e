import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where Ordinal keeps things, by each system's convention. */

type Environment = Readonly<Record<string, string | undefined>>;

/** Progress, the cluster, the learner's files: what must outlive everything. */
export function defaultDataFolder(env: Environment, platform: NodeJS.Platform): string {
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'ordinal', 'data');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'ordinal');
  return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'ordinal');
}

/** What can be fetched again. */
export function cacheFolder(env: Environment, platform: NodeJS.Platform): string {
  if (platform === 'win32') return join(env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'), 'ordinal', 'cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'ordinal');
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ordinal');
}

/** The folder of the running bundle. */
export const distFolder = dirname(fileURLToPath(import.meta.url));

/** The lessons that came with the program. */
export const ownLessons = resolve(distFolder, '..', 'lessons');
