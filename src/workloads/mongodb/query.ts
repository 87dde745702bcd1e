import { ServerError } from './errors.ts';
import { comparable, compare, type Document, isPlain, same, type Value } from './values.ts';

/** Filters, projections and orders of `find`, as far as the stand-in knows them. @throws ServerError for others. */

export function matches(document: Document, filter: Document): boolean {
  return Object.entries(filter).every(([field, condition]) => {
    if (field === '$and') return list(field, condition).every((part) => matches(document, part));
    if (field === '$or') return list(field, condition).some((part) => matches(document, part));
    if (field.startsWith('$')) throw new ServerError('BadValue', `unknown top level operator: ${field}`);
    return holds(valueAt(document, field), condition);
  });
}

/** Refuses what the stand-in does not know also where there is no document to try it on. @throws ServerError */
export function checkFilter(filter: Document): void {
  for (const [field, condition] of Object.entries(filter)) {
    if (field === '$and' || field === '$or') for (const part of list(field, condition)) checkFilter(part);
    else if (!isOperation(condition)) matches({}, { [field]: condition });
    else for (const [operator, operand] of Object.entries(condition)) operation(operator, undefined, operand);
  }
}

/** The value at "a.b.0.c"; undefined where there is none. */
export function valueAt(document: Value | undefined, path: string): Value | undefined {
  return path.split('.').reduce<Value | undefined>((value, part) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    return (value as Document)[part];
  }, document);
}

function holds(value: Value | undefined, condition: Value): boolean {
  if (isOperation(condition)) {
    return Object.entries(condition).every(([operator, operand]) => operation(operator, value, operand));
  }
  return equals(value, condition);
}

function isOperation(condition: Value): condition is Document {
  return isPlain(condition) && Object.keys(condition).some((key) => key.startsWith('$'));
}

function operation(operator: string, value: Value | undefined, operand: Value): boolean {
  const ordered = comparable(value, operand) && compare(value, operand);
  switch (operator) {
    case '$eq':
      return equals(value, operand);
    case '$ne':
      return !equals(value, operand);
    case '$gt':
      return ordered !== false && ordered > 0;
    case '$gte':
      return ordered !== false && ordered >= 0;
    case '$lt':
      return ordered !== false && ordered < 0;
    case '$lte':
      return ordered !== false && ordered <= 0;
    case '$in':
      return values(operator, operand).some((each) => equals(value, each));
    case '$nin':
      return !values(operator, operand).some((each) => equals(value, each));
    case '$exists':
      return (value !== undefined) === Boolean(operand);
    default:
      throw new ServerError('BadValue', `unknown operator: ${operator}`);
  }
}

/** A list has a value also where one of its elements is that value; null stands for no field, too. */
function equals(value: Value | undefined, wanted: Value): boolean {
  if (same(value, wanted) || (wanted === null && value === undefined)) return true;
  return Array.isArray(value) && value.some((element) => same(element, wanted));
}

export function sorted(documents: readonly Document[], order: Document): Document[] {
  return [...documents].sort((a, b) => {
    for (const [field, direction] of Object.entries(order)) {
      const result = compare(valueAt(a, field), valueAt(b, field));
      if (result !== 0) return direction === -1 ? -result : result;
    }
    return 0;
  });
}

/** Only the fields asked for (and `_id` unless it is 0), or all but those that are 0. */
export function projected(document: Document, projection: Document): Document {
  const named = Object.entries(projection).filter(([field]) => field !== '_id');
  if (named.some(([field]) => field.includes('.') || field.startsWith('$'))) {
    throw new ServerError('BadValue', 'the stand-in projects whole fields alone: name them without dots and operators');
  }
  const including = named.some(([, wanted]) => Boolean(wanted));
  const keeps = (field: string) => {
    if (field === '_id') return projection._id === undefined || Boolean(projection._id);
    const wanted = projection[field];
    return including ? Boolean(wanted) : wanted === undefined || Boolean(wanted);
  };
  return Object.fromEntries(Object.entries(document).filter(([field]) => keeps(field)));
}

function list(operator: string, value: Value): Document[] {
  return values(operator, value).map((each) => {
    if (!isPlain(each)) throw new ServerError('BadValue', `${operator} needs a list of filters`);
    return each;
  });
}

function values(operator: string, value: Value): Value[] {
  if (!Array.isArray(value)) throw new ServerError('BadValue', `${operator} needs an array`);
  return value;
}
