import { ClientError } from '../errors.ts';
import { newObjectId } from '../values.ts';
import { Database } from './database.ts';
import { type Scope, text } from './evaluate.ts';
import { shownText } from './print.ts';
import { ReplicaSetHelper } from './replica-set.ts';
import type { Session } from './session.ts';
import { plain, type ShellFunction, type ShellValue, Thing } from './thing.ts';

/** All the names that expressions can use. */
export function scopeOf(session: Session): Scope {
  const { host } = session;
  const print: ShellFunction = async (...values) => {
    const shown = await Promise.all(values.map((value) => shownText(value)));
    await host.console.write(`${shown.join(' ')}\n`);
    return undefined;
  };
  const stringify: ShellFunction = (value, _, indent) =>
    JSON.stringify(plain(value, 'what is stringified'), null, typeof indent === 'number' ? indent : undefined);
  const date: ShellFunction = (value) => {
    const milliseconds = value === undefined ? host.now() : Date.parse(text(value));
    if (Number.isNaN(milliseconds)) throw new ClientError('MongoshInvalidInputError', `${text(value)} is no date`);
    return { $date: new Date(milliseconds).toISOString() };
  };
  const number: ShellFunction = (value) => Number(value);
  return new Map<string, ShellValue>([
    ['db', new Database(session, session.database)],
    ['rs', new ReplicaSetHelper(session)],
    ['print', print],
    ['printjson', print],
    ['JSON', new Library({ stringify })],
    ['EJSON', new Library({ stringify })],
    ['ObjectId', (value) => (value === undefined ? newObjectId(host) : { $oid: text(value) })],
    ['ISODate', date],
    ['Date', date],
    ['NumberInt', number],
    ['NumberLong', number],
    ['sleep', async (milliseconds) => void (await host.sleep(Number(milliseconds)))],
  ]);
}

class Library extends Thing {
  readonly #functions: Readonly<Record<string, ShellFunction>>;

  constructor(functions: Readonly<Record<string, ShellFunction>>) {
    super();
    this.#functions = functions;
  }

  shown(): string {
    return Object.keys(this.#functions).join(', ');
  }

  member(name: string): ShellValue {
    return Object.hasOwn(this.#functions, name) ? this.#functions[name] : undefined;
  }
}
