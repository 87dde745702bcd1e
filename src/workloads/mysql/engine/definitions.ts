import { createHash } from 'node:crypto';
import { failures } from '../sql/errors.ts';
import type { AccountName, Credentials, Statement } from '../sql/syntax.ts';
import type { Account, Change } from './catalog.ts';
import { insert, type Plan, remove, update } from './rows.ts';
import { type Context, databaseOf, isAdministrator, mayUse, systemDatabases } from './session.ts';

/** What a statement that writes is going to change; undefined for one that does not. @throws SqlError */
export function plan(statement: Statement, context: Context): Plan | undefined {
  switch (statement.is) {
    case 'insert':
      return insert(statement, context);
    case 'update':
      return update(statement, context);
    case 'delete':
      return remove(statement, context);
    case 'create-database':
    case 'drop-database':
      return database(statement, context);
    case 'create-table': {
      const inside = databaseOf(context, statement.table.database);
      const there = context.catalog.findTable(inside, statement.table.name);
      if (there && statement.unlessExists) return nothing;
      return made({ do: 'create-table', database: inside, definition: statement.definition });
    }
    case 'drop-table': {
      const names = statement.tables.map((table) => ({
        database: databaseOf(context, table.database),
        table: table.name,
      }));
      const there = names.filter((name) => context.catalog.findTable(name.database, name.table));
      const dropped = statement.ifExists ? there : names;
      return made(...dropped.map((name) => ({ do: 'drop-table' as const, ...name })));
    }
    case 'truncate': {
      const inside = databaseOf(context, statement.table.database);
      const { definition } = context.catalog.table(inside, statement.table.name);
      return made({ do: 'truncate', database: inside, table: definition.name });
    }
    case 'create-user':
    case 'alter-user':
    case 'drop-user':
    case 'grant':
      return accounts(statement, context);
    default:
      return undefined;
  }
}

const nothing: Plan = { changes: [], affected: 0 };

function made(...changes: Change[]): Plan {
  return { changes, affected: 0 };
}

type Kind<K extends Statement['is']> = Extract<Statement, { is: K }>;

function database(
  statement: Kind<'create-database'> | Kind<'drop-database'>,
  { catalog, account, from }: Context,
): Plan {
  const { name } = statement;
  if (!mayUse(account, name)) throw failures.databaseDenied(account.name, from, name);
  const there = catalog.hasDatabase(name);
  if (statement.is === 'create-database') {
    if (systemDatabases.includes(name) && !statement.unlessExists) throw failures.databaseExists(name);
    if (there && statement.unlessExists) return nothing;
    return { ...made({ do: 'create-database', database: name }), affected: 1 };
  }
  if (systemDatabases.includes(name)) throw failures.databaseDenied(account.name, from, name);
  if (!there && statement.ifExists) return nothing;
  const tables = there ? catalog.tables(name).length : 0;
  return { ...made({ do: 'drop-database', database: name }), affected: tables };
}

function accounts(
  statement: Kind<'create-user'> | Kind<'alter-user'> | Kind<'drop-user'> | Kind<'grant'>,
  context: Context,
): Plan {
  if (!isAdministrator(context.account)) throw failures.privilege('CREATE USER');
  const { catalog } = context;
  switch (statement.is) {
    case 'create-user': {
      const there = statement.accounts.find((name) => catalog.account(name));
      if (there && !statement.unlessExists) throw failures.accountOperation('CREATE USER', written(there));
      const fresh = statement.accounts.filter((name) => !catalog.account(name));
      return made(
        ...fresh.map((one) => accountChange({ ...identity(one), hash: hashOf(one), databases: [], replicates: false })),
      );
    }
    case 'alter-user':
      return made(
        ...statement.accounts.map((one) => accountChange({ ...known(one, context, 'ALTER USER'), hash: hashOf(one) })),
      );
    case 'drop-user': {
      const there = statement.accounts.filter((name) => catalog.account(name) || !statement.ifExists);
      return made(...there.map((one) => ({ do: 'drop-account' as const, account: identity(one) })));
    }
    case 'grant':
      return made(
        ...statement.accounts.map((one) => {
          const account = known(one, context, 'GRANT');
          if (statement.what === 'replication') return accountChange({ ...account, replicates: true });
          const databases = [...new Set([...account.databases, statement.database])];
          return accountChange({ ...account, databases, replicates: account.replicates || statement.database === '*' });
        }),
      );
  }
}

function known(name: AccountName, { catalog }: Context, operation: string): Account {
  const account = catalog.account(name);
  if (!account) throw failures.accountOperation(operation, written(name));
  return account;
}

function accountChange(account: Account): Change {
  return { do: 'account', account };
}

function identity({ name, host }: AccountName): AccountName {
  return { name, host };
}

function written({ name, host }: AccountName): string {
  return `'${name}'@'${host}'`;
}

function hashOf({ hash, password = '' }: Credentials): string {
  return hash ?? passwordHash(password);
}

/** As mysql_native_password has it, so that dumps show nobody's password. Empty for none. */
export function passwordHash(password: string): string {
  if (password === '') return '';
  const once = createHash('sha1').update(password).digest();
  return `*${createHash('sha1').update(once).digest('hex').toUpperCase()}`;
}
