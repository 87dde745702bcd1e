import { failures } from '../sql/errors.ts';
import type { Value } from '../sql/syntax.ts';
import type { Account, Catalog } from './catalog.ts';

/** What one statement leaves for the next on the same connection. */
export interface Session {
  readonly database: string | null;
  /** @@sql_log_bin: whether replicas are to hear of what is written. */
  readonly logged: boolean;
}

export const newSession: Session = { database: null, logged: true };

/** What a statement is executed with. */
export interface Context {
  readonly catalog: Catalog;
  readonly session: Session;
  readonly account: Account;
  /** Where the client is, as accounts name hosts: `localhost`, or an address. */
  readonly from: string;
  readonly variable: (name: string) => Value;
  readonly now: number;
  readonly uuid: () => string;
}

export interface Heading {
  readonly name: string;
  readonly numeric: boolean;
}

/** What a client is told. */
export interface Outcome {
  readonly columns?: readonly Heading[];
  readonly rows?: readonly (readonly (string | null)[])[];
  readonly affected?: number;
  /** `Rows matched: 1  Changed: 1  Warnings: 0` */
  readonly info?: string;
  readonly session?: Session;
}

export const systemDatabases = ['information_schema', 'mysql', 'performance_schema', 'sys'];

export function isAdministrator({ databases }: Account): boolean {
  return databases.includes('*');
}

export function mayUse(account: Account, database: string): boolean {
  return isAdministrator(account) || account.databases.includes(database);
}

/** The database that a table's name means. @throws SqlError */
export function databaseOf({ session, account, catalog, from }: Context, given: string | undefined): string {
  const database = given ?? session.database;
  if (!database) throw failures.noDatabaseSelected();
  if (systemDatabases.includes(database)) throw failures.notYet(`tables of ${database}`);
  if (!mayUse(account, database)) throw failures.databaseDenied(account.name, from, database);
  if (!catalog.hasDatabase(database)) throw failures.unknownDatabase(database);
  return database;
}
