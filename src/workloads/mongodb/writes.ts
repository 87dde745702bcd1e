import type { Host } from '../host.ts';
import { type Documents, keyOf } from './documents.ts';
import { ServerError } from './errors.ts';
import type { Operation } from './journal.ts';
import { checkFilter, matches, sorted } from './query.ts';
import { updated } from './update.ts';
import { type Document, isPlain, newObjectId, type Value } from './values.ts';

/** What a write comes to: entries for the oplog, and what is answered. */
export interface Plan {
  readonly operations: readonly Operation[];
  readonly answer: Document;
}

/** Decides what a write changes, and changes nothing. @throws ServerError */
export function planWrite(host: Host, documents: Documents, ns: string, command: Document): Plan {
  if (Array.isArray(command.insert)) return insert(host, documents, ns, command.insert);
  if (isPlain(command.update)) return update(host, documents, ns, command.update);
  if (isPlain(command.delete)) return remove(documents, ns, command.delete);
  if (command.drop === true) {
    const there = documents.namespaces().includes(ns);
    return { operations: there ? [{ op: 'drop', ns }] : [], answer: { dropped: there } };
  }
  throw new ServerError('CommandNotFound', `no such command: '${Object.keys(command)[0] ?? ''}'`);
}

/** In order, up to the first that cannot be: those before it stay. */
function insert(host: Host, documents: Documents, ns: string, given: readonly Value[]): Plan {
  const operations: Operation[] = [];
  const ids = new Set<string>();
  const inserted: Value[] = [];
  let writeError: Document | undefined;
  for (const document of given) {
    if (!isPlain(document)) throw new ServerError('BadValue', 'only documents can be inserted');
    const { _id: id = newObjectId(host), ...fields } = document;
    if (documents.has(ns, id) || ids.has(keyOf(id))) {
      const text = `E11000 duplicate key error collection: ${ns} index: _id_ dup key: { _id: ${JSON.stringify(id)} }`;
      writeError = { codeName: 'DuplicateKey', errmsg: text };
      break;
    }
    ids.add(keyOf(id));
    inserted.push(id);
    operations.push({ op: 'put', ns, doc: { _id: id, ...fields } });
  }
  return { operations, answer: { insertedIds: inserted, ...(writeError && { writeError }) } };
}

function update(host: Host, documents: Documents, ns: string, given: Document): Plan {
  const { filter = {}, update: change, multi = false, upsert = false } = given;
  if (!isPlain(filter) || !isPlain(change))
    throw new ServerError('FailedToParse', 'an update needs a filter and a change');
  const found = selected(documents, ns, filter);
  const chosen = multi ? found : found.slice(0, 1);
  if (chosen.length === 0 && upsert) {
    const fields = Object.entries(filter).filter(([field, value]) => !field.startsWith('$') && !isPlain(value));
    const doc = updated({ _id: newObjectId(host), ...Object.fromEntries(fields) }, change);
    return {
      operations: [{ op: 'put', ns, doc }],
      answer: { matchedCount: 0, modifiedCount: 0, upsertedId: doc._id! },
    };
  }
  const changed = chosen
    .map((document) => ({ before: document, after: updated(document, change) }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
  return {
    operations: changed.map(({ after }) => ({ op: 'put', ns, doc: after })),
    answer: { matchedCount: chosen.length, modifiedCount: changed.length, upsertedId: null },
  };
}

function remove(documents: Documents, ns: string, { filter = {}, multi = false }: Document): Plan {
  if (!isPlain(filter)) throw new ServerError('FailedToParse', 'a filter is a document');
  const found = selected(documents, ns, filter);
  const chosen = multi ? found : found.slice(0, 1);
  return {
    operations: chosen.map((document) => ({ op: 'remove', ns, id: document._id! })),
    answer: { deletedCount: chosen.length },
  };
}

/** `find`: filter, order, skip and limit, in this order. @throws ServerError */
export function findIn(documents: Documents, ns: string, given: Document): Document[] {
  const { filter = {}, sort, skip = 0, limit = 0 } = given;
  if (!isPlain(filter)) throw new ServerError('FailedToParse', 'a filter is a document');
  const found = selected(documents, ns, filter);
  const ordered = isPlain(sort) ? sorted(found, sort) : found;
  const from = count('skip', skip);
  const most = count('limit', limit);
  return ordered.slice(from, most === 0 ? undefined : from + most);
}

function selected(documents: Documents, ns: string, filter: Document): Document[] {
  checkFilter(filter);
  return documents.of(ns).filter((document) => matches(document, filter));
}

function count(name: string, value: Value): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new ServerError('BadValue', `${name} must be a whole number from 0, not ${JSON.stringify(value)}`);
}
