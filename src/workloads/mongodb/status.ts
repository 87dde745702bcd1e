import { majorityOf } from './config.ts';
import { ServerError } from './errors.ts';
import type { Member } from './member.ts';
import { ask, type StateAnswer, stateNumbers, unreachable } from './protocol.ts';
import { type Document, isDocument } from './values.ts';

/** How long `rs.status()` waits for a member that does not answer. */
const patience = 10_000;

/** `db.hello()`: what clients go by. */
export function hello(member: Member): Document {
  const { config, self, set, state, primary } = member;
  const base: Document = { isWritablePrimary: member.writable, secondary: state === 'SECONDARY' };
  if (set === undefined) return base;
  if (!config || !self) {
    return {
      ...base,
      info: 'Does not have a valid replica set config',
      isreplicaset: true,
      ...(config && { setName: set }),
    };
  }
  return {
    ...base,
    setName: set,
    setVersion: config.version,
    hosts: config.members.map(({ host }) => host),
    ...(primary !== undefined && { primary }),
    me: self.host,
    term: member.journal.term,
  };
}

/** `rs.status()`: what this member knows of itself, and hears from the others when it asks them. */
export async function replSetGetStatus(member: Member, started: number): Promise<Document> {
  const { config, host, journal, self, set, state } = member;
  required(member);
  if (!config) throw new ServerError('NotYetInitialized', 'no replset config has been received');
  const date = host.now();
  const ordered = [...config.members].sort((a, b) => a._id - b._id);
  const members = await Promise.all(
    ordered.map(async (each): Promise<Document> => {
      const named = { _id: each._id, name: each.host };
      if (each._id === self?._id) {
        const mine = seen(member.answer, member.primary);
        return { ...named, health: 1, ...mine, uptime: Math.floor((date - started) / 1000), self: true };
      }
      try {
        return {
          ...named,
          health: 1,
          ...seen(await ask<StateAnswer>(host, each.host, 'state', undefined, { timeout: patience }), member.primary),
        };
      } catch (error) {
        const gone = { health: 0, state: 8, stateStr: '(not reachable/healthy)' };
        return { ...named, ...gone, lastHeartbeatMessage: unreachable(each.host, error) };
      }
    }),
  );
  return {
    set: set!,
    date: { $date: new Date(date).toISOString() },
    myState: stateNumbers[state],
    term: journal.term,
    heartbeatIntervalMillis: config.settings.heartbeatIntervalMillis,
    majorityVoteCount: majorityOf(config),
    optimes: { lastCommitted: { index: member.committed }, applied: { ...position(member.answer) } },
    members,
  };
}

function seen(answer: StateAnswer, primary: string | undefined): Document {
  return {
    state: stateNumbers[answer.state],
    stateStr: answer.state,
    optime: position(answer),
    optimeDate: { $date: new Date(answer.lastAt).toISOString() },
    syncSourceHost: answer.state === 'SECONDARY' ? (answer.primary ?? primary ?? '') : '',
  };
}

function position({ last }: StateAnswer): Document {
  return { index: last.index, t: last.term };
}

/** @throws ServerError for a server that belongs to no set */
export function required(member: Member): void {
  if (member.set === undefined) throw new ServerError('NoReplicationEnabled', 'not running with --replSet');
}

/** `rs.conf()` */
export function replSetGetConfig({ config }: Member): Document {
  if (!config) throw new ServerError('NotYetInitialized', 'no replset config has been received');
  const document: unknown = JSON.parse(JSON.stringify(config));
  return isDocument(document) ? document : {};
}
