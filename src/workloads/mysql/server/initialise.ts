import type { Host } from '../../host.ts';
import { codeOf } from '../../http-server.ts';
import { passwordHash } from '../engine/definitions.ts';
import { newSession } from '../engine/session.ts';
import { statements } from '../sql/lexer.ts';
import { readText } from './binlog.ts';
import type { Caller, Engine } from './engine.ts';

export const scripts = '/docker-entrypoint-initdb.d';

/** The folder that says, by being there, that the data folder has been initialised: as for MySQL's own image. */
export function markOf(folder: string): string {
  return `${folder}/mysql`;
}

export async function isInitialised(host: Host, folder: string): Promise<boolean> {
  try {
    await host.files.list(markOf(folder));
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** What has to be said before anything can be initialised, as MySQL's own image words it. Undefined if it has been. */
export function missingPassword({ env }: Host): string | undefined {
  const names = ['MYSQL_ROOT_PASSWORD', 'MYSQL_ALLOW_EMPTY_PASSWORD', 'MYSQL_RANDOM_ROOT_PASSWORD'];
  if (names.some((name) => env[name] || env[`${name}_FILE`])) return undefined;
  return [
    '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified',
    '    You need to specify one of the following as an environment variable:',
    ...names.map((name) => `    - ${name}`),
  ].join('\n');
}

/** Accounts and databases that the environment asks for, then the scripts. Nothing of it is on the volume yet. */
export async function initialise(host: Host, engine: Engine): Promise<void> {
  const { env } = host;
  const run = (sql: string) => engine.run(sql, caller);
  let caller: Caller = {
    account: { name: 'root', host: 'localhost', hash: '', databases: ['*'], replicates: true },
    from: 'localhost',
    session: { ...newSession, logged: false },
  };
  let password = (await setting(host, 'MYSQL_ROOT_PASSWORD')) ?? '';
  if (password === '' && env.MYSQL_RANDOM_ROOT_PASSWORD) {
    password = Array.from({ length: 24 }, () => Math.floor(host.random() * 36).toString(36)).join('');
    host.log(`[Note] [Entrypoint]: GENERATED ROOT PASSWORD: ${password}`);
  }
  const hosts = env.MYSQL_ROOT_HOST ? ['localhost', env.MYSQL_ROOT_HOST] : ['localhost', '%'];
  for (const at of hosts) {
    await run(`CREATE USER 'root'@'${at}' IDENTIFIED WITH mysql_native_password AS '${passwordHash(password)}'`);
    await run(`GRANT ALL ON *.* TO 'root'@'${at}'`);
  }
  const [database, user, own] = await Promise.all(
    ['MYSQL_DATABASE', 'MYSQL_USER', 'MYSQL_PASSWORD'].map((name) => setting(host, name)),
  );
  if (database) {
    host.log(`[Note] [Entrypoint]: Creating database ${database}`);
    await run(`CREATE DATABASE IF NOT EXISTS \`${database}\``);
    caller = { ...caller, session: { ...caller.session, database } };
  }
  if (user && own) {
    host.log(`[Note] [Entrypoint]: Creating user ${user}`);
    await run(`CREATE USER '${user}'@'%' IDENTIFIED WITH mysql_native_password AS '${passwordHash(own)}'`);
    if (database) await run(`GRANT ALL ON \`${database}\`.* TO '${user}'@'%'`);
  }
  // Scripts are replicated, unless they say otherwise: what they make belongs to the data.
  caller = { ...caller, session: { ...caller.session, logged: true } };
  for (const name of await scriptNames(host)) await runScript(host, engine, `${scripts}/${name}`, caller);
}

/** From the variable, or from the file that a variable NAME_FILE names: where a Secret is mounted. */
async function setting({ env, files }: Host, name: string): Promise<string | undefined> {
  const path = env[`${name}_FILE`];
  return env[name] ?? (path === undefined ? undefined : (await readText(files, path))?.trimEnd());
}

async function scriptNames(host: Host): Promise<string[]> {
  try {
    const names = (await host.files.list(scripts)).sort();
    for (const name of names) {
      if (!name.endsWith('.sql'))
        host.warn(`[Warn] [Entrypoint]: this stand-in ignores ${scripts}/${name}: it runs .sql`);
    }
    return names.filter((name) => name.endsWith('.sql'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

async function runScript(host: Host, engine: Engine, path: string, first: Caller): Promise<void> {
  host.log(`[Note] [Entrypoint]: running ${path}`);
  let caller = first;
  const { pieces, rest } = statements(`${(await readText(host.files, path)) ?? ''}\n;`);
  if (rest.trim() !== '') throw new Error(`${path} ends within a statement, at: ${rest.slice(0, 60)}`);
  for (const { sql, line } of pieces) {
    try {
      const { session } = await engine.run(sql, caller);
      if (session) caller = { ...caller, session };
    } catch (error) {
      throw new Error(`${path}, line ${line}: ${error instanceof Error ? error.message : error}`, { cause: error });
    }
  }
}
