import { isPreference } from '../connection-string.ts';
import { ClientError } from '../errors.ts';
import { Collection } from './collection.ts';
import { documentOf, run, type Session } from './session.ts';
import { type ShellFunction, type ShellValue, Thing } from './thing.ts';

/** Commands that `db.runCommand` and `db.adminCommand` send. */
const commands = [
  'ping',
  'hello',
  'buildInfo',
  'replSetGetStatus',
  'replSetGetConfig',
  'replSetInitiate',
  'replSetStepDown',
];

/** `db` */
export class Database extends Thing {
  readonly #session: Session;
  readonly #name: string;
  readonly #methods: Readonly<Record<string, ShellFunction>>;

  constructor(session: Session, name: string) {
    super();
    this.#session = session;
    this.#name = name;
    const hello = () => run(session, 'any', 'admin', { hello: 1 });
    const runCommand: ShellFunction = async (given) => {
      // mongosh takes a command without arguments by its name: db.adminCommand("ping") is the usual health check.
      const command = typeof given === 'string' ? { [given]: 1 } : documentOf(given, 'the command');
      const [first = ''] = Object.keys(command);
      if (!commands.includes(first)) {
        throw new ClientError(
          'MongoServerError',
          `no such command: '${first}'. The stand-in knows ${commands.join(', ')}`,
          'CommandNotFound',
        );
      }
      return { ...(await run(session, 'any', name, command)), ok: 1 };
    };
    this.#methods = {
      getName: () => name,
      getSiblingDB: (other) => new Database(session, nameOf(other)),
      getCollection: (collection) => new Collection(session, name, nameOf(collection)),
      getCollectionNames: async () => (await run(session, 'read', name, { listCollections: 1 })).collections,
      getMongo: () => new Connection(session),
      hello,
      isMaster: hello,
      version: async () => (await run(session, 'any', 'admin', { buildInfo: 1 })).version,
      runCommand,
      adminCommand: runCommand,
      dropDatabase: async () => {
        const { collections } = await run(session, 'write', name, { listCollections: 1 });
        for (const collection of collections as string[])
          await run(session, 'write', name, { drop: true }, { collection });
        return { ok: 1, dropped: name };
      },
    };
  }

  shown(): string {
    return this.#name;
  }

  /** A method, or the collection of that name. */
  member(name: string): ShellValue {
    return Object.hasOwn(this.#methods, name) ? this.#methods[name] : new Collection(this.#session, this.#name, name);
  }
}

/** `db.getMongo()` */
class Connection extends Thing {
  readonly #session: Session;

  constructor(session: Session) {
    super();
    this.#session = session;
  }

  shown(): string {
    return this.#session.client.options.text;
  }

  member(name: string): ShellValue {
    const { client } = this.#session;
    if (name === 'getReadPrefMode') return () => client.readPreference;
    if (name !== 'setReadPref') return undefined;
    return (mode) => {
      if (!isPreference(mode))
        throw new ClientError('MongoInvalidArgumentError', `Invalid read preference mode "${String(mode)}"`);
      client.readPreference = mode;
      return undefined;
    };
  }
}

function nameOf(value: ShellValue): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ClientError('MongoshInvalidInputError', 'a name is a text');
}
