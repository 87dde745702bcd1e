import type { Host } from '../host.ts';
import { type Answer, codeOf, json, listener, messageOf, type Request, stopped } from '../http-server.ts';
import { run, type Server } from './commands.ts';
import { Elections } from './elections.ts';
import { ServerError } from './errors.ts';
import { Journal } from './journal.ts';
import { type Log, Member } from './member.ts';
import { type Options, parseOptions } from './options.ts';
import { Replication } from './replication.ts';
import { announcement } from './version.ts';

const largestBody = 48 * 1024 * 1024;

/**
 * The stand-in for MongoDB's server: alone, or as a member of a replica set that is initiated, elects a primary,
 * replicates, and keeps what a majority has acknowledged.
 */
export async function mongod(host: Host): Promise<number> {
  const log: Log = (component, message) =>
    host.log(`${new Date(host.now()).toISOString()} I  ${component.padEnd(8)} ${message}`);
  let options: Options;
  try {
    options = parseOptions(host.args);
  } catch (error) {
    host.warn(messageOf(error));
    return 2;
  }
  log('CONTROL', announcement);
  const server = await open(host, options, log);
  if (!server) return 100;
  const { member, elections, replication } = server;
  const handle = (request: Request) => answer(server, request);
  const failed = (error: unknown): Answer => {
    if (error instanceof ServerError)
      return json({ ok: 0, codeName: error.codeName, code: error.code, errmsg: error.message }, 422);
    host.warn(messageOf(error));
    return json({ ok: 0, codeName: 'InternalError', code: 1, errmsg: messageOf(error) }, 500);
  };
  await host.listen(
    options.port,
    listener(handle, { largestBody, failed }),
    options.everywhere ? undefined : 'loopback',
  );
  log(
    'NETWORK',
    `Waiting for connections on ${options.everywhere ? 'all addresses' : '127.0.0.1 alone (see --bind_ip)'}, port ${options.port}`,
  );
  if (options.set === undefined) await stopped(host);
  else await elections.watch();
  if (options.set !== undefined && member.writable) {
    await member.exclusively(async () => member.stepDown('it is shutting down'));
    const heir = await replication.handOver();
    log(
      'REPL',
      heir === undefined ? 'Nobody could be asked to stand for election' : `${heir} is asked to stand for election`,
    );
  }
  log('CONTROL', 'Shutting down: what has been acknowledged is on the volume');
  return 0;
}

/** Undefined where what is on the volume cannot be used; it has said why. */
async function open(host: Host, { set, port, folder }: Options, log: Log): Promise<Server | undefined> {
  let journal: Journal;
  try {
    journal = await Journal.open(host.files, folder);
  } catch (error) {
    host.warn(
      `The data in ${folder} cannot be read or written (${codeOf(error) ?? messageOf(error)}): is it the volume's folder, and may this user write there?`,
    );
    return undefined;
  }
  log('CONTROL', `${journal.entries.length} entries of the oplog are in ${folder}`);
  const member = await Member.make({ host, journal, log, port, set });
  if (member.config && member.config._id !== set) {
    host.warn(`The data in ${folder} is of the replica set ${member.config._id}, and --replSet says ${set}`);
    return undefined;
  }
  if (set !== undefined && !member.config) {
    log('REPL', `Did not find local replica set configuration document at startup: initiate the set ${set}`);
  }
  const replication = new Replication(member);
  const elections = new Elections(member, () => replication.lead());
  return { member, replication, elections, started: host.now() };
}

async function answer(server: Server, request: Request): Promise<Answer> {
  const { member, elections, replication } = server;
  const body = async <T>() => JSON.parse((await request.body()).toString('utf8') || '{}') as T;
  switch (`${request.method} ${request.url.pathname}`) {
    case 'GET /health':
      return { body: 'ok\n' };
    case 'POST /command':
      return json({ ok: 1, ...(await run(server, await body())) });
    case 'GET /member/state':
      return json(member.answer);
    case 'POST /member/vote':
      return json(await elections.answer(await body()));
    case 'POST /member/append':
      return json(await replication.receive(await body()));
    case 'POST /member/stand':
      if (member.state !== 'SECONDARY') return { status: 409, body: `in state ${member.state}\n` };
      member.inBackground(elections.stand('the primary has asked for it', false));
      return json({});
    default:
      return { status: request.url.pathname === '/' ? 200 : 404, body: `${announcement}\n` };
  }
}
