import { inspect } from 'node:util';
import { isDate, isDocument, isObjectId } from '../values.ts';
import { isFunction, type ShellValue, Thing } from './thing.ts';

/** As mongosh prints a value: texts as they are, documents in the style of Node's inspect. */
export async function shownText(value: ShellValue): Promise<string> {
  const shown = value instanceof Thing ? await value.shown() : value;
  if (typeof shown === 'string') return shown;
  return inspect(styled(shown), { depth: 12, breakLength: 80, compact: 3, maxArrayLength: 200, maxStringLength: null });
}

/** A value in a constructor's name: ObjectId('…'). */
class Styled {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  [inspect.custom](): string {
    return this.#text;
  }
}

function styled(value: ShellValue): unknown {
  if (isFunction(value) || value instanceof Thing) return new Styled('[Function]');
  if (Array.isArray(value)) return value.map((item: ShellValue) => styled(item));
  if (isObjectId(value)) return new Styled(`ObjectId('${value.$oid}')`);
  if (isDate(value)) return new Styled(`ISODate('${value.$date}')`);
  if (!isDocument(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, styled(inner)]));
}
