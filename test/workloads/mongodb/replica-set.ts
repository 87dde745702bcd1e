import type { CommandRequest } from '../../../src/workloads/mongodb/commands.ts';
import type { Entry } from '../../../src/workloads/mongodb/journal.ts';
import { mongod } from '../../../src/workloads/mongodb/mongod.ts';
import type { Document } from '../../../src/workloads/mongodb/values.ts';
import { type FakeHost, World } from '../world.ts';

export const domain = 'quiz-pods.kiada.svc.cluster.local';
const args = ['--replSet', 'quiz', '--bind_ip', '0.0.0.0'];

/** Pods quiz-0, quiz-1, … of a StatefulSet, each with a mongod. */
export class ReplicaSet {
  readonly world = new World();

  static async started(count = 3): Promise<ReplicaSet> {
    const set = new ReplicaSet();
    for (let ordinal = 0; ordinal < count; ordinal++) await set.start(`quiz-${ordinal}`);
    return set;
  }

  static async initiated(count = 3): Promise<ReplicaSet> {
    const set = await ReplicaSet.started(count);
    await set.ask('quiz-0', { replSetInitiate: set.config(count) });
    await set.primary();
    await set.settled();
    return set;
  }

  config(count = 3): Document {
    return {
      _id: 'quiz',
      members: Array.from({ length: count }, (_, id) => ({ _id: id, host: this.name(`quiz-${id}`) })),
    };
  }

  name(pod: string): string {
    return `${pod}.${domain}:27017`;
  }

  async start(name: string, options: readonly string[] = args): Promise<FakeHost> {
    const hosts = `127.0.0.1 localhost\n10.0.0.1 ${name}.${domain} ${name}\n`;
    this.world.disk(name).content.set('/etc/hosts', Buffer.from(hosts));
    const host = this.world.host(name, { args: options }).run(mongod);
    await this.world.advance(0);
    return host;
  }

  host(name: string): FakeHost {
    return this.world.hosts.get(name)!;
  }

  /** A command, as a client in the cluster sends it. Rejects with the code's name and the message. */
  async ask(pod: string, command: Document, more: Partial<CommandRequest> = {}): Promise<Document> {
    const client = this.world.hosts.get('client') ?? this.world.host('client');
    const body = JSON.stringify({ db: 'kiada', collection: 'questions', command, ...more });
    const url = `http://${this.name(pod)}/command`;
    const { text } = await this.world.settle(client.fetch(url, { method: 'POST', body, timeout: 60_000 }));
    const answer = JSON.parse(text);
    if (answer.ok !== 1) throw new Error(`${answer.codeName}: ${answer.errmsg}`);
    return answer;
  }

  insert(pod: string, id: number, more: Partial<CommandRequest> = {}): Promise<Document> {
    return this.ask(pod, { insert: [{ _id: id }] }, more);
  }

  /** The `_id`s of all documents, as a member has them. */
  async ids(pod: string): Promise<unknown[]> {
    const { documents } = await this.ask(pod, { find: {} }, { secondaryOk: true });
    return (documents as Document[]).map((document) => document._id);
  }

  async state(pod: string): Promise<Document> {
    const client = this.world.hosts.get('client') ?? this.world.host('client');
    const { text } = await this.world.settle(client.fetch(`http://${this.name(pod)}/member/state`, { timeout: 500 }));
    return JSON.parse(text);
  }

  /** Lets time pass until one of these Pods says that it is primary. */
  async primary(pods: readonly string[] = ['quiz-0', 'quiz-1', 'quiz-2']): Promise<string> {
    let found: string | undefined;
    await this.world.until(async () => {
      found = undefined;
      for (const pod of pods) {
        if (!this.world.hosts.get(pod)?.servers.size) continue;
        if ((await this.state(pod)).state === 'PRIMARY') found = pod;
      }
      return found !== undefined;
    });
    return found!;
  }

  /** Lets time pass until all that run are primary or secondary, with one oplog. */
  async settled(): Promise<void> {
    await this.world.until(async () => {
      const pods = [...this.world.hosts.values()]
        .filter(({ servers }) => servers.size > 0)
        .map(({ hostname }) => hostname);
      const states = await Promise.all(pods.map((pod) => this.state(pod)));
      const places = new Set(states.map(({ last }) => JSON.stringify(last)));
      return places.size === 1 && states.every(({ state }) => state === 'PRIMARY' || state === 'SECONDARY');
    });
  }

  oplog(pod: string): Entry[] {
    const text = this.world.disk(pod).text('/data/db/oplog.jsonl') ?? '';
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }
}
