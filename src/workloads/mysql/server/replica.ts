import type { Files, Host } from '../../host.ts';
import { codeOf, messageOf } from '../../http-server.ts';
import type { Outcome } from '../engine/session.ts';
import { authorization, type ErrorAnswer, paths, type ReplicateAnswer, type ReplicateRequest } from '../protocol.ts';
import { failures, SqlError } from '../sql/errors.ts';
import type { Value } from '../sql/syntax.ts';
import { readText } from './binlog.ts';
import type { Engine, ReplicationControl } from './engine.ts';
import { type Connection, initialState, type ReplicaState, replicaStatus } from './replica-status.ts';

/** Milliseconds: longer than the source waits for news. */
const patience = 15_000;

/** What makes a server the replica of another: it asks for what it lacks, and does the same to its own data. */
export class Replica implements ReplicationControl {
  readonly #host: Host;
  readonly #engine: () => Engine;
  readonly #path: string;
  #state: ReplicaState = initialState;
  #run: { stopped: boolean } | undefined;
  /** Not before the server is: what is replicated goes into a log that is on the volume. */
  #ready = false;

  /** @param path of the file that keeps the source, and whether replication runs */
  constructor(host: Host, engine: () => Engine, path: string) {
    this.#host = host;
    this.#engine = engine;
    this.#path = path;
  }

  /** As it was when the server stopped, or as its first scripts have asked for. */
  async resume(files: Files): Promise<void> {
    this.#ready = true;
    const text = await readText(files, this.#path);
    if (text === undefined) return;
    const { connection, running }: { connection: Connection; running: boolean } = JSON.parse(text);
    this.#state = { ...initialState, connection };
    if (running) this.#begin();
  }

  async change(options: Readonly<Record<string, Value>>): Promise<void> {
    if (this.#run) throw failures.replicaRunning();
    const before = this.#state.connection;
    const text = (name: string, usual = '') => String(options[name] ?? usual);
    const port = Number(options.SOURCE_PORT ?? before?.port ?? 3306);
    const connection: Connection = {
      host: text('SOURCE_HOST', before?.host),
      port,
      user: text('SOURCE_USER', before?.user),
      password: text('SOURCE_PASSWORD', before?.password),
      retry: Number(options.SOURCE_CONNECT_RETRY ?? before?.retry ?? 60),
    };
    if (['SOURCE_LOG_FILE', 'SOURCE_LOG_POS'].some((name) => name in options)) {
      throw failures.notYet('SOURCE_LOG_FILE: use SOURCE_AUTO_POSITION=1');
    }
    this.#state = { ...initialState, connection };
    await this.#keep();
  }

  async start(): Promise<void> {
    if (!this.#state.connection?.host) throw failures.notConfigured();
    if (this.#run) return;
    this.#begin();
    await this.#keep();
  }

  async stop(): Promise<void> {
    if (this.#run) this.#run.stopped = true;
    this.#run = undefined;
    this.#state = { ...this.#state, io: 'No', sql: false };
    await this.#keep();
  }

  async reset(): Promise<void> {
    if (this.#run) throw failures.replicaRunning();
    this.#state = initialState;
    await this.#host.files.remove(this.#path);
  }

  status(old: boolean): Outcome {
    return replicaStatus(this.#state, this.#engine().log.executed, old);
  }

  /** Whoever was told that replication has been set up finds it so after a restart. */
  async #keep(): Promise<void> {
    const { connection } = this.#state;
    await this.#host.files.write(this.#path, `${JSON.stringify({ connection, running: this.#run !== undefined })}\n`);
  }

  #begin(): void {
    const run = { stopped: false };
    this.#run = run;
    this.#state = { ...this.#state, io: 'Connecting', sql: true, ioError: undefined, sqlError: undefined };
    // Nobody waits for it: in a process that is killed whatever it was waiting for fails, and that is its end.
    if (this.#ready) this.#follow(run).catch(() => {});
  }

  async #follow(run: { stopped: boolean }): Promise<void> {
    const over = () => run.stopped || this.#host.stopping.aborted;
    while (!over() && this.#state.sql) {
      try {
        const answer = await this.#ask();
        if (over()) return;
        if (this.#state.io !== 'Yes') this.#host.log(`Connected to the source ${this.#name()}, replication goes on.`);
        this.#state = { ...this.#state, io: 'Yes', ioError: undefined, serverId: answer.serverId, uuid: answer.uuid };
        await this.#apply(answer, over);
      } catch (error) {
        if (over()) return;
        const known = error instanceof SqlError;
        const what = known ? error : new SqlError(2003, 'HY000', connectionError(error, this.#state.connection!));
        if (what.message !== this.#state.ioError?.message) this.#host.warn(`Replication: ${what.message}`);
        // What will not be better the next time ends it; a source that is not there may be there later.
        const fatal = known && what.code !== 1045;
        this.#state = { ...this.#state, io: fatal ? 'No' : 'Connecting', ioError: what };
        if (fatal) return;
        await this.#host.sleep(this.#state.connection!.retry * 1000);
      }
    }
  }

  async #apply({ transactions }: ReplicateAnswer, over: () => boolean): Promise<void> {
    for (const transaction of transactions) {
      if (over()) return;
      try {
        await this.#engine().replicate(transaction);
      } catch (error) {
        const [code, message] = error instanceof SqlError ? [error.code, error.message] : [1026, messageOf(error)];
        const { source, number } = transaction.gtid!;
        const whole = `Could not execute transaction '${source}:${number}': ${message}, Error_code: ${code}`;
        this.#host.warn(`Replication stops: ${whole}`);
        this.#state = { ...this.#state, sql: false, sqlError: new SqlError(code, 'HY000', whole) };
        return;
      }
    }
  }

  async #ask(): Promise<ReplicateAnswer> {
    const { host, port, user, password } = this.#state.connection!;
    const { log, variables } = this.#engine();
    // The first answer comes at once: it tells that the connection works.
    const wait = this.#state.io === 'Yes';
    const question: ReplicateRequest = { executed: log.executed, serverId: variables.serverId, wait };
    const { status, text } = await this.#host.fetch(`http://${host}:${port}${paths.replicate}`, {
      method: 'POST',
      headers: { authorization: authorization(user, password) },
      body: JSON.stringify(question),
      timeout: patience,
    });
    const answer: ReplicateAnswer | ErrorAnswer = JSON.parse(text);
    if ('error' in answer) {
      const { code, state, message } = answer.error;
      throw new SqlError(code, state, message);
    }
    if (status !== 200) throw new Error(`status ${status}`);
    return answer;
  }

  #name(): string {
    const { user, host, port } = this.#state.connection!;
    return `'${user}@${host}:${port}'`;
  }
}

function connectionError(error: unknown, { user, host, port, retry }: Connection): string {
  const reasons: Record<string, string> = {
    ENOTFOUND: `Unknown MySQL server host '${host}' (-2)`,
    EAI_AGAIN: `Unknown MySQL server host '${host}' (-3)`,
  };
  const reason = reasons[codeOf(error) ?? ''] ?? `Can't connect to MySQL server on '${host}:${port}' (111)`;
  return `Error connecting to source '${user}@${host}:${port}'. This was attempt 1/86400, with a delay of ${retry} seconds between attempts. Message: ${reason}`;
}
