import { describe, expect, it } from 'vitest';
import { ReplicaSet } from './replica-set.ts';

describe('a replica set', () => {
  it('elects a primary once it is initiated, and not before', async () => {
    const set = await ReplicaSet.started();
    await set.world.advance(30_000);
    expect(await set.state('quiz-0')).toMatchObject({ state: 'STARTUP', term: 0 });
    await expect(set.insert('quiz-0', 1)).rejects.toThrow('NotWritablePrimary: not primary');
    await expect(set.ids('quiz-0')).rejects.toThrow('NotPrimaryOrSecondary');
    await set.ask('quiz-0', { replSetInitiate: set.config() });
    expect(await set.primary()).toBe('quiz-0');
    await set.settled();
    expect((await set.state('quiz-2')).primary).toBe(set.name('quiz-0'));
  });

  it('has a write on the volumes of a majority before it is acknowledged', async () => {
    const set = await ReplicaSet.initiated();
    await set.insert('quiz-0', 1);
    const holders = ['quiz-0', 'quiz-1', 'quiz-2'].filter((pod) =>
      set.oplog(pod).some(({ change }) => change.op === 'put'),
    );
    expect(holders.length).toBeGreaterThanOrEqual(2);
    await set.settled();
    expect(await set.ids('quiz-1')).toEqual([1]);
    expect(await set.ids('quiz-2')).toEqual([1]);
  });

  it('takes writes at the primary alone, and reads of a secondary where they are asked for', async () => {
    const set = await ReplicaSet.initiated();
    await expect(set.insert('quiz-1', 1)).rejects.toThrow('NotWritablePrimary: not primary');
    await expect(set.ask('quiz-1', { find: {} })).rejects.toThrow('NotPrimaryNoSecondaryOk');
    expect(await set.ids('quiz-1')).toEqual([]);
  });

  it('hands over at once when the primary is asked to end', async () => {
    const set = await ReplicaSet.initiated();
    await set.insert('quiz-0', 1);
    await set.settled();
    const before = set.world.clock.now();
    expect(await set.host('quiz-0').terminate()).toBe(0);
    const next = await set.primary(['quiz-1', 'quiz-2']);
    expect(set.world.clock.now() - before).toBeLessThan(1_000);
    await set.insert(next, 2);
    await set.start('quiz-0');
    await set.settled();
    expect(await set.ids('quiz-0')).toEqual([1, 2]);
    expect((await set.state('quiz-0')).state).toBe('SECONDARY');
    expect(await set.primary()).toBe(next);
  });

  it('elects another within the election timeout when the primary is lost without a word', async () => {
    const set = await ReplicaSet.initiated();
    await set.insert('quiz-0', 1);
    const before = set.world.clock.now();
    set.host('quiz-0').kill();
    const next = await set.primary(['quiz-1', 'quiz-2']);
    expect(set.world.clock.now() - before).toBeLessThan(15_000);
    expect(await set.ids(next)).toEqual([1]);
  });

  it('has no primary without a majority, and one again when a member is back', async () => {
    const set = await ReplicaSet.initiated();
    set.host('quiz-1').kill();
    set.host('quiz-2').kill();
    await set.world.until(async () => (await set.state('quiz-0')).state === 'SECONDARY');
    await expect(set.insert('quiz-0', 1)).rejects.toThrow('NotWritablePrimary');
    await set.world.advance(60_000);
    expect((await set.state('quiz-0')).state).toBe('SECONDARY');
    await set.start('quiz-2');
    await set.insert(await set.primary(), 2);
  });

  it('tells of a write that no majority has by wtimeout, and takes it back once another is primary', async () => {
    const set = await ReplicaSet.initiated();
    await set.insert('quiz-0', 1);
    await set.settled();
    set.world.cut('quiz-0', 'quiz-1');
    set.world.cut('quiz-0', 'quiz-2');
    const answer = await set.insert('quiz-0', 2, { writeConcern: { w: 'majority', wtimeout: 500 } });
    expect(answer.writeConcernError).toBe('waiting for replication timed out');
    expect(await set.ids('quiz-0')).toEqual([1, 2]);
    const next = await set.primary(['quiz-1', 'quiz-2']);
    await set.insert(next, 3);
    set.world.heal();
    await set.settled();
    expect(await set.ids('quiz-0')).toEqual([1, 3]);
    expect(set.host('quiz-0').lines.join('\n')).toContain('Rollback: 1 entries');
    expect(set.oplog('quiz-0')).toEqual(set.oplog(next));
  });

  it('interrupts a write that waits for a majority when the primary steps down', async () => {
    const set = await ReplicaSet.initiated();
    set.world.isolate('quiz-0');
    set.world.heal();
    set.world.cut('quiz-0', 'quiz-1');
    set.world.cut('quiz-0', 'quiz-2');
    await expect(set.insert('quiz-0', 2)).rejects.toThrow('InterruptedDueToReplStateChange');
  });

  it('is not disturbed by a member that was cut off', async () => {
    const set = await ReplicaSet.initiated();
    const { term } = await set.state('quiz-0');
    set.world.cut('quiz-2', 'quiz-0');
    set.world.cut('quiz-2', 'quiz-1');
    await set.world.advance(60_000);
    await set.insert('quiz-0', 1);
    set.world.heal();
    await set.settled();
    expect(await set.state('quiz-0')).toMatchObject({ state: 'PRIMARY', term });
    expect(await set.ids('quiz-2')).toEqual([1]);
  });

  it('keeps everything when all members are killed at once, and needs no second initiation', async () => {
    const set = await ReplicaSet.initiated();
    for (const id of [1, 2, 3]) await set.insert('quiz-0', id);
    for (const pod of ['quiz-0', 'quiz-1', 'quiz-2']) set.host(pod).kill();
    for (const pod of ['quiz-0', 'quiz-1', 'quiz-2']) await set.start(pod);
    expect(await set.ids(await set.primary())).toEqual([1, 2, 3]);
    await expect(set.ask('quiz-0', { replSetInitiate: set.config() })).rejects.toThrow('already initialized');
  });

  it('loses nothing that was acknowledged, whichever members fail one after the other', async () => {
    const set = await ReplicaSet.initiated();
    const acknowledged: number[] = [];
    for (let round = 0; round < 9; round++) {
      const primary = await set.primary();
      await set.insert(primary, round);
      acknowledged.push(round);
      const victim = round % 2 === 0 ? primary : `quiz-${round % 3}`;
      set.host(victim).kill();
      const others = ['quiz-0', 'quiz-1', 'quiz-2'].filter((pod) => pod !== victim);
      await set.insert(await set.primary(others), 100 + round);
      acknowledged.push(100 + round);
      await set.start(victim);
    }
    const primary = await set.primary();
    await set.settled();
    for (const pod of ['quiz-0', 'quiz-1', 'quiz-2']) {
      expect((await set.ids(pod)).sort()).toEqual(expect.arrayContaining([...acknowledged].sort()));
    }
    expect(set.oplog('quiz-0')).toEqual(set.oplog(primary));
  });

  it('says so when it cannot write, and forgets half a line', async () => {
    const set = await ReplicaSet.initiated();
    set.world.disk('quiz-0').failWith = 'ENOSPC';
    await expect(set.insert('quiz-0', 1)).rejects.toThrow('ENOSPC');
    set.world.disk('quiz-0').failWith = undefined;
    await set.insert(await set.primary(), 2);
    await set.settled();
    expect(await set.ids('quiz-0')).toEqual([2]);
    set.host('quiz-1').kill();
    const { content } = set.world.disk('quiz-1');
    const path = '/data/db/oplog.jsonl';
    content.set(path, Buffer.concat([content.get(path)!, Buffer.from('{"index":99,"te')]));
    await set.start('quiz-1');
    await set.insert(await set.primary(), 3);
    await set.settled();
    expect(set.oplog('quiz-1')).toEqual(set.oplog('quiz-0'));
  });
});

describe('the configuration of a replica set', () => {
  it('is refused where a member cannot be reached or found', async () => {
    const set = await ReplicaSet.started(2);
    const wrong = set.ask('quiz-0', { replSetInitiate: set.config(3) });
    await expect(wrong).rejects.toThrow(
      `NodeNotFound: replSetInitiate quorum check failed because not all proposed set members responded affirmatively: ` +
        `${set.name('quiz-2')} failed with Error connecting to ${set.name('quiz-2')} :: caused by :: Could not find address for`,
    );
    expect((await set.state('quiz-0')).state).toBe('STARTUP');
  });

  it.each([
    [{ _id: 'other', members: [{ _id: 0, host: 'quiz-0' }] }, 'set name that differs'],
    [{ _id: 'quiz', members: [{ _id: 0, host: 'quiz-9' }] }, 'maps to this node'],
    [{ _id: 'quiz', members: [] }, 'needs members'],
    [{ _id: 'quiz', members: [{ _id: 0, host: 'quiz-0', arbiterOnly: true }] }, 'unknown field'],
    [
      {
        _id: 'quiz',
        members: [
          { _id: 0, host: 'quiz-0' },
          { _id: 0, host: 'quiz-1' },
        ],
      },
      'same _id',
    ],
    [{ _id: 'quiz', members: [{ _id: 0, host: 'quiz-0', priority: 0 }] }, 'priority above 0'],
  ])('is refused where it is wrong: %j', async (config, why) => {
    const set = await ReplicaSet.started(1);
    await expect(set.ask('quiz-0', { replSetInitiate: config })).rejects.toThrow(why);
  });

  it('grows and shrinks by one member at a time', async () => {
    const set = await ReplicaSet.initiated();
    await set.insert('quiz-0', 1);
    await set.start('quiz-3');
    const { config } = (await set.ask('quiz-0', { replSetGetConfig: 1 })) as never as { config: { members: object[] } };
    const more = (id: number) => ({ _id: id, host: set.name(`quiz-${id}`) });
    const grown = { ...config, members: [...config.members, more(3)] };
    await expect(
      set.ask('quiz-0', { replSetReconfig: { ...grown, members: [...grown.members, more(4)] } as never }),
    ).rejects.toThrow('at most 1 voting member');
    await expect(set.ask('quiz-1', { replSetReconfig: grown as never })).rejects.toThrow('NotWritablePrimary');
    await set.ask('quiz-0', { replSetReconfig: grown as never });
    await set.settled();
    expect(await set.ids('quiz-3')).toEqual([1]);
    await set.ask('quiz-0', { replSetReconfig: config as never });
    await set.world.advance(5_000);
    await set.insert('quiz-0', 2);
    await expect(set.ids('quiz-1')).resolves.toEqual([1, 2]);
    expect(set.oplog('quiz-3').filter(({ change }) => change.op === 'put')).toHaveLength(1);
  });

  it('elects the one with the higher priority, and never the one with none', async () => {
    const set = await ReplicaSet.started();
    const members = [0, 1, 2].map((id) => ({ _id: id, host: set.name(`quiz-${id}`), priority: id === 1 ? 0 : 1 }));
    await set.ask('quiz-0', { replSetInitiate: { _id: 'quiz', members } });
    await set.primary();
    await set.settled();
    set.host('quiz-0').kill();
    expect(await set.primary(['quiz-1', 'quiz-2'])).toBe('quiz-2');
  });

  it('steps down when asked, and lets another be elected', async () => {
    const set = await ReplicaSet.initiated();
    await set.ask('quiz-0', { replSetStepDown: 60 });
    const next = await set.primary(['quiz-1', 'quiz-2']);
    await set.insert(next, 1);
    expect((await set.state('quiz-0')).state).toBe('SECONDARY');
  });

  it('shows everybody to whoever asks anybody, those too that are gone', async () => {
    const set = await ReplicaSet.initiated();
    set.host('quiz-2').kill();
    const { members, set: name } = await set.ask('quiz-1', { replSetGetStatus: 1 });
    expect(name).toBe('quiz');
    expect(members).toMatchObject([
      { name: set.name('quiz-0'), health: 1, stateStr: 'PRIMARY' },
      { name: set.name('quiz-1'), health: 1, stateStr: 'SECONDARY', self: true, syncSourceHost: set.name('quiz-0') },
      { name: set.name('quiz-2'), health: 0, stateStr: '(not reachable/healthy)' },
    ]);
  });
});

describe('a server on its own', () => {
  it('takes writes at once, knows no set, and can become one with what it has', async () => {
    const set = new ReplicaSet();
    await set.start('quiz-0', ['--bind_ip_all']);
    await set.insert('quiz-0', 1);
    await expect(set.ask('quiz-0', { replSetInitiate: {} })).rejects.toThrow('not running with --replSet');
    expect(await set.host('quiz-0').terminate()).toBe(0);
    await set.start('quiz-0');
    await set.ask('quiz-0', { replSetInitiate: {} });
    await set.insert(await set.primary(), 2);
    expect(await set.ids('quiz-0')).toEqual([1, 2]);
  });

  it('is reached by its own Pod alone unless --bind_ip says otherwise', async () => {
    const set = new ReplicaSet();
    await set.start('quiz-0', []);
    await expect(set.insert('quiz-0', 1)).rejects.toThrow('ECONNREFUSED');
  });

  it.each([
    [['--auth'], /unrecognised option '--auth'/],
    [['--port', 'x'], /--port 'x'/],
    [['--replSet'], /argument for option '--replSet' is missing/],
  ])('does not start with %j', async (options, why) => {
    const set = new ReplicaSet();
    const host = await set.start('quiz-0', options);
    expect(await host.exit).toBe(2);
    expect(host.lines.join()).toMatch(why);
  });
});
