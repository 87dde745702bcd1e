import type { Host } from '../../host.ts';
import type { Outcome } from '../engine/session.ts';
import { version, versionComment } from '../server/variables.ts';
import { SqlError } from '../sql/errors.ts';
import { type Piece, statements } from '../sql/lexer.ts';
import { Connection } from './connection.ts';
import { batch, table, vertical } from './format.ts';
import { type Options, options, UsageError } from './options.ts';

const optionTable = {
  flags: {
    N: 'skip-column-names',
    B: 'batch',
    s: 'silent',
    t: 'table',
    E: 'vertical',
    f: 'force',
    r: 'raw',
    A: 'no-auto-rehash',
    V: 'version',
  },
  values: { e: 'execute', D: 'database' },
};

/** What `mysql` does: statements from -e, from its input, or typed. */
export async function mysql(host: Host): Promise<number> {
  let chosen: Options;
  try {
    chosen = await options(host, optionTable);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await host.console.writeError(`mysql: ${error.message}\n`);
    return 2;
  }
  if (chosen.flags.has('version')) {
    await host.console.write(`mysql  Ver ${version} (${versionComment})\n`);
    return 0;
  }
  const client = new Client(host, chosen);
  return client.run();
}

class Client {
  readonly #host: Host;
  readonly #options: Options;
  readonly #connection: Connection;

  constructor(host: Host, chosen: Options) {
    this.#host = host;
    this.#options = chosen;
    this.#connection = new Connection(host, chosen.target);
  }

  async run(): Promise<number> {
    const { values, rest } = this.#options;
    const database = values.get('database') ?? rest[0];
    let greeting: Outcome;
    try {
      greeting = await this.#connection.query('SELECT VERSION(), @@hostname');
      if (database) await this.#connection.query(`USE \`${database}\``);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      await this.#host.console.writeError(`${errorLine(error)}\n`);
      return 1;
    }
    const given = values.get('execute');
    if (given !== undefined) return this.#script(given);
    if (!this.#host.console.typed) return this.#script(new TextDecoder().decode(await this.#host.console.readAll()));
    return this.#dialogue(greeting.rows?.[0]?.[0] ?? version, greeting.rows?.[0]?.[1] ?? '');
  }

  /** All statements of a text, up to the first that fails. */
  async #script(text: string): Promise<number> {
    const { pieces } = statements(`${text}\n;`);
    let code = 0;
    for (const piece of pieces) {
      try {
        await this.#print(await this.#connection.query(piece.sql), piece.vertical);
      } catch (error) {
        if (!(error instanceof SqlError)) throw error;
        const rule = '--------------';
        await this.#host.console.writeError(`${rule}\n${piece.sql}\n${rule}\n\n${errorLine(error, piece.line)}\n`);
        code = 1;
        if (!this.#options.flags.has('force')) break;
      }
    }
    return code;
  }

  async #dialogue(serverVersion: string, hostname: string): Promise<number> {
    const { console: terminal } = this.#host;
    await terminal.write(
      `Welcome to the stand-in for the MySQL monitor.  Commands end with ; or \\g.\n` +
        `Connected to ${hostname}. Server version: ${serverVersion} ${versionComment}\n\n` +
        `Type 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.\n\n`,
    );
    let typed = '';
    for (;;) {
      const line = await terminal.readLine(typed === '' ? 'mysql> ' : '    -> ');
      if (line === undefined) break;
      if (line === 'interrupted' || /\\c\s*$/.test(line.text)) {
        typed = '';
        continue;
      }
      const word = line.text.trim().replace(/;$/, '').trim();
      if (typed === '' && /^(?:exit|quit|\\q)$/i.test(word)) break;
      if (typed === '' && /^(?:help|\\h|\?)$/i.test(word)) {
        await terminal.write(help);
        continue;
      }
      // The one statement that ends with its line.
      const ended = typed === '' && /^use\s+\S+$/i.test(word);
      const { pieces, rest } = statements(`${typed}${line.text}\n${ended ? ';' : ''}`);
      for (const piece of pieces) await this.#answer(piece);
      typed = rest.trim() === '' ? '' : rest;
    }
    await terminal.write('Bye\n');
    return 0;
  }

  async #answer(piece: Piece): Promise<void> {
    const { console: terminal } = this.#host;
    const start = this.#host.now();
    try {
      const outcome = await this.#connection.query(piece.sql);
      const seconds = `(${((this.#host.now() - start) / 1000).toFixed(3)} sec)`;
      if (outcome.columns) {
        await this.#print(outcome, piece.vertical);
        await terminal.write(`${counted(outcome.rows?.length ?? 0)} ${seconds}\n\n`);
      } else if (outcome.affected === undefined) await terminal.write('Database changed\n');
      else {
        const rows = outcome.affected === 1 ? '1 row' : `${outcome.affected} rows`;
        await terminal.write(`Query OK, ${rows} affected ${seconds}\n${outcome.info ? `${outcome.info}\n` : ''}\n`);
      }
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      await terminal.write(`${errorLine(error)}\n`);
    }
  }

  async #print({ columns, rows = [] }: Outcome, upright: boolean): Promise<void> {
    if (!columns || rows.length === 0) return;
    const { flags } = this.#options;
    const { console: terminal } = this.#host;
    const headed = !flags.has('skip-column-names');
    const boxed = flags.has('table') || (terminal.watched && !flags.has('batch') && !flags.has('silent'));
    if (upright || flags.has('vertical')) await terminal.write(vertical(columns, rows));
    else if (boxed) await terminal.write(table(columns, rows, headed));
    else await terminal.write(batch(columns, rows, headed && !flags.has('silent'), flags.has('raw')));
  }
}

function counted(rows: number): string {
  if (rows === 0) return 'Empty set';
  return rows === 1 ? '1 row in set' : `${rows} rows in set`;
}

export function errorLine({ code, state, message }: SqlError, line?: number): string {
  return `ERROR ${code} (${state})${line === undefined ? '' : ` at line ${line}`}: ${message}`;
}

const help = `
This is a stand-in for MySQL, made for learning. It knows
  CREATE, DROP, USE and SHOW DATABASES, CREATE, DROP, TRUNCATE and DESCRIBE tables,
  INSERT, SELECT, UPDATE and DELETE on one table, with WHERE, ORDER BY and LIMIT,
  CREATE, ALTER and DROP USER, GRANT, SET GLOBAL and PERSIST, SHOW VARIABLES,
  CHANGE REPLICATION SOURCE TO, START and STOP REPLICA, SHOW REPLICA STATUS\\G
and says so where it does not know something.

`;
