import { ClientError } from '../errors.ts';
import { announcement } from '../version.ts';
import { run, type Session } from './session.ts';

/** `use kiada`, `show dbs`, `help`: what is no expression. Undefined for anything else. */
export async function command(session: Session, text: string): Promise<string | undefined> {
  const [first = '', second = '', ...rest] = text.trim().replace(/;$/, '').split(/\s+/);
  if (rest.length > 0) return undefined;
  if (first === 'help' && second === '') {
    return [
      announcement,
      'use DATABASE, show dbs, show collections, exit',
      'db.COLLECTION.find, findOne, insertOne, insertMany, updateOne, deleteOne, countDocuments, …',
      'rs.initiate, rs.status, rs.conf, rs.add, rs.remove, rs.stepDown, db.hello()',
    ].join('\n');
  }
  if (first === 'use' && second !== '') {
    session.database = second;
    return `switched to db ${second}`;
  }
  if (first !== 'show') return undefined;
  switch (second) {
    case 'dbs':
    case 'databases':
      return ((await run(session, 'read', 'admin', { listDatabases: 1 })).databases as string[]).join('\n');
    case 'collections':
    case 'tables':
      return ((await run(session, 'read', session.database, { listCollections: 1 })).collections as string[]).join(
        '\n',
      );
    default:
      throw new ClientError(
        'MongoshInvalidInputError',
        `'${second}' is not a valid argument for "show": the stand-in shows dbs and collections`,
      );
  }
}
