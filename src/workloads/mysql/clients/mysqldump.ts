import type { Host } from '../../host.ts';
import { literal, quoted } from '../engine/show.ts';
import type { DumpAnswer, DumpedDatabase } from '../protocol.ts';
import { written } from '../server/gtid.ts';
import { SqlError } from '../sql/errors.ts';
import type { Value } from '../sql/syntax.ts';
import { Connection } from './connection.ts';
import { type Options, options, UsageError } from './options.ts';

const optionTable = {
  flags: {
    A: 'all-databases',
    B: 'databases',
    E: 'events',
    R: 'routines',
    'flush-privileges': 'ignored',
    'single-transaction': 'ignored',
    'no-tablespaces': 'ignored',
    quick: 'ignored',
    triggers: 'ignored',
  },
  values: { 'set-gtid-purged': 'set-gtid-purged' },
};

const usage = `Usage: mysqldump [OPTIONS] database [tables]
OR     mysqldump [OPTIONS] --databases DB1 [DB2 DB3...]
OR     mysqldump [OPTIONS] --all-databases
`;

/**
 * Prints the statements that make the same data elsewhere, as it is at one moment. With --all-databases accounts come
 * along, and which transactions are in it, so that a replica knows where to go on.
 */
export async function mysqldump(host: Host): Promise<number> {
  let chosen: Options;
  try {
    chosen = await options(host, optionTable);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await host.console.writeError(`mysqldump: ${error.message}\n`);
    return 2;
  }
  const { flags, rest } = chosen;
  const all = flags.has('all-databases');
  if (!all && rest.length === 0) {
    await host.console.writeError(usage);
    return 1;
  }
  let dump: DumpAnswer;
  try {
    dump = await new Connection(host, chosen.target).dump();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await host.console.writeError(`mysqldump: Got error: ${error.code}: "${error.message}" when trying to connect\n`);
    return 2;
  }
  const names = flags.has('databases') ? rest : rest.slice(0, 1);
  const missing = all ? undefined : names.find((name) => !dump.databases.some((database) => database.name === name));
  if (missing !== undefined) {
    await host.console.writeError(
      `mysqldump: Got error: 1049: "Unknown database '${missing}'" when selecting the database\n`,
    );
    return 2;
  }
  const tables = all || flags.has('databases') ? [] : rest.slice(1);
  const parts = [header(chosen, dump)];
  if (all) parts.push(position(dump), accounts(dump));
  for (const database of dump.databases) {
    if (!all && !names.includes(database.name)) continue;
    const absent = tables.find((name) => !database.tables.some((table) => table.name === name));
    if (absent !== undefined) {
      await host.console.writeError(`mysqldump: Couldn't find table: "${absent}"\n`);
      return 6;
    }
    if (all || flags.has('databases')) parts.push(databaseStatements(database.name));
    parts.push(...tableStatements(database, tables));
  }
  await host.console.write(
    `${parts.join('\n')}\n-- Dump completed on ${new Date(host.now()).toISOString().slice(0, 19).replace('T', ' ')}\n`,
  );
  return 0;
}

function header({ target, rest }: Options, { version }: DumpAnswer): string {
  return `-- MySQL dump, by a stand-in for MySQL
--
-- Host: ${target.host ?? 'localhost'}    Database: ${rest[0] ?? ''}
-- ------------------------------------------------------
-- Server version	${version}
`;
}

/** What is loaded is no news for replicas: it has the source's numbers. */
function position({ executed }: DumpAnswer): string {
  return `SET @@SESSION.SQL_LOG_BIN = 0;
SET @@GLOBAL.GTID_PURGED = ${literal(written(executed).replaceAll('\n', ''))};
`;
}

function accounts({ accounts: list }: DumpAnswer): string {
  return list
    .flatMap(({ name, host, hash, databases, replicates }) => {
      const account = `${literal(name)}@${literal(host)}`;
      return [
        `CREATE USER IF NOT EXISTS ${account};`,
        `ALTER USER ${account} IDENTIFIED WITH mysql_native_password AS ${literal(hash)};`,
        ...databases.map((database) => `GRANT ALL ON ${database === '*' ? '*' : quoted(database)}.* TO ${account};`),
        ...(replicates ? [`GRANT REPLICATION SLAVE ON *.* TO ${account};`] : []),
      ].map((line) => `${line}\n`);
    })
    .join('');
}

function databaseStatements(name: string): string {
  return `--
-- Current Database: ${quoted(name)}
--

CREATE DATABASE IF NOT EXISTS ${quoted(name)};

USE ${quoted(name)};
`;
}

function tableStatements({ tables }: DumpedDatabase, chosen: readonly string[]): string[] {
  return tables
    .filter(({ name }) => chosen.length === 0 || chosen.includes(name))
    .map(({ name, create, rows }) => {
      const values = rows.map((row) => `(${row.map(valueText).join(',')})`).join(',\n');
      const insert = rows.length === 0 ? '' : `INSERT INTO ${quoted(name)} VALUES\n${values};\n`;
      return `--
-- Table structure and data of table ${quoted(name)}
--

DROP TABLE IF EXISTS ${quoted(name)};
${create};
${insert}`;
    });
}

function valueText(value: Value): string {
  if (value === null) return 'NULL';
  return typeof value === 'number' ? String(value) : literal(value);
}
