import { ClientError } from '../errors.ts';
import type { Document, Value } from '../values.ts';
import { documentOf, run, type Session } from './session.ts';
import { isFunction, plain, type ShellFunction, type ShellValue, Thing } from './thing.ts';

const shownAtOnce = 20;

interface Bounds {
  readonly sort?: Document;
  readonly skip?: Value;
  readonly limit?: Value;
}

/** What `find` gives: it asks when its documents are wanted. */
export class Cursor extends Thing {
  readonly #methods: Readonly<Record<string, ShellFunction>>;
  readonly #ask: (bounds: Bounds) => Promise<Document[]>;
  readonly #bounds: Bounds;

  constructor(
    session: Session,
    database: string,
    collection: string,
    filter: Document,
    projection: Document,
    bounds: Bounds = {},
  ) {
    super();
    this.#bounds = bounds;
    this.#ask = async (within) => {
      const find = { filter, ...within, ...(Object.keys(projection).length > 0 && { projection }) };
      const answer = await run(session, 'read', database, { find: find as Document }, { collection });
      return answer.documents as Document[];
    };
    const refined = (more: Bounds) =>
      new Cursor(session, database, collection, filter, projection, { ...bounds, ...more });
    this.#methods = {
      sort: (order) => refined({ sort: documentOf(order, 'the order') }),
      skip: (count) => refined({ skip: plain(count, 'skip') }),
      limit: (count) => refined({ limit: plain(count, 'limit') }),
      toArray: () => this.documents(),
      count: async () => (await this.documents()).length,
      pretty: () => this,
      map: async (given) => {
        if (!isFunction(given)) throw new ClientError('TypeError', 'map needs a function: x => …');
        const results: ShellValue[] = [];
        for (const document of await this.documents()) results.push(await given(document));
        return results;
      },
      forEach: async (given) => {
        if (!isFunction(given)) throw new ClientError('TypeError', 'forEach needs a function: x => …');
        for (const document of await this.documents()) await given(document);
        return undefined;
      },
    };
  }

  documents(): Promise<Document[]> {
    return this.#ask(this.#bounds);
  }

  async shown(): Promise<ShellValue> {
    const documents = await this.documents();
    if (documents.length <= shownAtOnce) return documents;
    return [
      ...documents.slice(0, shownAtOnce),
      `… and ${documents.length - shownAtOnce} more: the stand-in has no "it"; use skip and limit`,
    ];
  }

  member(name: string): ShellValue {
    return Object.hasOwn(this.#methods, name) ? this.#methods[name] : undefined;
  }
}
