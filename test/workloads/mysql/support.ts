import { mysql } from '../../../src/workloads/mysql/clients/mysql.ts';
import { mysqldump } from '../../../src/workloads/mysql/clients/mysqldump.ts';
import { mysqld } from '../../../src/workloads/mysql/server/mysqld.ts';
import type { FakeHost, World } from '../world.ts';

export const password = 'secret';
export const data = '/var/lib/mysql';

/** A Pod with a server in it, which is ready. */
export async function server(
  world: World,
  name: string,
  { args = [], env = { MYSQL_ROOT_PASSWORD: password } }: { args?: string[]; env?: Record<string, string> } = {},
): Promise<FakeHost> {
  const host = world.host(name, { args, env }).run(mysqld);
  await world.until(() => host.servers.size > 0 || host.lines.some((line) => line.includes('ERROR')));
  return host;
}

/** What `mysql ARGUMENTS` prints in a Pod, and how it ends. */
export async function run(
  host: FakeHost,
  args: string[],
  input = '',
): Promise<{ code: number; out: string; err: string }> {
  const client = host.process({ args, input });
  const code = await host.world.settle(mysql(client));
  return { code, out: client.console.output, err: client.console.errors };
}

/** The answer to statements of root's, without headings; of a failed one the error's line. */
export async function ask(host: FakeHost, sql: string, at?: string): Promise<string> {
  const { out, err } = await run(host, ['-N', '-uroot', `-p${password}`, ...(at ? ['-h', at] : []), '-e', sql]);
  return err === '' ? out : err.trimEnd().split('\n').at(-1)!;
}

/** What an init container leaves for the server that starts afterwards: a copy of another's data. */
export async function copy(world: World, from: string, to: string, follow: string): Promise<void> {
  const client = world.host(to).process({ args: ['-h', from, '-uroot', `-p${password}`, '--all-databases'] });
  if ((await world.settle(mysqldump(client))) !== 0) throw new Error(client.console.errors);
  const files = world.disk(to);
  files.content.set('/docker-entrypoint-initdb.d/1-copy.sql', Buffer.from(client.console.output));
  files.content.set('/docker-entrypoint-initdb.d/2-follow.sql', Buffer.from(follow));
}
