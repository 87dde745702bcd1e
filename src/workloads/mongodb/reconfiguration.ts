import { type MemberConfig, membersChanged, parseConfig, type SetConfig, selfIn } from './config.ts';
import type { Elections } from './elections.ts';
import { ServerError } from './errors.ts';
import type { Member } from './member.ts';
import { ask, type StateAnswer, unreachable } from './protocol.ts';
import type { Replication } from './replication.ts';
import { required } from './status.ts';
import type { Document } from './values.ts';

/** How long a member may take to answer that it is there: MongoDB's heartbeatTimeoutSecs, in milliseconds. */
const patience = 10_000;

/** `rs.initiate`: makes the set's first config, if all that it names are there and belong to no set yet. */
export async function initiate(member: Member, elections: Elections, given: Document): Promise<void> {
  required(member);
  const { host, log, port } = member;
  if (member.config) throw new ServerError('AlreadyInitialized', 'already initialized');
  const wanted =
    Object.keys(given).length > 0
      ? given
      : { _id: member.set!, members: [{ _id: 0, host: `${host.hostname}:${port}` }] };
  const config = parseConfig(host, wanted, member.set!);
  const self = await selfIn(host, config, port);
  if (!self) {
    throw new ServerError(
      'InvalidReplicaSetConfig',
      `No host described in new configuration with {version: 1, term: 0} for replica set ${member.set} maps to this node`,
    );
  }
  if (self.priority === 0) {
    throw new ServerError(
      'InvalidReplicaSetConfig',
      'this node has priority 0: initiate the set where it may be elected',
    );
  }
  const bad = await problems(
    member,
    config.members.filter((each) => each !== self),
  );
  if (bad.length > 0) {
    throw new ServerError(
      'NodeNotFound',
      `replSetInitiate quorum check failed because not all proposed set members responded affirmatively: ${bad.join(', ')}`,
    );
  }
  await member.exclusively(async () => {
    if (member.config) throw new ServerError('AlreadyInitialized', 'already initialized');
    await member.record([{ op: 'config', config }]);
  });
  log('REPL', `Replica set ${config._id} is initiated with ${config.members.map((each) => each.host).join(', ')}`);
  member.inBackground(elections.stand('the set has just been initiated', false));
}

/** `rs.reconfig`, and with it `rs.add` and `rs.remove`: on the primary, one member at a time. */
export async function reconfigure(member: Member, replication: Replication, given: Document): Promise<number> {
  required(member);
  const before = member.config;
  if (!before || !member.writable) {
    throw new ServerError(
      'NotWritablePrimary',
      `replSetReconfig should only be run on a writable PRIMARY. Current state ${member.state};`,
    );
  }
  const after = parseConfig(member.host, given, member.set!, before);
  check(member, before, after);
  const added = after.members.filter(({ host }) => !before.members.some((each) => each.host === host));
  const bad = await problems(member, added);
  if (bad.length > 0) {
    throw new ServerError(
      'NodeNotFound',
      `Quorum check failed because not enough voting nodes responded; the following nodes did not respond affirmatively: ${bad.join(', ')}`,
    );
  }
  return member.exclusively(async () => {
    if (!member.writable || member.config !== before) {
      throw new ServerError('ConfigurationInProgress', 'the config has changed meanwhile: try again');
    }
    check(member, before, after);
    await member.record([{ op: 'config', config: after }]);
    replication.reconfigured();
    member.log('REPL', `Config version ${after.version}: ${after.members.map(({ host }) => host).join(', ')}`);
    return member.journal.last.index;
  });
}

function check(member: Member, before: SetConfig, after: SetConfig): void {
  if (membersChanged(before, after) > 1) {
    throw new ServerError(
      'InvalidReplicaSetConfig',
      'Non force replica set reconfig can only add or remove at most 1 voting member.',
    );
  }
  if (!after.members.some(({ host }) => host === member.self!.host)) {
    throw new ServerError('InvalidReplicaSetConfig', 'the primary cannot remove itself: use rs.stepDown() first');
  }
  const { journal } = member;
  if (member.committed < member.configIndex || journal.termAt(member.committed) !== journal.term) {
    throw new ServerError(
      'ConfigurationInProgress',
      'Cannot run replSetReconfig because the current config is not majority committed.',
    );
  }
}

/** Of each member that cannot be taken into the set: why. */
async function problems(member: Member, members: readonly MemberConfig[]): Promise<string[]> {
  const answers = await Promise.all(
    members.map(async ({ host: other }) => {
      try {
        const { set, setId } = await ask<StateAnswer>(member.host, other, 'state', undefined, { timeout: patience });
        if (set === null)
          return `${other} failed with replication is not enabled on it: start it with --replSet ${member.set}`;
        if (set !== member.set) return `${other} failed with its replica set is named ${set}, not ${member.set}`;
        if (setId !== null && setId !== member.setId)
          return `${other} failed with it has been initiated already, in another set`;
        return undefined;
      } catch (error) {
        return `${other} failed with ${unreachable(other, error)}`;
      }
    }),
  );
  return answers.filter((problem) => problem !== undefined);
}
