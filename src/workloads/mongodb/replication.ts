import { type MemberConfig, majorityOf } from './config.ts';
import { ServerError } from './errors.ts';
import type { Member } from './member.ts';
import { type AppendAnswer, type AppendRequest, ask, unreachable } from './protocol.ts';

/** How many must have a write before it is answered, and how long that may take (0: for ever). */
export interface WriteConcern {
  readonly w: number | 'majority';
  readonly wtimeout: number;
}

/** What the primary knows of another member. */
interface Progress {
  /** The index up to which that member has the same oplog. */
  index: number;
  /** In the member's own `time`. */
  heardAt: number;
}

const largestBatch = 200;

/** How the oplog gets from the primary to the others. */
export class Replication {
  readonly #member: Member;
  readonly #progress = new Map<string, Progress>();

  constructor(member: Member) {
    this.#member = member;
  }

  /** Begins to be primary. Its first entry is of its own term: with it, all before it gets committed. */
  async lead(): Promise<void> {
    const member = this.#member;
    this.#progress.clear();
    for (const { host } of member.others) this.#progress.set(host, { index: 0, heardAt: member.time });
    member.primary = member.self!.host;
    member.writable = true;
    member.changes.fire();
    await member.record([{ op: 'note', text: 'new primary' }]);
    this.#advance();
    for (const other of member.others) member.inBackground(this.#feed(other, member.journal.term));
    member.inBackground(this.#holdOffice(member.journal.term));
  }

  /** Begins to feed members that have been added, and forgets those that have been removed. */
  reconfigured(): void {
    const { time, journal, others } = this.#member;
    for (const known of this.#progress.keys()) {
      if (!others.some((other) => other.host === known)) this.#progress.delete(known);
    }
    for (const other of others) {
      if (this.#progress.has(other.host)) continue;
      this.#progress.set(other.host, { index: 0, heardAt: time });
      this.#member.inBackground(this.#feed(other, journal.term));
    }
    this.#advance();
  }

  /** Takes what a primary sends. */
  receive(request: AppendRequest): Promise<AppendAnswer> {
    const member = this.#member;
    return member.exclusively(async () => {
      const { journal } = member;
      const refused = (index: number) => ({ term: journal.term, ok: false, index });
      if (request.set !== member.set || (member.setId && member.setId !== request.setId)) {
        throw new ServerError('InvalidReplicaSetConfig', `this node belongs to another set than ${request.set}`);
      }
      if (request.term < journal.term) return refused(journal.last.index);
      await member.meet(request.term);
      member.heed(request.primary);
      const { previous, entries } = request;
      if (journal.termAt(previous.index) !== previous.term) {
        return refused(Math.min(journal.last.index, previous.index - 1));
      }
      const fresh = entries.findIndex(({ index, term }) => journal.termAt(index) !== term);
      if (fresh >= 0) {
        const from = entries[fresh]!.index;
        if (from <= journal.last.index) await member.rollBack(from - 1);
        await member.take(entries.slice(fresh));
      }
      const index = previous.index + entries.length;
      member.commit(Math.min(request.committed, index));
      if (index >= request.committed) member.caughtUp();
      return { term: journal.term, ok: true, index };
    });
  }

  /** Waits until as many have the entry as asked for. @throws ServerError where that cannot be said any more */
  async acknowledged(index: number, term: number, { w, wtimeout }: WriteConcern): Promise<void> {
    const member = this.#member;
    if (member.set === undefined || w === 0) return;
    if (member.writable) this.#advance();
    const until = wtimeout > 0 ? member.host.now() + wtimeout : Number.POSITIVE_INFINITY;
    for (;;) {
      if (w === 'majority' ? member.committed >= index : this.#holders(index) >= w) return;
      if (!member.writable || member.journal.term !== term) {
        throw new ServerError(
          'InterruptedDueToReplStateChange',
          'operation was interrupted: the node is no longer primary, and whether the write stays is for the next one to say',
        );
      }
      const left = until - member.host.now();
      if (left <= 0) throw new ServerError('WriteConcernFailed', 'waiting for replication timed out');
      const changed = member.changes.wait();
      await (left === Number.POSITIVE_INFINITY ? changed : Promise.race([changed, member.host.sleep(left)]));
    }
  }

  /** Asks the member that is furthest to stand at once. Resolves with its host; undefined where none could. */
  async handOver(): Promise<string | undefined> {
    const { host, others } = this.#member;
    const place = (other: MemberConfig) => this.#progress.get(other.host)?.index ?? 0;
    const heirs = others
      .filter(({ priority }) => priority > 0)
      .sort((a, b) => place(b) - place(a) || b.priority - a.priority);
    for (const { host: heir } of heirs) {
      try {
        await ask(host, heir, 'stand', {}, { timeout: 300, evenIfStopping: true });
        return heir;
      } catch {
        // The next one may be there.
      }
    }
    return undefined;
  }

  /** Whether some other member that may be elected has the whole oplog. */
  hasHeir(): boolean {
    const { journal, others } = this.#member;
    return others.some(({ host, priority }) => priority > 0 && this.#progress.get(host)?.index === journal.last.index);
  }

  #leads(term: number): boolean {
    const { host, journal, writable } = this.#member;
    return writable && journal.term === term && !host.stopping.aborted;
  }

  /** Sends one member what it lacks, and a heartbeat when it lacks nothing, for as long as the term lasts. */
  async #feed({ host: other }: MemberConfig, term: number): Promise<void> {
    const member = this.#member;
    const { host, journal } = member;
    let next = journal.last.index;
    let reached = true;
    const progress = this.#progress.get(other)!;
    while (this.#leads(term) && this.#progress.get(other) === progress) {
      const { heartbeatIntervalMillis, electionTimeoutMillis } = member.config!.settings;
      const previous = { index: next - 1, term: journal.termAt(next - 1)! };
      const entries = journal.entries.slice(next - 1, next - 1 + largestBatch);
      const request: AppendRequest = {
        ...{ set: member.set!, setId: member.setId!, term, primary: member.self!.host },
        ...{ previous, entries, committed: member.committed },
      };
      const changed = member.changes.wait();
      try {
        const answer = await ask<AppendAnswer>(host, other, 'append', request, { timeout: electionTimeoutMillis });
        if (!reached) member.log('REPL', `Member ${other} is reached again`);
        reached = true;
        if (answer.term > term) return await member.exclusively(() => member.meet(answer.term));
        progress.heardAt = member.time;
        next = Math.max(1, answer.index + 1);
        if (!answer.ok) continue;
        progress.index = answer.index;
        this.#advance();
        if (answer.index < journal.last.index) continue;
      } catch (error) {
        if (reached && this.#leads(term)) member.log('REPL', unreachable(other, error));
        reached = false;
        await host.sleep(heartbeatIntervalMillis);
        continue;
      }
      await Promise.race([changed, host.sleep(heartbeatIntervalMillis)]);
    }
  }

  /** A primary that has not heard from a majority for too long is none: another may have been elected. */
  async #holdOffice(term: number): Promise<void> {
    const member = this.#member;
    while (this.#leads(term)) {
      const { electionTimeoutMillis, heartbeatIntervalMillis } = member.config!.settings;
      const since = member.time - electionTimeoutMillis;
      const heard = member.others.filter(({ host }) => (this.#progress.get(host)?.heardAt ?? since) > since).length;
      if (heard + 1 < majorityOf(member.config!)) {
        await member.exclusively(async () => {
          if (this.#leads(term)) member.stepDown("can't see a majority of the set, relinquishing primary");
        });
        return;
      }
      await member.host.sleep(heartbeatIntervalMillis);
    }
  }

  /** Committed is what a majority has, if it ends with an entry of the primary's own term. */
  #advance(): void {
    const member = this.#member;
    const { journal, config } = member;
    for (let index = journal.last.index; index > member.committed; index--) {
      if (journal.termAt(index) !== journal.term) return;
      if (this.#holders(index) < majorityOf(config!)) continue;
      member.commit(index);
      return;
    }
  }

  #holders(index: number): number {
    const { others } = this.#member;
    return 1 + others.filter(({ host }) => (this.#progress.get(host)?.index ?? 0) >= index).length;
  }
}
