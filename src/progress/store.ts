import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import { type ProgressRecord, type ProgressStore, progressRecord } from './record.ts';

/** Progress in LMDB, one environment in the data folder. */

const schema = 1;

/**
 * Opens or makes the store in `folder`. What cannot be read is set aside under another name, never deleted, and
 * `problem` is told in a sentence: a learner begins anew instead of not at all.
 */
export function openProgressStore(folder: string, problem: (message: string) => void): ProgressStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'progress.mdb');
  if (existsSync(file) && !looksWhole(file)) setAside(file, 'it is damaged', problem);
  let opened: ReturnType<typeof openAt>;
  try {
    opened = openAt(file);
  } catch (error) {
    setAside(file, error instanceof Error ? error.message : String(error), problem);
    opened = openAt(file);
  }
  const { meta } = opened;
  const found = meta.get('schema');
  if (found !== undefined && found !== schema) {
    void opened.environment.close();
    setAside(file, `it has schema version ${found}, and this is made for ${schema}`, problem);
    opened = openAt(file);
  }
  if (opened.meta.get('schema') === undefined) opened.meta.putSync('schema', schema);
  const { environment, records } = opened;
  return {
    load: (learner, lesson) => {
      const text = records.get([learner, lesson]);
      if (text === undefined) return undefined;
      const parsed = parse(text);
      if (parsed) return parsed;
      void records.put(['damaged', learner, lesson, Date.now()], text);
      void records.remove([learner, lesson]);
      problem(`The progress in lesson ${lesson} could not be read and was set aside: the lesson begins anew.`);
      return undefined;
    },
    save: async (learner, lesson, record) => {
      await records.put([learner, lesson], JSON.stringify(record));
    },
    remove: async (learner, lesson) => {
      await records.remove([learner, lesson]);
    },
    close: () => environment.close(),
  };
}

function openAt(path: string) {
  const environment = open({ path, maxDbs: 4, noMemInit: true, compression: false });
  return {
    environment,
    meta: environment.openDB<number, string>({ name: 'meta' }),
    records: environment.openDB<string, (string | number)[]>({ name: 'records', encoding: 'string' }),
  };
}

function parse(text: string): ProgressRecord | undefined {
  try {
    const parsed = progressRecord.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

function setAside(file: string, why: string, problem: (message: string) => void): void {
  const aside = `${file}.set-aside-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  if (existsSync(file)) renameSync(file, aside);
  problem(`The progress stored in ${file} could not be used (${why}). It was kept as ${aside}; lessons begin anew.`);
}

/** Where things stand in a meta page of LMDB's data file: struct MDB_page's header, then struct MDB_meta. */
const magicAt = 24;
const pageSizeAt = 48;
const lastPageAt = 144;
const transactionAt = 152;
const magic = 0xbeefc0de;

/**
 * LMDB maps its file into memory, where a damaged one ends the process. So its two meta pages are looked at first: the
 * magic number, and that the file is as long as the newer of them says.
 */
function looksWhole(file: string): boolean {
  const { size } = statSync(file);
  if (size === 0) return true;
  const head = Buffer.alloc(Math.min(size, 65_536 + 256));
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (head.length < 256 || head.readUInt32LE(magicAt) !== magic) return false;
  const pageSize = head.readUInt32LE(pageSizeAt);
  if (head.length < pageSize + 256 || head.readUInt32LE(pageSize + magicAt) !== magic) return false;
  const [first, second] = [0, pageSize].map((page) => ({
    lastPage: Number(head.readBigUInt64LE(page + lastPageAt)),
    transaction: Number(head.readBigUInt64LE(page + transactionAt)),
  }));
  const newest = first!.transaction > second!.transaction ? first! : second!;
  return (newest.lastPage + 1) * pageSize <= size;
}
