import { ClientError } from '../errors.ts';
import { type Document, newObjectId, type Value } from '../values.ts';
import { Cursor } from './cursor.ts';
import { concernOf, documentOf, run, type Session } from './session.ts';
import { plain, type ShellFunction, type ShellValue, Thing } from './thing.ts';

/** `db.questions` */
export class Collection extends Thing {
  readonly #session: Session;
  readonly #database: string;
  readonly #name: string;
  readonly #methods: Readonly<Record<string, ShellFunction>>;

  constructor(session: Session, database: string, name: string) {
    super();
    this.#session = session;
    this.#database = database;
    this.#name = name;
    this.#methods = {
      insertOne: async (document, options) => {
        const { insertedIds } = await this.#write(
          { insert: [this.#withId(documentOf(document, 'the document'))] },
          options,
        );
        return { acknowledged: true, insertedId: (insertedIds as Value[])[0]! };
      },
      insertMany: async (documents, options) => {
        const list = plain(documents, 'insertMany needs an array, which');
        if (!Array.isArray(list))
          throw new ClientError('MongoInvalidArgumentError', 'insertMany needs an array of documents');
        const { insertedIds } = await this.#write(
          { insert: list.map((each) => this.#withId(documentOf(each, 'each item'))) },
          options,
        );
        return { acknowledged: true, insertedIds: Object.fromEntries((insertedIds as Value[]).entries()) };
      },
      find: (filter, projection) =>
        new Cursor(session, database, name, documentOf(filter, 'the filter'), documentOf(projection, 'the projection')),
      findOne: async (filter, projection) => {
        const one = new Cursor(
          session,
          database,
          name,
          documentOf(filter, 'the filter'),
          documentOf(projection, 'the projection'),
          { limit: 1 },
        );
        return (await one.documents())[0] ?? null;
      },
      countDocuments: (filter) => this.#count(filter),
      estimatedDocumentCount: () => this.#count(undefined),
      updateOne: (filter, update, options) => this.#update(filter, update, options, false, true),
      updateMany: (filter, update, options) => this.#update(filter, update, options, true, true),
      replaceOne: (filter, update, options) => this.#update(filter, update, options, false, false),
      deleteOne: (filter, options) => this.#delete(filter, options, false),
      deleteMany: (filter, options) => this.#delete(filter, options, true),
      drop: async () => (await this.#write({ drop: true }, undefined)).dropped,
      getName: () => name,
      getFullName: () => `${database}.${name}`,
    };
  }

  shown(): string {
    return `${this.#database}.${this.#name}`;
  }

  /** A method, or the collection of a longer name: `db.quiz.answers`. */
  member(name: string): ShellValue {
    if (Object.hasOwn(this.#methods, name)) return this.#methods[name];
    return new Collection(this.#session, this.#database, `${this.#name}.${name}`);
  }

  #write(command: Document, options: ShellValue): Promise<Document> {
    const writeConcern = concernOf(documentOf(options, 'the options'));
    return run(this.#session, 'write', this.#database, command, { collection: this.#name, writeConcern });
  }

  /** The client gives ids, so that it knows them whatever becomes of the answer. */
  #withId(document: Document): Document {
    return document._id === undefined ? { _id: newObjectId(this.#session.host), ...document } : document;
  }

  async #count(filter: ShellValue): Promise<Value> {
    const command = { count: { filter: documentOf(filter, 'the filter') } };
    return (await run(this.#session, 'read', this.#database, command, { collection: this.#name })).n!;
  }

  async #update(
    filter: ShellValue,
    change: ShellValue,
    options: ShellValue,
    multi: boolean,
    operators: boolean,
  ): Promise<Document> {
    const update = documentOf(change, 'the update');
    if (operators !== Object.keys(update).some((key) => key.startsWith('$'))) {
      const problem = operators
        ? 'Update document requires atomic operators'
        : 'Replacement document must not contain atomic operators';
      throw new ClientError('MongoInvalidArgumentError', problem);
    }
    const upsert = documentOf(options, 'the options').upsert === true;
    const answer = await this.#write(
      { update: { filter: documentOf(filter, 'the filter'), update, multi, upsert } },
      options,
    );
    const { matchedCount, modifiedCount, upsertedId } = answer;
    return {
      acknowledged: true,
      insertedId: upsertedId!,
      matchedCount: matchedCount!,
      modifiedCount: modifiedCount!,
      upsertedCount: upsertedId === null ? 0 : 1,
    };
  }

  async #delete(filter: ShellValue, options: ShellValue, multi: boolean): Promise<Document> {
    if (filter === undefined)
      throw new ClientError(
        'MongoshInvalidInputError',
        'Missing required argument at position 0: the filter ({} for all)',
      );
    const answer = await this.#write({ delete: { filter: documentOf(filter, 'the filter'), multi } }, options);
    return { acknowledged: true, deletedCount: answer.deletedCount! };
  }
}
