import type { Elections } from './elections.ts';
import { ServerError } from './errors.ts';
import type { Member } from './member.ts';
import { projected } from './query.ts';
import { initiate, reconfigure } from './reconfiguration.ts';
import type { Replication, WriteConcern } from './replication.ts';
import { hello, replSetGetConfig, replSetGetStatus, required } from './status.ts';
import { type Document, isPlain } from './values.ts';
import { version } from './version.ts';
import { findIn, planWrite } from './writes.ts';

export interface Server {
  readonly member: Member;
  readonly elections: Elections;
  readonly replication: Replication;
  /** When it started, in milliseconds since the epoch. */
  readonly started: number;
}

/** What a client sends: the database, what to do, and with which assurances. */
export interface CommandRequest {
  readonly db: string;
  readonly collection?: string;
  readonly command: Document;
  readonly secondaryOk?: boolean;
  readonly writeConcern?: Partial<WriteConcern>;
}

/** For how long who has stepped down does not stand for election, in seconds. */
const retreat = 60;

/** Does what a client asks for. @throws ServerError */
export async function run(server: Server, request: CommandRequest): Promise<Document> {
  const { member, elections, replication } = server;
  const { command, db } = request;
  const [name] = Object.keys(command);
  switch (name) {
    case 'ping':
      return {};
    case 'hello':
      return hello(member);
    case 'buildInfo':
      return { version };
    case 'insert':
    case 'update':
    case 'delete':
    case 'drop':
      return write(server, request);
    case 'find':
    case 'count':
      return read(server, request);
    case 'listDatabases':
      member.readable(request.secondaryOk ?? false);
      return { databases: [...new Set(member.documents.namespaces().map((ns) => ns.split('.')[0]!))] };
    case 'listCollections': {
      member.readable(request.secondaryOk ?? false);
      const own = member.documents.namespaces().filter((ns) => ns.startsWith(`${db}.`));
      return { collections: own.map((ns) => ns.slice(db.length + 1)) };
    }
    case 'replSetInitiate':
      await initiate(member, elections, isPlain(command.replSetInitiate) ? command.replSetInitiate : {});
      return {};
    case 'replSetGetStatus':
      return replSetGetStatus(member, server.started);
    case 'replSetGetConfig':
      required(member);
      return { config: replSetGetConfig(member) };
    case 'replSetReconfig': {
      if (!isPlain(command.replSetReconfig)) throw new ServerError('BadValue', 'rs.reconfig needs a config');
      const { term } = member.journal;
      const index = await reconfigure(member, replication, command.replSetReconfig);
      await replication.acknowledged(index, term, concern(request));
      return {};
    }
    case 'replSetStepDown':
      return stepDown(member, replication, command.replSetStepDown);
    default:
      throw new ServerError('CommandNotFound', `no such command: '${name ?? ''}'`);
  }
}

async function write({ member, replication }: Server, request: CommandRequest): Promise<Document> {
  const ns = namespace(request);
  const asked = concern(request);
  const done = await member.exclusively(async () => {
    if (!member.writable) throw new ServerError('NotWritablePrimary', 'not primary');
    const { operations, answer } = planWrite(member.host, member.documents, ns, request.command);
    await member.record(operations);
    return { answer, index: member.journal.last.index, term: member.journal.term };
  });
  try {
    await replication.acknowledged(done.index, done.term, asked);
  } catch (error) {
    // The write is made, though not as many have it as were asked for.
    if (error instanceof ServerError && error.codeName === 'WriteConcernFailed') {
      return { ...done.answer, writeConcernError: error.message };
    }
    throw error;
  }
  return done.answer;
}

function read({ member }: Server, request: CommandRequest): Document {
  member.readable(request.secondaryOk ?? false);
  const ns = namespace(request);
  const { find, count } = request.command;
  if (isPlain(count)) return { n: findIn(member.documents, ns, count).length };
  if (!isPlain(find)) throw new ServerError('FailedToParse', 'find needs a document');
  const found = findIn(member.documents, ns, find);
  const { projection } = find;
  return { documents: isPlain(projection) ? found.map((document) => projected(document, projection)) : found };
}

async function stepDown(member: Member, replication: Replication, seconds: unknown): Promise<Document> {
  required(member);
  await member.exclusively(async () => {
    if (!member.writable) throw new ServerError('NotWritablePrimary', "not primary so can't step down");
    if (!replication.hasHeir()) {
      throw new ServerError(
        'ExceededTimeLimit',
        'No electable secondaries caught up. Please use the replSetStepDown command with the argument {force: true} to force node to step down: the stand-in has no such argument.',
      );
    }
    member.stepDown('it has been asked to');
    member.postpone((typeof seconds === 'number' && seconds > 0 ? seconds : retreat) * 1000);
  });
  await replication.handOver();
  return {};
}

function concern({ writeConcern: { w = 'majority', wtimeout = 0 } = {} }: CommandRequest): WriteConcern {
  if (w !== 'majority' && !(Number.isInteger(w) && w >= 0)) {
    throw new ServerError('BadValue', `w is a number or "majority", not ${JSON.stringify(w)}`);
  }
  return { w, wtimeout };
}

function namespace({ db, collection = '' }: CommandRequest): string {
  if (!/^[^\s./\\"$]{1,63}$/.test(db) || !/^[^\s$.][^\s$]*$/.test(collection)) {
    throw new ServerError('InvalidNamespace', `Invalid namespace specified '${db}.${collection}'`);
  }
  return `${db}.${collection}`;
}
