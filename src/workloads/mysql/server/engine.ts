import type { Account, Change } from '../engine/catalog.ts';
import { Catalog } from '../engine/catalog.ts';
import { plan } from '../engine/definitions.ts';
import { evaluate } from '../engine/evaluate.ts';
import { rowScope, select } from '../engine/select.ts';
import {
  type Context,
  isAdministrator,
  mayUse,
  type Outcome,
  type Session,
  systemDatabases,
} from '../engine/session.ts';
import { headings, show } from '../engine/show.ts';
import { failures, SqlError } from '../sql/errors.ts';
import { parse } from '../sql/parser.ts';
import type { Assignment, Show, Statement, Value } from '../sql/syntax.ts';
import type { Binlog, Transaction } from './binlog.ts';
import { type Gtid, has, parseGtidSet, written } from './gtid.ts';
import { isOn } from './settings.ts';
import type { Variables } from './variables.ts';

/** Who asks, and how the connection stands. */
export interface Caller {
  readonly account: Account;
  readonly from: string;
  readonly session: Session;
}

/** What the engine leaves to the server around it. */
export interface Surroundings {
  readonly now: () => number;
  readonly uuid: () => string;
  /** Puts a variable into mysqld-auto.cnf. */
  readonly persist: (name: string, value: number | boolean) => Promise<void>;
  readonly replication: ReplicationControl;
}

export interface ReplicationControl {
  /** @throws SqlError */
  change(options: Readonly<Record<string, Value>>): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
  reset(): Promise<void>;
  status(old: boolean): Outcome;
}

/** Executes statements: reads at once, writes one after the other, on the volume before they can be read. */
export class Engine {
  readonly catalog = new Catalog();
  readonly log: Binlog;
  readonly variables: Variables;
  readonly #uuid: string;
  readonly #around: Surroundings;
  #writes: Promise<unknown> = Promise.resolve();

  constructor(log: Binlog, variables: Variables, uuid: string, around: Surroundings) {
    this.log = log;
    this.variables = variables;
    this.#uuid = uuid;
    this.#around = around;
    for (const { changes } of log.transactions()) for (const change of changes) this.catalog.apply(change);
  }

  /** One statement. @throws SqlError */
  async run(sql: string, caller: Caller): Promise<Outcome> {
    const statement = parse(sql);
    switch (statement.is) {
      case 'select':
        return select(statement, this.#context(caller));
      case 'show':
        return this.#show(statement.show, caller);
      case 'use':
        return this.#use(statement.database, caller);
      case 'set':
        return this.#set(statement.assignments, caller);
      case 'change-source':
      case 'replica':
        return this.#replication(statement, caller);
      case 'nothing':
        return { affected: 0 };
      default:
        return this.#inTurn(() => this.#write(statement, caller));
    }
  }

  /**
   * Makes a transaction of another server's one's own, unless it already is.
   * @throws SqlError if the data here does not allow it: replicas that were written to differ from their source.
   */
  replicate(transaction: Transaction): Promise<void> {
    return this.#inTurn(async () => {
      if (transaction.gtid && has(this.log.executed, transaction.gtid)) return;
      await this.#commit(transaction.changes, transaction.gtid, transaction.at);
    });
  }

  async #write(statement: Statement, caller: Caller): Promise<Outcome> {
    const option = this.variables.forbidding(isAdministrator(caller.account));
    if (option) throw failures.readOnly(option);
    const { changes, affected, info } = plan(statement, this.#context(caller))!;
    if (changes.length > 0) {
      const number = (this.log.executed[this.#uuid] ?? 0) + 1;
      const gtid = caller.session.logged ? { source: this.#uuid, number } : undefined;
      await this.#commit(changes, gtid, this.#around.now());
    }
    return { affected, info };
  }

  async #commit(changes: readonly Change[], gtid: Gtid | undefined, at: number): Promise<void> {
    for (const change of changes) this.catalog.check(change);
    await this.log.append({ ...(gtid && { gtid }), at, changes });
    for (const change of changes) this.catalog.apply(change);
  }

  #inTurn<T>(write: () => Promise<T>): Promise<T> {
    const turn = this.#writes.then(write);
    this.#writes = turn.catch(() => {});
    return turn;
  }

  #use(database: string, { account, from, session }: Caller): Outcome {
    if (!mayUse(account, database)) throw failures.databaseDenied(account.name, from, database);
    const known = this.catalog.hasDatabase(database) || systemDatabases.includes(database);
    if (!known) throw failures.unknownDatabase(database);
    return { session: { ...session, database } };
  }

  async #show(what: Show, caller: Caller): Promise<Outcome> {
    switch (what.what) {
      case 'variables':
        return { columns: headings('Variable_name', 'Value'), rows: this.variables.list(what.like) };
      case 'replica-status':
        if (!isAdministrator(caller.account)) throw failures.privilege('SUPER, REPLICATION CLIENT');
        return this.#around.replication.status(what.old);
      case 'source-status': {
        const columns = headings('File', 'Position', 'Binlog_Do_DB', 'Binlog_Ignore_DB', 'Executed_Gtid_Set');
        const count = String(this.log.transactions().length);
        return { columns, rows: [['binlog.000001', count, '', '', written(this.log.executed)]] };
      }
      default:
        return show(what, this.#context(caller));
    }
  }

  async #replication(
    statement: Extract<Statement, { is: 'change-source' | 'replica' }>,
    { account }: Caller,
  ): Promise<Outcome> {
    if (!isAdministrator(account)) throw failures.privilege('SUPER or REPLICATION_SLAVE_ADMIN');
    const { replication } = this.#around;
    if (statement.is === 'change-source') await replication.change(statement.options);
    else await replication[statement.act]();
    return { affected: 0 };
  }

  async #set(assignments: readonly Assignment[], caller: Caller): Promise<Outcome> {
    let { session } = caller;
    const scope = rowScope(undefined, [], this.#context(caller));
    for (const assignment of assignments) {
      const value = evaluate(assignment.value, scope);
      session = await this.#assign(assignment, value, { ...caller, session });
    }
    return { affected: 0, session };
  }

  async #assign({ name, scope }: Assignment, value: Value, { account, session }: Caller): Promise<Session> {
    if (scope === 'session' && name === 'sql_log_bin') return { ...session, logged: isOn(value) };
    // What other clients set as they connect, and what is always so here.
    if (scope === 'session' && /^(?:autocommit|sql_mode|time_zone|foreign_key_checks)$/.test(name)) return session;
    if (scope === 'session') {
      this.variables.value(name);
      throw failures.globalVariable(name);
    }
    if (!isAdministrator(account)) throw failures.privilege('SUPER or SYSTEM_VARIABLES_ADMIN');
    if (name === 'gtid_purged') {
      const set = parseGtidSet(String(value));
      await this.#inTurn(() => this.log.purge(set));
      return session;
    }
    this.variables.set(name, value);
    const kept = this.variables.kept(name);
    if (scope === 'persist' && kept !== undefined) await this.#around.persist(name, kept);
    return session;
  }

  #context({ account, from, session }: Caller): Context {
    return {
      catalog: this.catalog,
      session,
      account,
      from,
      variable: (name) => (name === 'sql_log_bin' ? Number(session.logged) : this.variables.value(name)),
      now: this.#around.now(),
      uuid: this.#around.uuid,
    };
  }
}

export function asSqlError(error: unknown): SqlError {
  if (error instanceof SqlError) return error;
  const message = error instanceof Error ? error.message : String(error);
  // What a full or broken volume answers with.
  return new SqlError(1026, 'HY000', `Error writing file './binlog.000001' (${message})`);
}
