import type { FetchedResponse, Host } from '../../host.ts';
import { codeOf } from '../../http-server.ts';
import { newSession, type Outcome, type Session } from '../engine/session.ts';
import { authorization, type DumpAnswer, type ErrorAnswer, paths, type QueryAnswer } from '../protocol.ts';
import { SqlError } from '../sql/errors.ts';
import type { Target } from './options.ts';

const socket = '/run/mysqld/mysqld.sock';
/** Milliseconds. */
const patience = 30_000;

/** A client's side of a connection: it remembers what the server tells it to. */
export class Connection {
  readonly #host: Host;
  readonly #target: Target;
  #session: Session = newSession;

  constructor(host: Host, target: Target) {
    this.#host = host;
    this.#target = target;
  }

  get database(): string | null {
    return this.#session.database;
  }

  /** @throws SqlError, also for a server that cannot be reached */
  async query(sql: string): Promise<Outcome> {
    const body = JSON.stringify({ sql, session: this.#session });
    const answer = await this.#ask<QueryAnswer>(paths.query, 'POST', body);
    if ('session' in answer && answer.session) this.#session = answer.session;
    return answer as Outcome;
  }

  /** @throws SqlError */
  dump(): Promise<DumpAnswer> {
    return this.#ask<DumpAnswer>(paths.dump, 'GET');
  }

  /** Whether a server is there at all, whoever asks. @throws SqlError if not */
  async ping(): Promise<void> {
    await this.#fetch(paths.health, 'GET', undefined);
  }

  async #ask<T>(path: string, method: string, body?: string): Promise<T> {
    const { text } = await this.#fetch(path, method, body);
    let answer: T | ErrorAnswer;
    try {
      answer = JSON.parse(text);
    } catch {
      throw new SqlError(2027, 'HY000', 'Malformed packet: whoever answered is no stand-in for MySQL');
    }
    if (typeof answer === 'object' && answer !== null && 'error' in answer) {
      const { code, state, message } = answer.error;
      throw new SqlError(code, state, message);
    }
    return answer as T;
  }

  async #fetch(path: string, method: string, body: string | undefined): Promise<FetchedResponse> {
    const { host = '127.0.0.1', port, user, password } = this.#target;
    const name = host.includes(':') ? `[${host}]` : host;
    try {
      return await this.#host.fetch(`http://${name}:${port}${path}`, {
        method,
        headers: { authorization: authorization(user, password) },
        body,
        timeout: patience,
      });
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  /** As Debian's client says it. */
  #unreachable(error: unknown): SqlError {
    const { host } = this.#target;
    if (host === undefined) {
      return new SqlError(2002, 'HY000', `Can't connect to local server through socket '${socket}' (2)`);
    }
    const code = codeOf(error);
    if (code === 'ENOTFOUND') return new SqlError(2005, 'HY000', `Unknown server host '${host}' (-2)`);
    if (code === 'EAI_AGAIN') return new SqlError(2005, 'HY000', `Unknown server host '${host}' (-3)`);
    return new SqlError(2002, 'HY000', `Can't connect to server on '${host}' (${code === 'ETIMEDOUT' ? 110 : 115})`);
  }
}
