import { mkdirSync } from 'node:fs';
import { type Database, open, type RootDatabase } from 'lmdb';
import type { KubeObject } from '../../kubernetes/object.ts';
import type { Backend, Batch } from './backend.ts';
import type { ObjectKey } from './store.ts';

/**
 * Raised when the layout of what is stored changes; a folder of a later version is not read. Version 1 had no log beside
 * the database (write-ahead-log.ts), and becomes version 2 by being opened.
 */
export const schemaVersion = 2;

/** What is in the folder was written by another version of Ordinal. */
export class SchemaVersionError extends Error {
  readonly remedy =
    'Nothing in it was changed. Go on with the Ordinal that wrote it, or keep another cluster elsewhere: --data FOLDER';

  constructor(
    readonly folder: string,
    readonly found: number,
  ) {
    super(`the cluster in ${folder} has schema version ${found}; this version of Ordinal reads ${schemaVersion}`);
  }
}

/**
 * The LMDB environment of one cluster: objects, the revision, and the volumes' files (lmdb-volumes.ts). A commit of
 * files is in the operating system's hands when its promise resolves: it survives the process being killed at any
 * moment, and the machine losing power but for the last moments. One of objects is on the disk.
 *
 * Everything is written by puts gathered in a batch, which LMDB's own thread commits by itself. An asynchronous
 * transaction would have that thread call back into this one, which costs a turn of the event loop for each commit, and
 * on a full disk stops both for good.
 */
export class LmdbEnvironment {
  readonly root: RootDatabase;
  readonly #objects: Database<KubeObject, string[]>;
  readonly #meta: Database<number, string>;

  /** @param folder made where it does not exist. @throws SchemaVersionError */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.root = open({ path: folder, maxDbs: 8, noMemInit: true });
    this.#objects = this.root.openDB({ name: 'objects', encoding: 'json' });
    this.#meta = this.root.openDB({ name: 'meta', encoding: 'json' });
    const found = this.#meta.get('schemaVersion');
    if (found === undefined || found === 1) this.#meta.putSync('schemaVersion', schemaVersion);
    else if (found !== schemaVersion) throw new SchemaVersionError(folder, found);
  }

  /** The objects' side of it. */
  backend(): Backend {
    const root = this.root;
    const objects = this.#objects;
    const meta = this.#meta;
    return {
      load() {
        function* stored(): Iterable<{ key: ObjectKey; object: KubeObject }> {
          for (const { key, value } of objects.getRange()) {
            const [resource, namespace, name] = key as [string, string, string];
            yield { key: { resource, namespace, name }, object: value };
          }
        }
        return { revision: meta.get('revision') ?? 0, objects: stored() };
      },
      commit: async ({ revision, writes }: Batch) => {
        await objects.batch(() => {
          for (const { key, object } of writes) {
            const at = [key.resource, key.namespace, key.name];
            if (object) objects.put(at, object);
            else objects.remove(at);
          }
          meta.put('revision', revision);
        });
        await root.flushed;
      },
      close: () => this.close(),
    };
  }

  async close(): Promise<void> {
    await this.root.close();
  }
}
