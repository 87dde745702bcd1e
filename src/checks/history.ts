import type { KubeObject } from '../kubernetes/object.ts';
import type { History, HistoryEntry } from './reader.ts';

export interface HistoryOptions {
  /** Of its objects, in words: "Pod". */
  readonly kind: string;
  ready(object: KubeObject): boolean;
  /** Whether an assertion looks at the entries themselves. */
  readonly allUsed?: boolean;
}

/**
 * A history as assertions see it: events have places in an order, `history.ready("kubia-0") < history.created("kubia-1")`.
 * They speak of the newest object of a name, so that what went wrong once can be done again.
 */
export class HistoryView {
  readonly #kind: string;
  readonly #entries: readonly HistoryEntry[];
  readonly #ready: (object: KubeObject) => boolean;
  readonly #blocks: readonly (number | undefined)[];
  readonly #used = new Map<number, string>();
  readonly #allUsed: boolean;
  readonly #hasGaps: boolean;

  constructor(history: History, { kind, ready, allUsed = false }: HistoryOptions) {
    this.#kind = kind;
    this.#allUsed = allUsed;
    this.#entries = history.entries;
    this.#ready = ready;
    this.#blocks = blocks(history);
    this.#hasGaps = history.gaps.length > 0;
  }

  get entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  /** Place of its creation. @throws NotYet */
  created(name: string): number {
    return this.#use(this.#created(name), name, 'created');
  }

  /** Place at which it was first ready. @throws NotYet */
  ready(name: string): number {
    const created = this.#created(name);
    const uid = created < 0 ? undefined : this.#entries[created]!.object.metadata.uid;
    const place = this.#entries.findIndex(
      (entry, index) =>
        index >= created && isOf(entry, name) && entry.object.metadata.uid === uid && this.#ready(entry.object),
    );
    return this.#use(created < 0 ? -1 : place, name, 'ready');
  }

  /** Place at which its deletion was asked for. @throws NotYet */
  terminating(name: string): number {
    const uid = this.#entries.findLast(
      (entry) => isOf(entry, name) && entry.object.metadata.deletionTimestamp !== undefined,
    )?.object.metadata.uid;
    const place = this.#entries.findIndex(
      (entry) => entry.object.metadata.uid === uid && entry.object.metadata.deletionTimestamp !== undefined,
    );
    return this.#use(uid === undefined ? -1 : place, name, 'terminating');
  }

  /** Place at which it was gone. @throws NotYet */
  deleted(name: string): number {
    const place = this.#entries.findLastIndex((entry) => isOf(entry, name) && entry.type === 'deleted');
    return this.#use(place, name, 'deleted');
  }

  /** Names in the order of their (newest) creation, first readiness, deletion. */
  order(event: 'created' | 'ready' | 'deleted'): string[] {
    const names = [...new Set(this.#entries.map((entry) => entry.object.metadata.name))];
    const places = names.flatMap((name) => {
      try {
        return [{ name, place: this[event](name) }];
      } catch (error) {
        if (error instanceof NotYet) return [];
        throw error;
      }
    });
    return places.sort((one, other) => one.place - other.place).map(({ name }) => name);
  }

  /** Whether the order of what was looked at is known: entries that one list found have none, and a gap hides some. */
  get known(): boolean {
    if (this.#allUsed && this.#hasGaps) return false;
    const seen = [...this.#used.keys()].map((place) => this.#blocks[place]).filter((block) => block !== undefined);
    return new Set(seen).size === seen.length;
  }

  /** "kubia-0 ready 12:00:03, kubia-1 created 12:00:04": what was looked at, in order. */
  story(): string {
    return [...this.#used]
      .sort(([one], [other]) => one - other)
      .map(([place, what]) => `${what} ${new Date(this.#entries[place]!.at).toISOString().slice(11, 19)}`)
      .join(', then ');
  }

  #created(name: string): number {
    return this.#entries.findLastIndex((entry) => isOf(entry, name) && entry.type === 'added');
  }

  #use(place: number, name: string, event: string): number {
    if (place < 0) throw new NotYet(`${this.#kind} ${name}`, event);
    const known = this.#used.get(place);
    this.#used.set(place, known && known !== `${name} ${event}` ? `${known} and ${event}` : `${name} ${event}`);
    return place;
  }
}

/** Something an assertion asks about has not happened yet. */
export class NotYet extends Error {
  override readonly name = 'NotYet';

  constructor(subject: string, event: string) {
    super(
      `${subject} ${{ created: 'has not been created', ready: 'has not become ready', terminating: 'has not been deleted', deleted: 'is not gone' }[event] ?? event} yet`,
    );
  }
}

function isOf(entry: HistoryEntry, name: string): boolean {
  return entry.object.metadata.name === name;
}

/** For each entry that a list found, the place where that list begins. */
function blocks({ entries, gaps }: History): (number | undefined)[] {
  const starts = new Set(gaps);
  let begin: number | undefined;
  return entries.map((entry, index) => {
    if (!entry.listed) begin = undefined;
    else if (begin === undefined || starts.has(index)) begin = index;
    return begin;
  });
}
