import { majorityOf } from './config.ts';
import type { Member } from './member.ts';
import { ask, type VoteAnswer, type VoteRequest } from './protocol.ts';

/** Milliseconds, where there is no config yet. */
const idle = 2_000;

/** Who becomes primary: asks for votes, and gives them. */
export class Elections {
  readonly #member: Member;
  readonly #won: () => Promise<void>;

  /** @param won is called, alone, when this member has been elected */
  constructor(member: Member, won: () => Promise<void>) {
    this.#member = member;
    this.#won = won;
  }

  /** Stands for election whenever no primary has been heard for too long; until the host stops. */
  async watch(): Promise<void> {
    const member = this.#member;
    while (!member.host.stopping.aborted) {
      const slice = (member.config?.settings.heartbeatIntervalMillis ?? idle) / 2;
      await member.host.sleep(slice);
      member.time += slice;
      if (member.writable || member.time < member.standsAt) continue;
      await this.stand('no primary was heard of for the election timeout');
    }
  }

  /** Asks first whether it would win, unless it has been told to stand: who cannot win then disturbs nobody. */
  async stand(why: string, dryRun = true): Promise<void> {
    const member = this.#member;
    member.postpone();
    if (!this.#electable()) return;
    if (dryRun && !(await this.#poll({ ...this.#request(), term: member.journal.term + 1, dryRun: true }))) {
      member.log('ELECTION', `Not running for primary: ${why}, but no majority would elect this node`);
      return;
    }
    const request = await member.exclusively(async () => {
      if (!this.#electable()) return undefined;
      await member.journal.vote(member.journal.term + 1, member.self!.host);
      member.primary = undefined;
      return this.#request();
    });
    if (!request) return;
    member.log('ELECTION', `Running for primary in term ${request.term}: ${why}`);
    const elected = await this.#poll(request);
    await member.exclusively(async () => {
      const { journal, self } = member;
      const outdated = journal.term !== request.term || journal.votedFor !== self?.host;
      if (!elected || outdated || !this.#electable()) return;
      member.log('ELECTION', `Election succeeded, assuming primary role in term ${request.term}`);
      await this.#won();
    });
  }

  /** Votes for the first candidate of a term whose oplog is not behind its own. */
  answer(request: VoteRequest): Promise<VoteAnswer> {
    const member = this.#member;
    return member.exclusively(async () => {
      const refused = () => ({ term: member.journal.term, granted: false });
      if (request.set !== member.set || (member.setId && member.setId !== request.setId)) return refused();
      if (request.term < member.journal.term) return refused();
      const { last } = member.journal;
      const behind =
        request.last.term < last.term || (request.last.term === last.term && request.last.index < last.index);
      if (request.dryRun) return { term: member.journal.term, granted: !behind && !this.#hasPrimary() };
      await member.meet(request.term);
      const { votedFor } = member.journal;
      if (behind || (votedFor !== undefined && votedFor !== request.candidate)) return refused();
      await member.journal.vote(request.term, request.candidate);
      member.postpone();
      member.log('ELECTION', `Voting for ${request.candidate} in term ${request.term}`);
      return { term: request.term, granted: true };
    });
  }

  #hasPrimary(): boolean {
    const { config, heardAt, time, writable, primary } = this.#member;
    if (writable) return true;
    return primary !== undefined && config !== undefined && time - heardAt < config.settings.electionTimeoutMillis;
  }

  #electable(): boolean {
    const { host, self, state } = this.#member;
    return state === 'SECONDARY' && self !== undefined && self.priority > 0 && !host.stopping.aborted;
  }

  #request(): VoteRequest {
    const { journal, self, set, setId } = this.#member;
    const { index, term } = journal.last;
    return {
      set: set!,
      setId: setId!,
      term: journal.term,
      candidate: self!.host,
      last: { index, term },
      dryRun: false,
    };
  }

  /** Resolves with true as soon as there is a majority, with false when there can be none. */
  #poll(request: VoteRequest): Promise<boolean> {
    const member = this.#member;
    const config = member.config!;
    const majority = majorityOf(config);
    if (majority === 1) return Promise.resolve(true);
    const timeout = config.settings.electionTimeoutMillis;
    return new Promise((resolve) => {
      let votes = 1;
      let silent = member.others.length;
      const count = (granted: boolean) => {
        silent -= 1;
        if (granted) votes += 1;
        if (votes >= majority) resolve(true);
        else if (votes + silent < majority) resolve(false);
      };
      for (const other of member.others) {
        ask<VoteAnswer>(member.host, other.host, 'vote', request, { timeout }).then(
          ({ granted, term }) => {
            count(granted);
            if (term > request.term) member.inBackground(member.exclusively(() => member.meet(term)));
          },
          () => count(false),
        );
      }
    });
  }
}
