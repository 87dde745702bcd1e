import type { Files } from '../host.ts';
import { codeOf } from '../http-server.ts';
import type { SetConfig } from './config.ts';
import type { Document, Value } from './values.ts';

/** One change, in a form that has the same effect however the data came about. `ns` is "DATABASE.COLLECTION". */
export type Operation =
  | { readonly op: 'put'; readonly ns: string; readonly doc: Document }
  | { readonly op: 'remove'; readonly ns: string; readonly id: Value }
  | { readonly op: 'drop'; readonly ns: string }
  | { readonly op: 'config'; readonly config: SetConfig }
  | { readonly op: 'note'; readonly text: string };

/** Its place: the first entry has index 1. Two entries with the same index and term, of one set, are the same. */
export interface Position {
  readonly index: number;
  readonly term: number;
}

export interface Entry extends Position {
  /** Milliseconds since the epoch, by the clock of the primary that made it. */
  readonly at: number;
  readonly change: Operation;
}

interface Vote {
  readonly term: number;
  readonly for?: string;
}

/**
 * What a member keeps on its volume: the oplog, one entry a line, from which everything else follows, and for whom it
 * has voted. The oplog is never shortened: what a lesson writes fits into it.
 */
export class Journal {
  readonly #files: Files;
  readonly #oplog: string;
  readonly #votes: string;
  readonly #entries: Entry[];
  #vote: Vote;
  /** An append has failed, and may have left part of a line behind. */
  #torn = false;

  private constructor(files: Files, folder: string, entries: Entry[], vote: Vote) {
    this.#files = files;
    [this.#oplog, this.#votes] = pathsIn(folder);
    this.#entries = entries;
    this.#vote = vote;
  }

  /** Reads what is there; a folder without a journal is an empty one. */
  static async open(files: Files, folder: string): Promise<Journal> {
    await files.makeDirectory(folder);
    const [oplog, votes] = pathsIn(folder);
    const lines = (await textOf(files, oplog)).split('\n');
    // What follows the last line's end has been interrupted while it was written, and was never acknowledged.
    const torn = lines.pop() !== '';
    const vote = (await textOf(files, votes)) || '{"term":0}';
    const journal = new Journal(
      files,
      folder,
      lines.map((line) => JSON.parse(line)),
      JSON.parse(vote),
    );
    journal.#torn = torn;
    return journal;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get last(): Position {
    return this.#entries.at(-1) ?? { index: 0, term: 0 };
  }

  /** The term of an entry; 0 before the first one, undefined where there is none. */
  termAt(index: number): number | undefined {
    return index === 0 ? 0 : this.#entries[index - 1]?.term;
  }

  get term(): number {
    return this.#vote.term;
  }

  get votedFor(): string | undefined {
    return this.#vote.for;
  }

  /** Resolves once the entries are on the volume. Where that fails there are none of them. */
  async append(entries: readonly Entry[]): Promise<void> {
    if (entries.length === 0) return;
    if (this.#torn) await this.#rewrite(this.#entries);
    try {
      await this.#files.append(this.#oplog, textFor(entries));
    } catch (error) {
      this.#torn = true;
      throw error;
    }
    this.#entries.push(...entries);
  }

  /** Takes back all entries after an index. */
  async truncate(index: number): Promise<void> {
    await this.#rewrite(this.#entries.slice(0, index));
    this.#entries.length = index;
  }

  async vote(term: number, candidate?: string): Promise<void> {
    const vote = { term, ...(candidate !== undefined && { for: candidate }) };
    await this.#files.write(this.#votes, JSON.stringify(vote));
    this.#vote = vote;
  }

  async #rewrite(entries: readonly Entry[]): Promise<void> {
    await this.#files.write(this.#oplog, textFor(entries));
    this.#torn = false;
  }
}

function pathsIn(folder: string): [oplog: string, votes: string] {
  return [`${folder}/oplog.jsonl`, `${folder}/vote.json`];
}

function textFor(entries: readonly Entry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

async function textOf(files: Files, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await files.read(path));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
