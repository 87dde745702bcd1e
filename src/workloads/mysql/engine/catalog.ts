import { failures } from '../sql/errors.ts';
import type { AccountName, TableDefinition } from '../sql/syntax.ts';
import { type Row, Table } from './table.ts';

/** What can happen to the data: what the log keeps, and what replicas are sent. */
export type Change =
  | { readonly do: 'create-database'; readonly database: string }
  | { readonly do: 'drop-database'; readonly database: string }
  | { readonly do: 'create-table'; readonly database: string; readonly definition: TableDefinition }
  | { readonly do: 'drop-table' | 'truncate'; readonly database: string; readonly table: string }
  | {
      readonly do: 'rows';
      readonly database: string;
      readonly table: string;
      readonly gone: readonly Row[];
      readonly come: readonly Row[];
    }
  | { readonly do: 'account'; readonly account: Account }
  | { readonly do: 'drop-account'; readonly account: AccountName };

export interface Account extends AccountName {
  /** As mysql.user has it; empty for no password. */
  readonly hash: string;
  /** Databases it may use; '*' for all, and for what only an administrator may do. */
  readonly databases: readonly string[];
  readonly replicates: boolean;
}

/** Databases, tables and accounts. Changes come one after the other, checked before they are made. */
export class Catalog {
  readonly #databases = new Map<string, Map<string, Table>>();
  readonly #accounts = new Map<string, Account>();

  databases(): string[] {
    return [...this.#databases.keys()].sort();
  }

  hasDatabase(name: string): boolean {
    return this.#databases.has(name);
  }

  /** Sorted by name. @throws SqlError */
  tables(database: string): Table[] {
    const tables = this.#databases.get(database);
    if (!tables) throw failures.unknownDatabase(database);
    return [...tables.values()].sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1));
  }

  findTable(database: string, name: string): Table | undefined {
    return this.#databases.get(database)?.get(name);
  }

  /** @throws SqlError */
  table(database: string, name: string): Table {
    const table = this.findTable(database, name);
    if (!table) throw failures.noTable(`${database}.${name}`);
    return table;
  }

  accounts(): Account[] {
    return [...this.#accounts.values()];
  }

  account({ name, host }: AccountName): Account | undefined {
    return this.#accounts.get(`${name}@${host}`);
  }

  /** @throws SqlError if the change is not possible. */
  check(change: Change): void {
    switch (change.do) {
      case 'create-database':
        if (this.hasDatabase(change.database)) throw failures.databaseExists(change.database);
        return;
      case 'drop-database':
        if (!this.hasDatabase(change.database)) throw failures.noDatabaseToDrop(change.database);
        return;
      case 'create-table': {
        if (!this.hasDatabase(change.database)) throw failures.unknownDatabase(change.database);
        const { name } = change.definition;
        if (this.findTable(change.database, name)) throw failures.tableExists(name);
        return;
      }
      case 'drop-table':
        if (!this.findTable(change.database, change.table)) {
          throw failures.unknownTable(`${change.database}.${change.table}`);
        }
        return;
      case 'truncate':
        this.table(change.database, change.table);
        return;
      case 'rows':
        this.table(change.database, change.table).check(change.gone, change.come);
        return;
      case 'account':
        return;
      case 'drop-account': {
        const { name, host } = change.account;
        if (!this.account(change.account)) throw failures.accountOperation('DROP USER', `'${name}'@'${host}'`);
      }
    }
  }

  /** After `check`. */
  apply(change: Change): void {
    switch (change.do) {
      case 'create-database':
        this.#databases.set(change.database, new Map());
        return;
      case 'drop-database':
        this.#databases.delete(change.database);
        return;
      case 'create-table':
        this.#databases.get(change.database)!.set(change.definition.name, new Table(change.definition));
        return;
      case 'drop-table':
        this.#databases.get(change.database)!.delete(change.table);
        return;
      case 'truncate': {
        const { definition } = this.table(change.database, change.table);
        const emptied = new Table({ ...definition, nextIncrement: undefined });
        this.#databases.get(change.database)!.set(change.table, emptied);
        return;
      }
      case 'rows':
        this.table(change.database, change.table).replace(change.gone, change.come);
        return;
      case 'account':
        this.#accounts.set(`${change.account.name}@${change.account.host}`, change.account);
        return;
      case 'drop-account':
        this.#accounts.delete(`${change.account.name}@${change.account.host}`);
    }
  }
}
