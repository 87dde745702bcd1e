import type { Host } from '../../host.ts';
import { SqlError } from '../sql/errors.ts';
import { Connection } from './connection.ts';
import { type Options, options, UsageError } from './options.ts';

/**
 * `mysqladmin ping`, and `status`. As MySQL's own, `ping` ends with 0 when a server answers at all, also where it
 * refuses the password: that is what makes it a probe of the server and not of the account.
 */
export async function mysqladmin(host: Host): Promise<number> {
  let chosen: Options;
  try {
    chosen = await options(host, { flags: { s: 'silent' }, values: { w: 'wait' } });
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await host.console.writeError(`mysqladmin: ${error.message}\n`);
    return 2;
  }
  const [command] = chosen.rest;
  if (command !== 'ping' && command !== 'status') {
    await host.console.writeError(`mysqladmin: Unknown command: '${command ?? ''}'\n`);
    return 1;
  }
  const connection = new Connection(host, chosen.target);
  try {
    await connection.ping();
    const { rows } = await connection.query('SELECT VERSION(), @@server_id, @@super_read_only');
    const [version, id, readOnly] = rows![0]!;
    if (command === 'ping') await host.console.write('mysqld is alive\n');
    else
      await host.console.write(
        `Version: ${version}  Server id: ${id}  Read only: ${readOnly === '1' ? 'yes' : 'no'}\n`,
      );
    return 0;
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    await host.console.writeError(explained(error, chosen));
    return command === 'ping' && error.code === 1045 ? 0 : 1;
  }
}

/** As Debian's client says it. */
function explained({ code, message }: SqlError, { target }: Options): string {
  const { host = 'localhost', port } = target;
  const lines = [`mysqladmin: connect to server at '${host}' failed`, `error: '${message}'`];
  if (code === 2005) {
    lines.push(`Check that mysqld is running on ${host} and that the port is ${port}.`);
    lines.push(`You can check this by doing 'telnet ${host} ${port}'`);
  } else if (code === 2002) {
    lines.push("Check that mysqld is running and that the socket: '/run/mysqld/mysqld.sock' exists!");
  }
  return `${lines.join('\n')}\n`;
}
