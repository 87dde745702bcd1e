import type { Host } from '../host.ts';
import { messageOf } from '../http-server.ts';
import { type MemberConfig, type SetConfig, selfIn } from './config.ts';
import { Documents } from './documents.ts';
import { ServerError } from './errors.ts';
import type { Entry, Journal, Operation } from './journal.ts';
import type { StateAnswer, StateName } from './protocol.ts';
import { Signal } from './signal.ts';

export type Log = (component: 'CONTROL' | 'REPL' | 'ELECTION' | 'NETWORK', message: string) => void;

export interface MemberOptions {
  readonly host: Host;
  readonly journal: Journal;
  readonly log: Log;
  readonly port: number;
  /** The set's name; undefined for a server on its own. */
  readonly set: string | undefined;
}

/**
 * What one member knows and is. Elections and replication follow Raft, which MongoDB's protocol version 1 is close to:
 * one vote a member and term, and only a candidate whose oplog lacks nothing that a majority has can win. Whatever
 * changes the state runs alone, within `exclusively`.
 */
export class Member {
  readonly host: Host;
  readonly journal: Journal;
  readonly log: Log;
  readonly port: number;
  readonly set: string | undefined;
  readonly documents = new Documents();
  /** Fires when the oplog, what is committed of it, or the state has changed. */
  readonly changes = new Signal();
  config: SetConfig | undefined;
  /** The oplog's entry that `config` is from. */
  configIndex = 0;
  self: MemberConfig | undefined;
  /** The primary's host, where it is known. */
  primary: string | undefined;
  writable: boolean;
  /** A majority has the oplog up to this index, as far as this member knows. */
  committed = 0;
  /**
   * Milliseconds that this process has been running for. Patience with others is measured by it: a pause of the whole
   * machine is nobody's silence.
   */
  time = 0;
  /** When it stands for election unless it hears from a primary, in `time`, as is `heardAt`. */
  standsAt = Number.POSITIVE_INFINITY;
  heardAt = Number.NEGATIVE_INFINITY;
  #caughtUp: boolean;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor({ host, journal, log, port, set }: MemberOptions) {
    this.host = host;
    this.journal = journal;
    this.log = log;
    this.port = port;
    this.set = set;
    this.writable = set === undefined;
    this.#caughtUp = journal.entries.length > 0;
  }

  static async make(options: MemberOptions): Promise<Member> {
    const member = new Member(options);
    await member.#replay();
    member.postpone();
    return member;
  }

  get state(): StateName {
    if (!this.config) return 'STARTUP';
    if (!this.self) return 'REMOVED';
    if (this.writable) return 'PRIMARY';
    return this.#caughtUp ? 'SECONDARY' : 'STARTUP2';
  }

  get setId(): string | undefined {
    return this.config?.settings.replicaSetId.$oid;
  }

  get others(): readonly MemberConfig[] {
    return this.config?.members.filter(({ _id: id }) => id !== this.self?._id) ?? [];
  }

  /** About itself, for other members. */
  get answer(): StateAnswer {
    return {
      set: this.set ?? null,
      setId: this.setId ?? null,
      state: this.state,
      term: this.journal.term,
      last: { index: this.journal.last.index, term: this.journal.last.term },
      lastAt: this.journal.entries.at(-1)?.at ?? 0,
      primary: this.primary ?? null,
    };
  }

  /** Runs one after the other whatever changes the state. */
  exclusively<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(act);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  /** For what nobody waits for: it fails with a line in the log. */
  inBackground(task: Promise<void>): void {
    task.catch((error: unknown) => this.log('REPL', messageOf(error)));
  }

  /** New entries of its own, as a primary or alone. Resolves once they are on the volume. */
  async record(operations: readonly Operation[]): Promise<void> {
    const { index } = this.journal.last;
    const { term } = this.journal;
    const at = this.host.now();
    await this.take(operations.map((change, place) => ({ index: index + 1 + place, term, at, change })));
    this.#caughtUp = true;
    if (this.set === undefined) this.committed = this.journal.last.index;
  }

  /** Adds entries to the oplog, then to the data. Resolves once they are on the volume. */
  async take(entries: readonly Entry[]): Promise<void> {
    await this.journal.append(entries);
    for (const { change } of entries) this.documents.apply(change);
    if (entries.some(({ change }) => change.op === 'config')) await this.#findConfig();
    if (entries.length > 0) this.changes.fire();
  }

  /** Takes entries back that the primary does not have. No majority ever had them. */
  async rollBack(index: number): Promise<void> {
    if (index < this.committed) throw new Error(`entry ${index + 1} is committed and cannot be rolled back`);
    this.log('REPL', `Rollback: ${this.journal.last.index - index} entries that no majority had are taken back`);
    await this.journal.truncate(index);
    await this.#replay();
  }

  /** A term that somebody else has told of. */
  async meet(term: number): Promise<void> {
    if (term <= this.journal.term) return;
    await this.journal.vote(term);
    this.stepDown(`there is a later term, ${term}`);
    this.primary = undefined;
  }

  stepDown(why: string): void {
    if (!this.writable || this.set === undefined) return;
    this.writable = false;
    this.primary = undefined;
    this.postpone();
    this.log('REPL', `Stepping down from primary: ${why}`);
    this.changes.fire();
  }

  /** It has heard from the primary of its term. */
  heed(primary: string): void {
    if (this.primary !== primary) {
      this.primary = primary;
      this.log('REPL', `Following ${primary}, primary in term ${this.journal.term}`);
      this.changes.fire();
    }
    this.heardAt = this.time;
    this.postpone();
  }

  /** Stands for election later, and those of higher priority before it. */
  postpone(atLeast = 0): void {
    const { self, config } = this;
    if (!self || !config || self.priority === 0) {
      this.standsAt = Number.POSITIVE_INFINITY;
      return;
    }
    const timeout = config.settings.electionTimeoutMillis;
    const before = config.members.filter(({ priority }) => priority > self.priority).length;
    const wait = timeout * (1 + 0.3 * this.host.random()) + before * config.settings.heartbeatIntervalMillis;
    this.standsAt = this.time + Math.max(wait, atLeast);
  }

  commit(index: number): void {
    if (index > this.committed) {
      this.committed = index;
      this.changes.fire();
    }
  }

  /** It has all that a majority had when it was last told. */
  caughtUp(): void {
    if (this.#caughtUp) return;
    this.#caughtUp = true;
    this.log('REPL', 'Initial sync done; transition to SECONDARY');
    this.changes.fire();
  }

  /** @throws ServerError where nobody may read from it */
  readable(secondaryOk: boolean): void {
    if (this.writable) return;
    if (this.state !== 'SECONDARY') {
      throw new ServerError(
        'NotPrimaryOrSecondary',
        `node is not in primary or recovering state (it is in ${this.state})`,
      );
    }
    if (!secondaryOk) throw new ServerError('NotPrimaryNoSecondaryOk', 'not primary and secondaryOk=false');
  }

  async #replay(): Promise<void> {
    this.documents.clear();
    for (const { change } of this.journal.entries) this.documents.apply(change);
    await this.#findConfig();
    this.changes.fire();
  }

  /** The last config in the oplog is the one in force, committed or not. */
  async #findConfig(): Promise<void> {
    const entry = this.journal.entries.findLast(({ change }) => change.op === 'config');
    const config = entry?.change.op === 'config' ? entry.change.config : undefined;
    if (this.set === undefined || this.configIndex === (entry?.index ?? 0)) return;
    this.configIndex = entry?.index ?? 0;
    this.config = config;
    this.self = config && (await selfIn(this.host, config, this.port));
    if (config && !this.self) {
      this.log('REPL', `This node is not a member of the config: ${config.members.map(({ host }) => host).join(', ')}`);
      this.stepDown('it has been removed from the set');
    }
    this.postpone();
  }
}
