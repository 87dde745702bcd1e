import type { Host } from '../host.ts';
import { Client } from '../mongodb/client.ts';
import { parseConnectionString } from '../mongodb/connection-string.ts';
import type { Document, Value } from '../mongodb/values.ts';

const database = 'kiada';

/** The quiz's questions and the answers given to them, in a database that may come and go. */
export class Questions {
  readonly #host: Host;
  readonly #address: string;
  #client: Promise<Client> | undefined;

  /** @param address a connection string; its names are looked up when they are first needed */
  constructor(host: Host, address: string) {
    this.#host = host;
    this.#address = address;
  }

  /** Rejects where there is no primary that could answer now. */
  async ready(): Promise<void> {
    await this.#run(async (client) => {
      await client.select('write', 0);
      return client.run('write', database, { ping: 1 });
    });
  }

  /** Undefined where there is no such question. */
  async question(id: number): Promise<Document | undefined> {
    const [found] = await this.#find({ filter: { id }, limit: 1 });
    return found;
  }

  /** Undefined where there are no questions. */
  async randomQuestion(): Promise<Document | undefined> {
    const { n } = await this.#run((client) => client.run('read', database, { count: {} }, { collection: 'questions' }));
    const [found] = await this.#find({ skip: Math.floor(this.#host.random() * Number(n)), limit: 1 });
    return found;
  }

  /** Resolves once a majority of the set has the answer on its volumes. */
  async answered(response: Document): Promise<void> {
    await this.#run((client) => client.run('write', database, { insert: [response] }, { collection: 'responses' }));
  }

  async #find(find: Record<string, Value>): Promise<Document[]> {
    const answer = await this.#run((client) => client.run('read', database, { find }, { collection: 'questions' }));
    return answer.documents as Document[];
  }

  async #run<T>(act: (client: Client) => Promise<T>): Promise<T> {
    this.#client ??= this.#connect();
    const client = this.#client;
    try {
      return await act(await client);
    } catch (error) {
      // Names may lead elsewhere by now: they are looked up again next time.
      if (this.#client === client) this.#client = undefined;
      throw error;
    }
  }

  async #connect(): Promise<Client> {
    return new Client(this.#host, await parseConnectionString(this.#host, this.#address));
  }
}
