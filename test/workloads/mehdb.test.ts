import { describe, expect, it } from 'vitest';
import { mehdb } from '../../src/workloads/mehdb/mehdb.ts';
import { type FakeHost, World } from './world.ts';

const env = { MEHDB_DATADIR: '/mehdbdata' };
const domain = 'mehdb.dd.svc.cluster.local';

async function shard(world: World, name: string, more: Record<string, string> = {}): Promise<FakeHost> {
  world.disk(name).content.set('/etc/hosts', Buffer.from(`127.0.0.1 localhost\n10.0.0.1 ${name}.${domain} ${name}\n`));
  const host = world.host(name, { env: { ...env, ...more } }).run(mehdb);
  await world.advance(0);
  return host;
}

function ask(world: World, host: string, path: string, method = 'GET', body?: string) {
  const client = world.hosts.get('client') ?? world.host('client');
  return world.settle(client.fetch(`http://${host}:9876${path}`, { method, body }));
}

describe('mehdb', () => {
  it('takes a write at the leader, and has it on the volume before it says so', async () => {
    const world = new World();
    await shard(world, 'mehdb-0');
    expect(await ask(world, 'mehdb-0', '/status')).toMatchObject({ status: 200, text: 'leader' });
    expect(await ask(world, 'mehdb-0', '/status?level=full')).toMatchObject({ status: 200, text: '0\n' });
    expect(await ask(world, 'mehdb-0', '/set/test', 'PUT', 'test data\n')).toMatchObject({
      status: 200,
      text: 'WRITE completed',
    });
    expect(world.disk('mehdb-0').text('/mehdbdata/test/content')).toBe('test data\n');
    expect((await ask(world, 'mehdb-0', '/get/test')).text).toBe('test data\n');
    expect((await ask(world, 'mehdb-0', '/keys')).text).toBe('["test"]\n');
    expect((await ask(world, 'mehdb-0', '/status?level=full')).text).toBe('1\n');
  });

  it.each([
    ['GET', '/get/none', 404],
    ['GET', '/get/_mykey42', 404],
    ['PUT', '/set/123', 404],
    ['GET', '/set/abc', 405],
    ['PUT', '/get/abc', 405],
    ['GET', '/elsewhere', 404],
    ['GET', '/keys/abc', 404],
    ['GET', '/get', 404],
  ])('answers %s %s with %i', async (method, path, status) => {
    const world = new World();
    await shard(world, 'mehdb-0');
    expect((await ask(world, 'mehdb-0', path, method)).status).toBe(status);
  });

  it('redirects a write at a follower to the leader', async () => {
    const world = new World();
    await shard(world, 'mehdb-0');
    await shard(world, 'mehdb-1');
    const answer = await ask(world, 'mehdb-1', '/set/test', 'PUT', 'x');
    expect(answer).toMatchObject({ status: 307, headers: { location: `http://mehdb-0.${domain}:9876/set/test` } });
    expect((await ask(world, 'mehdb-1', '/status')).text).toBe('follower');
    expect((await ask(world, 'mehdb-0', '/keys')).text).toBe('[]\n');
  });

  it('copies from the leader every ten seconds, what changed too', async () => {
    const world = new World();
    await shard(world, 'mehdb-0');
    const follower = await shard(world, 'mehdb-1');
    await ask(world, 'mehdb-0', '/set/test', 'PUT', 'one');
    await world.advance(9_000);
    expect((await ask(world, 'mehdb-1', '/get/test')).status).toBe(404);
    await world.advance(1_000);
    expect((await ask(world, 'mehdb-1', '/get/test')).text).toBe('one');
    await ask(world, 'mehdb-0', '/set/test', 'PUT', 'two');
    await world.advance(10_000);
    expect((await ask(world, 'mehdb-1', '/get/test')).text).toBe('two');
    await world.advance(10_000);
    expect(follower.lines.filter((line) => line === 'Synced key test from leader')).toHaveLength(2);
  });

  it('serves what it has while the leader is away, and catches up when it is back', async () => {
    const world = new World();
    const leader = await shard(world, 'mehdb-0');
    const follower = await shard(world, 'mehdb-1');
    await ask(world, 'mehdb-0', '/set/a', 'PUT', '1');
    await world.advance(10_000);
    leader.kill();
    await world.advance(10_000);
    expect(follower.lines.at(-1)).toContain("Can't get keys from leader due to");
    expect((await ask(world, 'mehdb-1', '/get/a')).text).toBe('1');
    await shard(world, 'mehdb-0');
    await ask(world, 'mehdb-0', '/set/b', 'PUT', '2');
    await world.advance(10_000);
    expect((await ask(world, 'mehdb-1', '/keys')).text).toBe('["a","b"]\n');
    follower.kill();
    await shard(world, 'mehdb-1');
    expect((await ask(world, 'mehdb-1', '/status?level=full')).text).toBe('2\n');
  });

  it('says that it could not write, and keeps nothing', async () => {
    const world = new World();
    await shard(world, 'mehdb-0');
    world.disk('mehdb-0').failWith = 'ENOSPC';
    expect((await ask(world, 'mehdb-0', '/set/test', 'PUT', 'x')).status).toBe(500);
    world.disk('mehdb-0').failWith = undefined;
    expect((await ask(world, 'mehdb-0', '/get/test')).status).toBe(404);
  });

  it('runs alone on a machine, as its README shows', async () => {
    const world = new World();
    const leader = world.host('laptop', { env: { MEHDB_HOST: 'mehdb-0', MEHDB_PORT: '9999' } }).run(mehdb);
    const follower = leader.process({ env: { MEHDB_LOCAL: 'yes', MEHDB_DATADIR: './follower-data' } }).run(mehdb);
    await world.advance(0);
    const answer = await leader.fetch('http://localhost:9876/set/abc', { method: 'PUT', body: 'x' });
    expect(answer.headers.location).toBe('http://localhost:9999/set/abc');
    await leader.fetch('http://localhost:9999/set/abc', { method: 'PUT', body: 'x' });
    await world.advance(10_000);
    expect((await leader.fetch('http://localhost:9876/get/abc')).text).toBe('x');
    expect(world.disk('laptop').text('./follower-data/abc/content')).toBe('x');
    expect(await follower.terminate()).toBe(0);
  });
});
