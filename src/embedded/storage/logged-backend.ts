import type { KubeObject } from '../../kubernetes/object.ts';
import type { Clock, Timer } from '../clock.ts';
import type { Backend, Batch } from './backend.ts';
import { identity, type ObjectKey } from './store.ts';
import type { WriteAheadLog } from './write-ahead-log.ts';
import { written } from './written.ts';

/** Milliseconds that changes are gathered before they are moved: what changes often is moved once. */
const gathering = 1000;
/** Bytes of log from which they are moved at once. */
const muchLog = 4 * 1024 * 1024;

/** Writes moved at a time: what takes them there computes for a moment, and requests wait for that. */
const portion = 64;

type Write = Batch['writes'][number];

/**
 * Makes a batch durable by appending it to a log, which takes less than half the time of a database's transaction; and
 * moves what has been appended to another backend, in the background.
 */
export class LoggedBackend implements Backend {
  readonly #log: WriteAheadLog<Batch>;
  readonly #base: Backend;
  readonly #clock: Clock;
  /** What the base has not been given yet, by key. */
  #ahead = new Map<string, Write>();
  /** The newest batch's. */
  #revision = 0;
  /** The revision up to which the base has everything. */
  #moved = 0;
  #timer: Timer | undefined;
  #appending = false;
  /** The time to move came while something was appended. */
  #due = false;
  #moving: Promise<void> | undefined;

  constructor(log: WriteAheadLog<Batch>, base: Backend, clock: Clock) {
    this.#log = log;
    this.#base = base;
    this.#clock = clock;
  }

  load() {
    const { revision, objects } = this.#base.load();
    this.#revision = this.#moved = revision;
    for (const batch of this.#log.found()) {
      // The base may have been given it just before the end.
      if (batch.revision > this.#revision) this.#gather(batch);
    }
    const ahead = new Map(this.#ahead);
    function* all(): Iterable<{ key: ObjectKey; object: KubeObject }> {
      for (const each of objects) if (!ahead.has(identity(each.key))) yield each;
      for (const { key, object } of ahead.values()) if (object) yield { key, object };
    }
    if (this.#ahead.size > 0) this.#moveLater();
    else this.#log.rotate()();
    return { revision: this.#revision, objects: all() };
  }

  async commit(batch: Batch): Promise<void> {
    this.#appending = true;
    await written(this.#log.append(batch));
    this.#appending = false;
    this.#gather(batch);
    if (this.#due || this.#log.size >= muchLog) this.#move();
    else this.#moveLater();
  }

  async close(): Promise<void> {
    await this.#moving;
    this.#move();
    await this.#moving;
    this.#log.close();
    await this.#base.close();
  }

  #gather({ revision, writes }: Batch): void {
    for (const write of writes) this.#ahead.set(identity(write.key), write);
    this.#revision = revision;
  }

  #moveLater(): void {
    if (this.#moving || this.#timer || this.#ahead.size === 0) return;
    this.#timer = this.#clock.schedule(gathering, () => {
      // The file may not be changed for another one while it is written to.
      if (this.#appending) this.#due = true;
      else this.#move();
    });
  }

  #move(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#due = false;
    if (this.#moving || this.#ahead.size === 0) return;
    const writes = [...this.#ahead.values()];
    this.#ahead = new Map();
    const before = this.#moved;
    const revision = this.#revision;
    const move = async () => {
      const forget = this.#log.rotate();
      for (let at = 0; at < writes.length; at += portion) {
        // Some of it is as good as nothing: as long as the revision stays, the log is taken over what there is.
        const last = at + portion >= writes.length;
        await this.#base.commit({ revision: last ? revision : before, writes: writes.slice(at, at + portion) });
      }
      this.#moved = revision;
      forget();
    };
    this.#moving = written(move())
      .finally(() => {
        this.#moving = undefined;
        this.#moveLater();
      })
      // It has been told already, and the log still has everything.
      .catch(() => {});
  }
}
