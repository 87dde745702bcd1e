import type { Host } from '../../host.ts';
import { messageOf } from '../../http-server.ts';
import { Client } from '../client.ts';
import { type ConnectionOptions, parseConnectionString } from '../connection-string.ts';
import { ClientError } from '../errors.ts';
import { newObjectId } from '../values.ts';
import { version } from '../version.ts';
import { parseArguments, usage } from './arguments.ts';
import { command } from './commands.ts';
import { evaluate } from './evaluate.ts';
import { shownText } from './print.ts';
import { prompt } from './replica-set.ts';
import { scopeOf } from './scope.ts';
import type { Session } from './session.ts';
import { parse } from './syntax.ts';
import { ShellSyntaxError } from './tokens.ts';

/** mongosh, as far as the stand-in's servers need it: `mongosh [URI|DATABASE] [--quiet] [--eval EXPRESSION]…`. */
export async function mongosh(host: Host): Promise<number> {
  const { console } = host;
  try {
    const settings = parseArguments(host.args);
    if (settings.help) {
      await console.write(usage);
      return 0;
    }
    if (settings.version) {
      await console.write(`${version}\n`);
      return 0;
    }
    const options = await parseConnectionString(host, settings.uri);
    const client = new Client(host, options);
    const session: Session = { host, client, database: options.database ?? 'test' };
    if (!settings.quiet) await greet(host, options);
    await client.select('any');
    if (!settings.quiet) await console.write(`Using MongoDB:\t\t${version}\nUsing Mongosh:\t\t${version}\n\n`);
    if (settings.evals.length === 0) return await converse(host, session);
    for (const text of settings.evals) await interpret(host, session, text);
    return 0;
  } catch (error) {
    await console.writeError(`${described(error)}\n`);
    return 1;
  }
}

async function greet(host: Host, options: ConnectionOptions): Promise<void> {
  await host.console.write(`Current Mongosh Log ID:\t${newObjectId(host).$oid}\nConnecting to:\t\t${options.text}\n`);
}

/** One line after the other, for as long as there are some. What fails is said, and the next line is read. */
async function converse(host: Host, session: Session): Promise<number> {
  let pending = '';
  for (;;) {
    const line = await host.console.readLine(pending === '' ? await promptOf(session) : '... ');
    if (line === undefined) return 0;
    if (line === 'interrupted') {
      pending = '';
      continue;
    }
    const text = pending === '' ? line.text : `${pending}\n${line.text}`;
    pending = '';
    if (/^\s*(exit|quit|\.exit)\s*(\(\s*\))?\s*;?\s*$/.test(text)) return 0;
    try {
      await interpret(host, session, text);
    } catch (error) {
      if (error instanceof ShellSyntaxError && error.unfinished) pending = text;
      else await host.console.writeError(`${described(error)}\n`);
    }
  }
}

async function promptOf({ client, database }: Session): Promise<string> {
  try {
    const { hello } = await client.select('any', 1_000);
    return prompt(hello, client.options.direct, database);
  } catch {
    return `${database}> `;
  }
}

/** Prints the value of the last statement, as mongosh does. */
async function interpret(host: Host, session: Session, text: string): Promise<void> {
  const answer = await command(session, text);
  if (answer !== undefined) return host.console.write(`${answer}\n`);
  const statements = parse(text);
  for (const [place, statement] of statements.entries()) {
    const value = await evaluate(statement, scopeOf(session));
    if (value !== undefined && place === statements.length - 1) await host.console.write(`${await shownText(value)}\n`);
  }
}

function described(error: unknown): string {
  if (error instanceof ClientError)
    return `${error.name}${error.codeName && error.name.startsWith('MongoServerError') ? `[${error.codeName}]` : ''}: ${error.message}`;
  if (error instanceof ShellSyntaxError) return `SyntaxError: ${error.message}`;
  return `Error: ${messageOf(error)}`;
}
