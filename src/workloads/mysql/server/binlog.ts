import type { Files } from '../../host.ts';
import { codeOf } from '../../http-server.ts';
import type { Change } from '../engine/catalog.ts';
import { contains, type Gtid, type GtidSet, has, union } from './gtid.ts';

/** A statement's changes. Without a GTID replicas do not hear of it. */
export interface Transaction {
  readonly gtid?: Gtid;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly changes: readonly Change[];
}

/** What a copy began with: these transactions are in the data, and not in this log. */
interface Purged {
  readonly purged: GtidSet;
}

/**
 * Everything that was ever written, one JSON document a line: it is the only file that holds data. The databases are
 * made of it when the server starts, and replicas are sent what they lack of it.
 */
export class Binlog {
  readonly #files: Files;
  readonly #path: string;
  readonly #records: (Transaction | Purged)[] = [];
  #executed: GtidSet = {};
  #purged: GtidSet = {};
  /** Until then records are collected, so that a database is there as a whole or not at all. */
  #begun = false;
  /** An append has failed, and may have left half a line. */
  #torn = false;
  #waiting: (() => void)[] = [];

  constructor(files: Files, path: string) {
    this.#files = files;
    this.#path = path;
  }

  /** What the file has. A line that was not written to its end had not been acknowledged, and is left out. */
  static async open(files: Files, path: string): Promise<Binlog> {
    const log = new Binlog(files, path);
    const text = new TextDecoder().decode(await files.read(path));
    for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
      if (line !== '') log.#keep(JSON.parse(line));
    }
    log.#begun = true;
    log.#torn = !text.endsWith('\n') && text !== '';
    return log;
  }

  get executed(): GtidSet {
    return this.#executed;
  }

  get purged(): GtidSet {
    return this.#purged;
  }

  transactions(): Transaction[] {
    return this.#records.filter((record) => 'changes' in record);
  }

  /** Resolves once it is on the volume. */
  append(transaction: Transaction): Promise<void> {
    return this.#write(transaction);
  }

  purge(purged: GtidSet): Promise<void> {
    return this.#write({ purged });
  }

  /** Puts all that has been collected on the volume, at once. */
  async begin(): Promise<void> {
    await this.#files.write(this.#path, this.#records.map(line).join(''));
    this.#begun = true;
  }

  /** What a replica lacks that has executed `set`; undefined if some of it is not here any more. */
  missing(set: GtidSet): Transaction[] | undefined {
    if (!contains(set, this.#purged)) return undefined;
    return this.transactions().filter(({ gtid }) => gtid && !has(set, gtid));
  }

  /** Resolves when something has been added. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  async #write(record: Transaction | Purged): Promise<void> {
    if (this.#begun) await this.#append(record);
    this.#keep(record);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  async #append(record: Transaction | Purged): Promise<void> {
    try {
      if (this.#torn) await this.#files.write(this.#path, [...this.#records, record].map(line).join(''));
      else await this.#files.append(this.#path, line(record));
      this.#torn = false;
    } catch (error) {
      this.#torn = true;
      throw error;
    }
  }

  #keep(record: Transaction | Purged): void {
    this.#records.push(record);
    if ('purged' in record) this.#purged = union(this.#purged, record.purged);
    const done = 'purged' in record ? record.purged : record.gtid && { [record.gtid.source]: record.gtid.number };
    if (done) this.#executed = union(this.#executed, done);
  }
}

function line(record: Transaction | Purged): string {
  return `${JSON.stringify(record)}\n`;
}

/** Undefined if there is no such file. */
export async function readText(files: Files, path: string): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await files.read(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
