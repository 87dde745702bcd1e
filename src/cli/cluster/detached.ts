import { join } from 'node:path';
import { defaultDataFolder } from '../paths.ts';

/** Where a cluster in memory that runs in the background is known by. */
export function detachedFolder(): string {
  return join(defaultDataFolder(process.env, process.platform), 'background-cluster');
}
