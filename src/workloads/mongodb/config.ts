import type { Host } from '../host.ts';
import { peerDomain } from '../identity.ts';
import { ServerError } from './errors.ts';
import { type Document, isPlain, newObjectId, type Value } from './values.ts';

export interface MemberConfig {
  readonly _id: number;
  /** "quiz-0.quiz-pods.kiada.svc.cluster.local:27017": how the others, and clients, find it. */
  readonly host: string;
  /** 0: it is never elected. The higher, the sooner it stands. */
  readonly priority: number;
}

export interface SetConfig {
  /** The set's name. */
  readonly _id: string;
  readonly version: number;
  readonly members: readonly MemberConfig[];
  readonly settings: {
    readonly heartbeatIntervalMillis: number;
    readonly electionTimeoutMillis: number;
    /** Tells two sets of the same name apart. */
    readonly replicaSetId: { readonly $oid: string };
  };
}

/** MongoDB's own. */
const defaults = { heartbeatIntervalMillis: 2_000, electionTimeoutMillis: 10_000 };
const known = {
  config: ['_id', 'version', 'members', 'settings', 'term', 'protocolVersion'],
  member: ['_id', 'host', 'priority', 'votes'],
  settings: [...Object.keys(defaults), 'replicaSetId'],
};

export const defaultPort = 27_017;

/** What `rs.initiate` and `rs.reconfig` were given, completed. @throws ServerError InvalidReplicaSetConfig */
export function parseConfig(host: Host, given: Document, setName: string, previous?: SetConfig): SetConfig {
  unknownFields('ReplSetConfig', given, known.config);
  if (given._id !== setName) {
    throw invalid(
      `Rejecting initiate with a set name that differs from command line set name, initiate set name: ${text(given._id)}, command line set name: ${setName}`,
    );
  }
  const list = given.members;
  if (!Array.isArray(list) || list.length === 0)
    throw invalid('a config needs members: [{ _id: 0, host: "NAME:PORT" }, …]');
  if (list.length > 7)
    throw invalid(`${list.length} members are too many: the stand-in has at most 7, and all of them vote`);
  const members = list.map((member) => parseMember(member));
  for (const field of ['_id', 'host'] as const) {
    const seen = new Set(members.map((member) => member[field]));
    if (seen.size < members.length) throw invalid(`Found two member configurations with the same ${field} field`);
  }
  const local = members.filter((member) => isLocal(nameOf(member.host)));
  if (local.length > 0 && local.length < members.length) {
    throw invalid('Either all host names in a replica set configuration must be localhost references, or none must be');
  }
  if (members.every(({ priority }) => priority === 0))
    throw invalid('at least one member must have a priority above 0');
  const settings = isPlain(given.settings) ? given.settings : {};
  unknownFields('settings', settings, known.settings);
  const millis = (field: keyof typeof defaults) => positive(field, settings[field] ?? defaults[field]);
  return {
    _id: setName,
    version: previous ? previous.version + 1 : 1,
    members,
    settings: {
      heartbeatIntervalMillis: millis('heartbeatIntervalMillis'),
      electionTimeoutMillis: millis('electionTimeoutMillis'),
      replicaSetId: previous?.settings.replicaSetId ?? newObjectId(host),
    },
  };
}

function parseMember(given: Value): MemberConfig {
  if (!isPlain(given)) throw invalid('each member is a document { _id: NUMBER, host: "NAME:PORT" }');
  unknownFields('MemberConfig', given, known.member);
  const { _id: id, host, priority = 1, votes = 1 } = given;
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0)
    throw invalid(`'${text(id)}' is no member's _id: give a number`);
  if (typeof host !== 'string' || !/^[^\s:/]+(:\d+)?$/.test(host))
    throw invalid(`'${text(host)}' is no host: give "NAME:PORT"`);
  if (typeof priority !== 'number' || priority < 0 || priority > 1000)
    throw invalid(`priority must be from 0 to 1000, not ${text(priority)}`);
  if (votes !== 1) throw invalid('in the stand-in all members vote: leave votes away');
  return { _id: id, host: host.includes(':') ? host : `${host}:${defaultPort}`, priority };
}

/** At most one member may come or go at a time: two majorities then always have a member in common. */
export function membersChanged(before: SetConfig, after: SetConfig): number {
  const hosts = (config: SetConfig) => new Set(config.members.map(({ host }) => host));
  const [old, now] = [hosts(before), hosts(after)];
  return [...old].filter((host) => !now.has(host)).length + [...now].filter((host) => !old.has(host)).length;
}

export function majorityOf(config: SetConfig): number {
  return Math.floor(config.members.length / 2) + 1;
}

/** Which member this process is, by the names that it has; undefined where it is none of them. */
export async function selfIn(host: Host, config: SetConfig, port: number): Promise<MemberConfig | undefined> {
  const domain = await peerDomain(host);
  const full = domain === undefined ? host.hostname : `${host.hostname}.${domain}`;
  return config.members.find((member) => {
    const name = nameOf(member.host);
    if (Number(member.host.slice(name.length + 1)) !== port) return false;
    return isLocal(name) || name === host.hostname || name === full || full.startsWith(`${name}.`);
  });
}

function nameOf(host: string): string {
  return host.slice(0, host.lastIndexOf(':'));
}

function isLocal(name: string): boolean {
  return name === 'localhost' || name.startsWith('127.');
}

function unknownFields(what: string, given: Document, fields: readonly string[]): void {
  const field = Object.keys(given).find((each) => !fields.includes(each));
  if (field !== undefined)
    throw invalid(`BSON field '${what}.${field}' is an unknown field to the stand-in, which has ${fields.join(', ')}`);
}

function positive(field: string, value: Value): number {
  if (typeof value === 'number' && value > 0) return value;
  throw invalid(`${field} must be a number above 0, not ${text(value)}`);
}

function text(value: Value | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null);
}

function invalid(message: string): ServerError {
  return new ServerError('InvalidReplicaSetConfig', message);
}
