import type { Clock } from '../clock.ts';
import type { VolumeStore } from './filesystem.ts';
import { LoggedBackend } from './logged-backend.ts';
import { MemoryVolumes } from './memory-volumes.ts';
import type { Store } from './store.ts';
import { VersionedStore } from './versioned-store.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

export interface Storage {
  readonly store: Store;
  readonly volumes: VolumeStore;
}

/**
 * A cluster's objects and volumes: in the folder, or in memory where there is none. LMDB is loaded only for a folder;
 * objects are acknowledged by a log beside it and moved there later. Rejects with SchemaVersionError.
 * @param damaged told, in a sentence, of what was lost with the machine's power
 */
export async function openStorage(
  clock: Clock,
  folder: string | undefined,
  damaged: (message: string) => void,
): Promise<Storage> {
  if (!folder) return { store: new VersionedStore({ clock }), volumes: new MemoryVolumes(clock) };
  const [{ LmdbEnvironment }, { LmdbVolumes }] = await Promise.all([
    import('./lmdb-backend.ts'),
    import('./lmdb-volumes.ts'),
  ]);
  const environment = new LmdbEnvironment(folder);
  const backend = new LoggedBackend(new WriteAheadLog(folder, damaged), environment.backend(), clock);
  return {
    store: new VersionedStore({ clock, backend }),
    volumes: new LmdbVolumes(environment.root, clock),
  };
}
