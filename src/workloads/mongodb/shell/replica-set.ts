import { ClientError } from '../errors.ts';
import { type Document, isPlain, type Value } from '../values.ts';
import { documentOf, run, type Session } from './session.ts';
import { type ShellFunction, type ShellValue, Thing } from './thing.ts';

/** `rs` */
export class ReplicaSetHelper extends Thing {
  readonly #methods: Readonly<Record<string, ShellFunction>>;

  constructor(session: Session) {
    super();
    const admin = async (purpose: 'any' | 'write', command: Document): Promise<Document> => ({
      ...(await run(session, purpose, 'admin', command)),
      ok: 1,
    });
    const conf = async () => (await admin('any', { replSetGetConfig: 1 })).config as Document;
    const reconfig = (config: Document) => admin('write', { replSetReconfig: config });
    this.#methods = {
      initiate: (config) => admin('any', { replSetInitiate: documentOf(config, 'the config') }),
      status: () => admin('any', { replSetGetStatus: 1 }),
      conf,
      config: conf,
      reconfig: (config) => reconfig(documentOf(config, 'the config')),
      add: async (given) => {
        const before = await conf();
        const members = before.members as Document[];
        const id = Math.max(...members.map((member) => Number(member._id))) + 1;
        const member = typeof given === 'string' ? { host: given } : documentOf(given, 'the member');
        return reconfig({ ...before, members: [...members, { _id: id, ...member }] });
      },
      remove: async (host) => {
        const before = await conf();
        const members = (before.members as Document[]).filter((member) => member.host !== host);
        if (members.length === (before.members as Value[]).length) {
          throw new ClientError(
            'MongoshInvalidInputError',
            `Couldn't find ${String(host)} in ${JSON.stringify((before.members as Document[]).map((member) => member.host))}. Is ${String(host)} a member of this replset?`,
          );
        }
        return reconfig({ ...before, members });
      },
      stepDown: (seconds) => admin('write', { replSetStepDown: typeof seconds === 'number' ? seconds : 60 }),
      hello: () => run(session, 'any', 'admin', { hello: 1 }),
      isMaster: () => run(session, 'any', 'admin', { hello: 1 }),
      secondaryOk: () => {
        session.client.readPreference = 'primaryPreferred';
        return undefined;
      },
      help: () => `rs.initiate, status, conf, add, remove, reconfig, stepDown, hello`,
    };
  }

  shown(): string {
    return 'rs: rs.initiate, status, conf, add, remove, reconfig, stepDown, hello';
  }

  member(name: string): ShellValue {
    return Object.hasOwn(this.#methods, name) ? this.#methods[name] : undefined;
  }
}

/** "quiz [direct: primary] kiada> ", as far as the server says. */
export function prompt(hello: Document, direct: boolean, database: string): string {
  if (!isPlain(hello)) return `${database}> `;
  const role = hello.isWritablePrimary === true ? 'primary' : hello.secondary === true ? 'secondary' : 'other';
  if (typeof hello.setName !== 'string') return `${database}> `;
  return `${hello.setName} [${direct ? `direct: ${role}` : 'primary'}] ${database}> `;
}
