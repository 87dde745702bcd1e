import { ownerOf } from '../data-folder.ts';
import { Failure } from '../failure.ts';
import { defaultDataFolder } from '../paths.ts';

/** The data folder of a kind cluster: there is always one, for its record and its kubeconfig. */
export function kindData(data: string | undefined): string {
  return data ?? defaultDataFolder(process.env, process.platform);
}

/** @throws Failure while a process works with what the folder keeps */
export function refuseWhileOwned(folder: string): void {
  const owner = ownerOf(folder);
  if (!owner) return;
  throw new Failure(
    `The folder is in use by process ${owner.pid} (${owner.what}).`,
    `Stop it there, or: kill ${owner.pid}`,
  );
}
