import type { Host } from '../../host.ts';
import { codeOf, messageOf, stopped } from '../../http-server.ts';
import { Binlog, readText } from './binlog.ts';
import { Engine } from './engine.ts';
import { written } from './gtid.ts';
import { initialise, isInitialised, markOf, missingPassword } from './initialise.ts';
import { Replica } from './replica.ts';
import { serve } from './serve.ts';
import { type Settings, settingsOf } from './settings.ts';
import { Variables, version, versionComment } from './variables.ts';

/**
 * A stand-in for MySQL's server, small enough to read: some SQL, data that is on the volume before a statement is
 * acknowledged, and replication by GTIDs. Environment variables initialise an empty folder, and only that.
 */
export async function mysqld(host: Host): Promise<number> {
  const say = (text: string) => host.log(`${new Date(host.now()).toISOString()} ${text}`);
  say(
    `[Note] [Entrypoint]: ${versionComment}. It knows some of MySQL's SQL, and clients other than its own cannot connect.`,
  );
  let settings: Settings;
  try {
    settings = await settingsOf(host);
  } catch (error) {
    host.warn(`${new Date(host.now()).toISOString()} [ERROR] [Server] ${messageOf(error)}`);
    host.warn(`${new Date(host.now()).toISOString()} [ERROR] [Server] Aborting`);
    return 1;
  }
  const { folder } = settings;
  const fresh = !(await isInitialised(host, folder));
  const missing = fresh && missingPassword(host);
  if (missing) {
    host.warn(`${new Date(host.now()).toISOString()} ${missing}`);
    return 1;
  }
  const server = await start(host, settings, fresh, say);
  try {
    await host.listen(settings.port, serve(host, server.engine, server.uuid));
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    host.warn(`[ERROR] [Server] Can't start server: Bind on TCP/IP port: Address already in use`);
    return 1;
  }
  await server.replica.resume(host.files);
  say(
    `[System] [Server] mysqld: ready for connections. Version: '${version}'  port: ${settings.port}  ${versionComment}.`,
  );
  await stopped(host);
  say('[System] [Server] mysqld: Shutdown complete.');
  return 0;
}

interface Server {
  readonly engine: Engine;
  readonly replica: Replica;
  readonly uuid: string;
}

async function start(host: Host, settings: Settings, fresh: boolean, say: (text: string) => void): Promise<Server> {
  const { folder } = settings;
  const { files } = host;
  const logPath = `${folder}/binlog.000001`;
  const persisted = new Map<string, number | boolean>(fresh ? [] : await persistedIn(host, folder));
  const uuid =
    (!fresh && (await readText(files, `${folder}/auto.cnf`))?.match(/server-uuid=(.*)/)?.[1]) || newUuid(host);
  const log = fresh ? new Binlog(files, logPath) : await Binlog.open(files, logPath);
  const variables = new Variables({
    ...settings,
    hostname: host.hostname,
    uuid,
    // Nothing can be initialised in a server that takes no writes.
    ...(fresh && { readOnly: false, superReadOnly: false }),
    executed: () => written(log.executed),
    purged: () => written(log.purged),
  });
  for (const [name, value] of persisted) variables.set(name, Number(value));
  const save = () => files.write(`${folder}/mysqld-auto.cnf`, `${JSON.stringify(Object.fromEntries(persisted))}\n`);
  const replica = new Replica(host, () => engine, `${folder}/replica.json`);
  const engine: Engine = new Engine(log, variables, uuid, {
    now: () => host.now(),
    uuid: () => newUuid(host),
    replication: replica,
    async persist(name, value) {
      persisted.set(name, value);
      await save();
    },
  });
  if (fresh) {
    say('[Note] [Entrypoint]: Initializing database files');
    await files.makeDirectory(folder);
    await files.write(`${folder}/auto.cnf`, `[auto]\nserver-uuid=${uuid}\n`);
    await initialise(host, engine);
    await log.begin();
    // Whatever happens before this begins anew, and whatever happens after it finds everything.
    await files.makeDirectory(markOf(folder));
    say('[Note] [Entrypoint]: MySQL init process done. Ready for start up.');
    if (settings.superReadOnly) variables.set('super_read_only', 1);
    else if (settings.readOnly) variables.set('read_only', 1);
  }
  return { engine, replica, uuid };
}

async function persistedIn(host: Host, folder: string): Promise<[string, number | boolean][]> {
  const text = await readText(host.files, `${folder}/mysqld-auto.cnf`);
  return text === undefined ? [] : Object.entries(JSON.parse(text) as Record<string, number | boolean>);
}

function newUuid(host: Host): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(host.random() * 16).toString(16)).join('');
  return `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`;
}
