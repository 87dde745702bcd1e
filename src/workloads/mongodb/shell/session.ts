import type { Host } from '../../host.ts';
import type { Client, Purpose } from '../client.ts';
import { ClientError } from '../errors.ts';
import type { WriteConcern } from '../replication.ts';
import { type Document, isPlain } from '../values.ts';
import { plain, type ShellValue } from './thing.ts';

/** One run of mongosh: the servers it talks to, and the database in use. */
export interface Session {
  readonly host: Host;
  readonly client: Client;
  database: string;
}

export function documentOf(value: ShellValue, what: string): Document {
  const document = value === undefined ? {} : plain(value, what);
  if (!isPlain(document)) throw new ClientError('MongoInvalidArgumentError', `${what} must be a document`);
  return document;
}

/** Without what only the protocol needs. @throws ClientError */
export async function run(
  { client }: Session,
  purpose: Purpose,
  db: string,
  command: Document,
  more: { collection?: string; writeConcern?: Partial<WriteConcern> } = {},
): Promise<Document> {
  const { ok: _, writeError, writeConcernError, ...answer } = await client.run(purpose, db, command, more);
  if (isPlain(writeError))
    throw new ClientError('MongoBulkWriteError', String(writeError.errmsg), String(writeError.codeName));
  if (writeConcernError !== undefined)
    throw new ClientError('MongoWriteConcernError', String(writeConcernError), 'WriteConcernFailed');
  return answer;
}

/** `{ writeConcern: { w: 'majority', wtimeout: 5000 } }` of a write's options. */
export function concernOf(options: Document): Partial<WriteConcern> {
  const { writeConcern = {} } = options;
  if (!isPlain(writeConcern))
    throw new ClientError('MongoInvalidArgumentError', 'writeConcern must be a document { w, wtimeout }');
  const { w, wtimeout } = writeConcern;
  if (w !== undefined && w !== 'majority' && typeof w !== 'number') {
    throw new ClientError('MongoInvalidArgumentError', 'w must be a number or "majority"');
  }
  return { ...(w !== undefined && { w }), ...(typeof wtimeout === 'number' && { wtimeout }) };
}
