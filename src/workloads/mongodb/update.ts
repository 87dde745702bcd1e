import { ServerError } from './errors.ts';
import { valueAt } from './query.ts';
import { type Document, isPlain, same, type Value } from './values.ts';

/**
 * The document after `{ $set: … }` and its like, or replaced where the update has no operators. The document itself
 * stays as it is. @throws ServerError
 */
export function updated(document: Document, update: Document): Document {
  const operators = Object.keys(update).filter((key) => key.startsWith('$'));
  if (operators.length === 0) return { _id: document._id!, ...update };
  if (operators.length < Object.keys(update).length) {
    throw new ServerError('FailedToParse', 'an update has operators alone, or none: do not mix them');
  }
  const result = structuredClone(document);
  for (const [operator, fields] of Object.entries(update)) {
    if (!isPlain(fields)) throw new ServerError('FailedToParse', `Modifiers operate on fields, ${operator} got none`);
    for (const [path, operand] of Object.entries(fields)) change(result, operator, path, operand);
  }
  if (!same(result._id, document._id)) {
    throw new ServerError('BadValue', "Performing an update on the path '_id' would modify the immutable field '_id'");
  }
  return result;
}

function change(document: Document, operator: string, path: string, operand: Value): void {
  const parts = path.split('.');
  const last = parts.pop()!;
  if ([...parts, last].some((part) => part === '__proto__' || part === '')) {
    throw new ServerError('BadValue', `'${path}' is not a field's path`);
  }
  const old = valueAt(document, path);
  const parent = parts.reduce<Value>((value, part) => {
    if (typeof value !== 'object' || value === null) {
      throw new ServerError('BadValue', `Cannot create field '${part}' in an element that is no document`);
    }
    const holder = value as Document;
    if (!Object.hasOwn(holder, part)) holder[part] = {};
    return holder[part]!;
  }, document) as Document;
  if (typeof parent !== 'object' || parent === null) {
    throw new ServerError('BadValue', `Cannot create field '${last}' in an element that is no document`);
  }
  switch (operator) {
    case '$set':
      parent[last] = operand;
      return;
    case '$unset':
      delete parent[last];
      return;
    case '$inc':
      if (typeof operand !== 'number' || (old !== undefined && typeof old !== 'number')) {
        throw new ServerError('BadValue', `Cannot increment with a value that is no number, or one at '${path}'`);
      }
      parent[last] = ((old as number | undefined) ?? 0) + operand;
      return;
    case '$push':
      if (old !== undefined && !Array.isArray(old)) {
        throw new ServerError('BadValue', `The field '${path}' must be an array but is none`);
      }
      parent[last] = [...((old as Value[] | undefined) ?? []), operand];
      return;
    default:
      throw new ServerError(
        'FailedToParse',
        `Unknown modifier: ${operator}. The stand-in knows $set, $unset, $inc, $push`,
      );
  }
}
