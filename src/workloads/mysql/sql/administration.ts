import type { Cursor } from './cursor.ts';
import { failures } from './errors.ts';
import { expression } from './expressions.ts';
import type { AccountName, Assignment, Credentials, Expression, Show, Statement, Value } from './syntax.ts';

/** Accounts, variables, replication, SHOW. Undefined if it is none of these. */
export function administration(cursor: Cursor): Statement | undefined {
  if (cursor.accept('CREATE', 'USER')) {
    const unlessExists = cursor.accept('IF', 'NOT', 'EXISTS');
    return { is: 'create-user', accounts: cursor.list(() => credentials(cursor)), unlessExists };
  }
  if (cursor.accept('ALTER', 'USER')) return { is: 'alter-user', accounts: cursor.list(() => credentials(cursor)) };
  if (cursor.accept('DROP', 'USER')) {
    const ifExists = cursor.accept('IF', 'EXISTS');
    return { is: 'drop-user', accounts: cursor.list(() => accountName(cursor)), ifExists };
  }
  if (cursor.accept('GRANT')) return grant(cursor);
  if (cursor.accept('SET')) return set(cursor);
  if (cursor.accept('SHOW')) return { is: 'show', show: show(cursor) };
  if (cursor.accept('DESCRIBE') || cursor.accept('DESC')) {
    return { is: 'show', show: { what: 'columns', table: cursor.tableName() } };
  }
  if (cursor.accept('FLUSH', 'PRIVILEGES') || cursor.accept('UNLOCK', 'TABLES')) return { is: 'nothing' };
  if (cursor.accept('LOCK', 'TABLES')) {
    while (cursor.token.kind !== 'end') cursor.next();
    return { is: 'nothing' };
  }
  return replication(cursor);
}

/** Both ways of saying it: MySQL's since 8.0.22, and the older one that MariaDB has kept. */
function replication(cursor: Cursor): Statement | undefined {
  if (cursor.accept('CHANGE', 'REPLICATION', 'SOURCE', 'TO') || cursor.accept('CHANGE', 'MASTER', 'TO')) {
    const options = cursor.list((): [string, Value] => {
      const name = cursor
        .name()
        .toUpperCase()
        .replace(/^MASTER_/, 'SOURCE_');
      cursor.expect('=');
      if (cursor.token.kind === 'string') return [name, cursor.string()];
      return [name, cursor.token.kind === 'number' ? cursor.number() : cursor.name()];
    });
    return { is: 'change-source', options: Object.fromEntries(options) };
  }
  for (const act of ['START', 'STOP', 'RESET'] as const) {
    if (!cursor.accept(act, 'REPLICA') && !cursor.accept(act, 'SLAVE')) continue;
    cursor.accept('ALL');
    return { is: 'replica', act: act.toLowerCase() as 'start' | 'stop' | 'reset' };
  }
  return undefined;
}

function accountName(cursor: Cursor): AccountName {
  const part = () => (cursor.token.kind === 'string' ? cursor.string() : cursor.name());
  const name = part();
  if (cursor.accept('@')) return { name, host: part() };
  // Without blanks and quotes the two are one token: replica@localhost.
  const { kind, text } = cursor.token;
  return kind === 'variable' && !text.startsWith('@@')
    ? { name, host: cursor.next().text.slice(1) }
    : { name, host: '%' };
}

function credentials(cursor: Cursor): Credentials {
  const account = accountName(cursor);
  if (!cursor.accept('IDENTIFIED')) return account;
  if (cursor.accept('BY')) return { ...account, password: cursor.string() };
  cursor.expect('WITH');
  if (cursor.token.kind === 'string') cursor.string();
  else cursor.name();
  if (cursor.accept('AS')) return { ...account, hash: cursor.string() };
  return cursor.accept('BY') ? { ...account, password: cursor.string() } : account;
}

function grant(cursor: Cursor): Statement {
  const all = cursor.accept('ALL');
  if (all) cursor.accept('PRIVILEGES');
  else if (!cursor.accept('REPLICATION', 'SLAVE')) throw failures.notYet(`GRANT ${cursor.token.text.toUpperCase()}`);
  cursor.expect('ON');
  const database = cursor.accept('*') ? '*' : cursor.name();
  cursor.expect('.');
  if (!cursor.accept('*')) throw failures.notYet('GRANT on a table');
  cursor.expect('TO');
  const accounts = cursor.list(() => accountName(cursor));
  cursor.accept('WITH', 'GRANT', 'OPTION');
  return { is: 'grant', what: all ? 'all' : 'replication', database, accounts };
}

function set(cursor: Cursor): Statement {
  if (cursor.accept('NAMES')) {
    cursor.next();
    return { is: 'nothing' };
  }
  return { is: 'set', assignments: cursor.list(() => assignment(cursor)) };
}

function assignment(cursor: Cursor): Assignment {
  const word = cursor.oneOf('GLOBAL', 'SESSION', 'PERSIST', 'LOCAL');
  let scope = (word === 'LOCAL' ? 'session' : (word?.toLowerCase() ?? 'session')) as Assignment['scope'];
  let name: string;
  if (cursor.token.kind === 'variable') {
    const [, prefix, plain] = /^@@(?:(global|session|persist)\.)?(.*)$/.exec(cursor.token.text) ?? [];
    if (plain === undefined) throw failures.notYet(`user variable ${cursor.token.text}`);
    cursor.next();
    name = plain;
    if (prefix) scope = prefix as Assignment['scope'];
  } else name = cursor.name().toLowerCase();
  if (!cursor.accept('=')) cursor.expect(':=');
  return { scope, name, value: setting(cursor) };
}

/** ON, OFF and the like are words here, and no columns. */
function setting(cursor: Cursor): Expression {
  if (cursor.accept('ON')) return { is: 'literal', value: 'ON' };
  const value = expression(cursor);
  return value.is === 'column' && !value.table ? { is: 'literal', value: value.name } : value;
}

function show(cursor: Cursor): Show {
  cursor.oneOf('GLOBAL', 'SESSION', 'FULL');
  if (cursor.accept('DATABASES') || cursor.accept('SCHEMAS')) return { what: 'databases', like: like(cursor) };
  if (cursor.accept('VARIABLES')) return { what: 'variables', like: like(cursor) };
  if (cursor.accept('WARNINGS')) return { what: 'warnings' };
  if (cursor.accept('CREATE', 'TABLE')) return { what: 'create-table', table: cursor.tableName() };
  if (cursor.accept('TABLES')) {
    const database = cursor.oneOf('FROM', 'IN') ? cursor.name() : undefined;
    return { what: 'tables', database, like: like(cursor) };
  }
  if (cursor.accept('COLUMNS', 'FROM') || cursor.accept('FIELDS', 'FROM')) {
    return { what: 'columns', table: cursor.tableName() };
  }
  const who = cursor.oneOf('REPLICA', 'SLAVE');
  if (who && cursor.accept('STATUS')) return { what: 'replica-status', old: who === 'SLAVE' };
  if (cursor.accept('MASTER', 'STATUS')) return { what: 'source-status', old: true };
  if (cursor.accept('BINARY', 'LOG', 'STATUS')) return { what: 'source-status', old: false };
  throw failures.notYet(`SHOW ${cursor.token.text.toUpperCase()}`);
}

function like(cursor: Cursor): string | undefined {
  return cursor.accept('LIKE') ? cursor.string() : undefined;
}
