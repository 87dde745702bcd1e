import type { Host } from '../host.ts';
import { codeOf, messageOf } from '../http-server.ts';
import type { CommandRequest } from './commands.ts';
import type { ConnectionOptions, ReadPreference } from './connection-string.ts';
import { ClientError } from './errors.ts';
import type { WriteConcern } from './replication.ts';
import { type Document, isDocument } from './values.ts';

/** Whether a command must reach the primary, may be answered by who the read preference says, or goes to anybody. */
export type Purpose = 'write' | 'read' | 'any';

interface Known {
  readonly server: string;
  readonly hello: Document;
}

const helloTimeout = 10_000;
const pause = 250;
/** As long as a server likes: what limits a write's time is wtimeout. */
const patience = 24 * 60 * 60 * 1000;
/** The server has not done what it was asked for, and another one may. */
const elsewhere = ['NotWritablePrimary', 'NotPrimaryOrSecondary', 'NotPrimaryNoSecondaryOk'];

/** What drivers do: finds the servers of a set from those it is given, and sends each command to a suitable one. */
export class Client {
  readonly options: ConnectionOptions;
  readPreference: ReadPreference;
  readonly #host: Host;
  #hosts: readonly string[];
  /** The server that commands of a purpose went to last. */
  readonly #chosen = new Map<Purpose, string>();

  constructor(host: Host, options: ConnectionOptions) {
    this.#host = host;
    this.options = options;
    this.#hosts = options.seeds;
    this.readPreference = options.readPreference;
  }

  /** @throws ClientError named MongoServerError, with the server's codeName, or MongoServerSelectionError, … */
  async run(
    purpose: Purpose,
    db: string,
    command: Document,
    more: { collection?: string; writeConcern?: Partial<WriteConcern> } = {},
  ): Promise<Document> {
    const secondaryOk = this.options.direct || this.readPreference !== 'primary';
    const writeConcern = { ...this.options.writeConcern, ...more.writeConcern };
    const request: CommandRequest = { db, command, secondaryOk, collection: more.collection, writeConcern };
    for (let attempt = 1; ; attempt++) {
      const server = this.#chosen.get(purpose) ?? (await this.select(purpose)).server;
      this.#chosen.set(purpose, server);
      try {
        return await this.#send(server, request, patience);
      } catch (error) {
        this.#chosen.clear();
        if (attempt > 1 || this.options.direct || !mayRepeat(error, purpose)) throw error;
      }
    }
  }

  /** Waits until there is a suitable server. @throws ClientError when the time is over */
  async select(purpose: Purpose, timeout = this.options.selectionTimeout): Promise<Known> {
    const until = this.#host.now() + timeout;
    for (;;) {
      const problems: string[] = [];
      const known = await this.#greet(purpose, problems);
      const suitable = this.#suitable(known, purpose);
      if (suitable) return suitable;
      if (this.#discover(known)) continue;
      const refused = this.options.tls || this.#host.stopping.aborted;
      if (refused || this.#host.now() + pause >= until) throw this.#nobody(purpose, known, problems);
      await this.#host.sleep(pause);
    }
  }

  /** Asks all at once, and waits for no more of them than are needed. */
  #greet(purpose: Purpose, problems: string[]): Promise<Known[]> {
    const known: Known[] = [];
    let silent = this.#hosts.length;
    return new Promise((resolve) => {
      for (const server of this.#hosts) {
        void this.#hello(server, problems).then((answer) => {
          if (answer) known.push(answer);
          silent -= 1;
          if (silent === 0 || this.#suitable(known, purpose)) resolve([...known]);
        });
      }
    });
  }

  async #hello(server: string, problems: string[]): Promise<Known | undefined> {
    if (this.options.tls) {
      problems.push(
        'Client network socket disconnected before secure TLS connection was established (these servers speak no TLS: add tls=false)',
      );
      return undefined;
    }
    try {
      const hello = await this.#send(server, { db: 'admin', command: { hello: 1 } }, helloTimeout);
      return { server, hello };
    } catch (error) {
      problems.push(messageOf(error));
      return undefined;
    }
  }

  /** From now on the set's own list counts, with the names that its config has. Whether that is another list. */
  #discover(known: readonly Known[]): boolean {
    const hosts = known
      .map(({ hello }) => hello.hosts)
      .find(Array.isArray)
      ?.map(String);
    if (this.options.direct || !hosts || hosts.join() === this.#hosts.join()) return false;
    this.#hosts = hosts;
    return true;
  }

  #suitable(known: readonly Known[], purpose: Purpose): Known | undefined {
    if (this.options.direct) return known[0];
    const own = known.filter(
      ({ hello }) => this.options.replicaSet === undefined || hello.setName === this.options.replicaSet,
    );
    const alone = own.find(({ hello }) => hello.setName === undefined && hello.isreplicaset !== true);
    if (alone) return alone;
    const primaries = own.filter(({ hello }) => hello.isWritablePrimary === true);
    const primary = primaries.sort((a, b) => Number(b.hello.term) - Number(a.hello.term))[0];
    const secondaries = own.filter(({ hello }) => hello.secondary === true);
    const secondary = secondaries[Math.floor(this.#host.random() * secondaries.length)];
    if (purpose === 'write') return primary;
    switch (purpose === 'any' ? 'nearest' : this.readPreference) {
      case 'primary':
        return primary;
      case 'secondary':
        return secondary;
      case 'secondaryPreferred':
        return secondary ?? primary;
      default:
        return primary ?? secondary;
    }
  }

  #nobody(purpose: Purpose, known: readonly Known[], problems: readonly string[]): ClientError {
    if (known.length === 0 && problems[0] !== undefined) {
      return new ClientError(this.options.direct ? 'MongoNetworkError' : 'MongoServerSelectionError', problems[0]);
    }
    const wanted = purpose === 'write' || this.readPreference === 'primary' ? 'primary' : this.readPreference;
    const states = known.map(
      ({ server, hello }) =>
        `${server} ${hello.secondary === true ? 'is a secondary' : hello.isWritablePrimary === true ? 'is primary' : 'belongs to no set yet'}`,
    );
    return new ClientError(
      'MongoServerSelectionError',
      `no ${wanted} was found in the set: ${[...states, ...problems].join('; ')}`,
    );
  }

  async #send(server: string, request: CommandRequest, timeout: number): Promise<Document> {
    let text: string;
    try {
      ({ text } = await this.#host.fetch(`http://${server}/command`, {
        method: 'POST',
        body: JSON.stringify(request),
        timeout,
      }));
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOTFOUND' || code === 'ENODATA')
        throw new ClientError('MongoNetworkError', `getaddrinfo ENOTFOUND ${server.replace(/:\d+$/, '')}`, code);
      if (code === 'ECONNREFUSED') throw new ClientError('MongoNetworkError', `connect ECONNREFUSED ${server}`, code);
      throw new ClientError('MongoNetworkError', code ? `${code} ${server}` : messageOf(error), code);
    }
    const answer: unknown = parsed(text);
    if (!isDocument(answer)) throw new ClientError('MongoNetworkError', `${server} is not a server of the stand-in's`);
    if (answer.ok !== 1) throw new ClientError('MongoServerError', String(answer.errmsg), String(answer.codeName));
    return answer;
  }
}

function mayRepeat(error: unknown, purpose: Purpose): boolean {
  if (!(error instanceof ClientError)) return false;
  if (error.name === 'MongoServerError') return elsewhere.includes(error.codeName ?? '');
  // A write that was sent may have been made, unless nobody was there to take it.
  return purpose !== 'write' || error.codeName === 'ECONNREFUSED' || error.codeName === 'ENOTFOUND';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
