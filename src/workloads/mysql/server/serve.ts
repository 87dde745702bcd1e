import type { RequestListener } from 'node:http';
import type { Host } from '../../host.ts';
import { type Answer, json, listener, messageOf, type Request } from '../../http-server.ts';
import type { Account, Catalog } from '../engine/catalog.ts';
import { isAdministrator } from '../engine/session.ts';
import { createStatement } from '../engine/show.ts';
import {
  credentialsOf,
  type DumpAnswer,
  type ErrorAnswer,
  paths,
  type QueryRequest,
  type ReplicateAnswer,
  type ReplicateRequest,
} from '../protocol.ts';
import { failures, SqlError } from '../sql/errors.ts';
import { logIn } from './accounts.ts';
import { asSqlError, type Engine } from './engine.ts';
import { version } from './variables.ts';

const largestBody = 16 * 1024 * 1024;
/** Milliseconds that a replica's question stays open while there is no news. */
const hold = 10_000;

/** What the server's port answers. */
export function serve(host: Host, engine: Engine, uuid: string): RequestListener {
  const handle = async (request: Request): Promise<Answer> => {
    if (request.url.pathname === paths.health) return { body: 'ok\n' };
    try {
      const from = hostOf(request.remoteAddress);
      const account = logIn(engine.catalog, credentialsOf(request.headers.authorization), from);
      return json(await answer(host, engine, uuid, request, account, from));
    } catch (error) {
      if (!(error instanceof SqlError)) host.warn(`[ERROR] [Server] ${messageOf(error)}`);
      const { code, state, message } = asSqlError(error);
      const body: ErrorAnswer = { error: { code, state, message } };
      return json(body, code === 1045 ? 401 : 400);
    }
  };
  const failed = (error: unknown): Answer => ({ status: 500, body: `${messageOf(error)}\n` });
  return listener(handle, { largestBody, failed });
}

async function answer(
  host: Host,
  engine: Engine,
  uuid: string,
  request: Request,
  account: Account,
  from: string,
): Promise<unknown> {
  const body = async () => JSON.parse((await request.body()).toString('utf8'));
  switch (request.url.pathname) {
    case paths.query: {
      const { sql, session }: QueryRequest = await body();
      return engine.run(sql, { account, from, session });
    }
    case paths.replicate:
      if (!account.replicates) throw failures.privilege('REPLICATION SLAVE');
      return sourced(host, engine, uuid, await body());
    case paths.dump:
      if (!isAdministrator(account)) throw failures.privilege('RELOAD or FLUSH_TABLES');
      return dumped(engine);
    default:
      throw new SqlError(1047, '08S01', 'Unknown command');
  }
}

/** What a replica lacks; if it lacks nothing, as soon as there is something. */
async function sourced(
  host: Host,
  engine: Engine,
  uuid: string,
  { executed, serverId, wait }: ReplicateRequest,
): Promise<ReplicateAnswer> {
  const own = engine.variables.serverId;
  if (serverId === own) {
    throw new SqlError(
      13117,
      'HY000',
      'Fatal error: The replica I/O thread stops because source and replica have equal MySQL server ids; these ids ' +
        'must be different for replication to work.',
    );
  }
  const missing = () => {
    const found = engine.log.missing(executed);
    if (found) return found;
    throw new SqlError(
      13114,
      'HY000',
      'Got fatal error 1236 from source when reading data from binary log: ' +
        "'Cannot replicate because the source purged required binary logs.'",
    );
  };
  if (missing().length === 0 && wait) await Promise.race([engine.log.changed(), host.sleep(hold)]);
  return { serverId: own, uuid, transactions: missing() };
}

function dumped({ catalog, log }: { catalog: Catalog; log: Engine['log'] }): DumpAnswer {
  return {
    version,
    executed: log.executed,
    accounts: catalog.accounts(),
    databases: catalog.databases().map((name) => ({
      name,
      tables: catalog.tables(name).map((table) => ({
        name: table.definition.name,
        create: createStatement(table),
        rows: table.rows(),
      })),
    })),
  };
}

/** As accounts name hosts. */
function hostOf(address: string | undefined): string {
  const plain = (address ?? '').replace(/^::ffff:/, '');
  return plain === '' || plain === '::1' || plain.startsWith('127.') ? 'localhost' : plain;
}
