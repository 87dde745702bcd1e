import { describe, expect, it } from 'vitest';
import { type FakeHost, World } from '../world.ts';
import { ask, copy, password, run, server } from './support.ts';

const follow = `CHANGE REPLICATION SOURCE TO SOURCE_HOST='mysql-0', SOURCE_USER='replica', SOURCE_PASSWORD='copy',
  SOURCE_AUTO_POSITION=1, SOURCE_CONNECT_RETRY=5, GET_SOURCE_PUBLIC_KEY=1;
START REPLICA;
SET PERSIST super_read_only = ON;
`;

function serverId(id: number) {
  return { args: [`--server-id=${id}`] };
}

/** A source with a table of one row, and replicas that were copied each from the one before. */
async function chain(world: World, replicas: number): Promise<FakeHost[]> {
  const hosts = [await server(world, 'mysql-0', serverId(100))];
  await ask(
    hosts[0]!,
    "create user replica@'%' identified by 'copy'; grant replication slave on *.* to replica@'%'; " +
      "create database shop; create table shop.t (id int auto_increment primary key, v varchar(20)); insert into shop.t (v) values ('first')",
  );
  for (let index = 1; index <= replicas; index++) {
    await copy(world, `mysql-${index - 1}`, `mysql-${index}`, follow);
    hosts.push(await server(world, `mysql-${index}`, serverId(100 + index)));
  }
  return hosts;
}

async function status(host: FakeHost): Promise<Record<string, string>> {
  const { out } = await run(host, ['-uroot', `-p${password}`, '-e', 'show replica status\\G']);
  return Object.fromEntries([...out.matchAll(/^ *(\w+): (.*)$/gm)].map(([, name, value]) => [name, value]));
}

async function has(world: World, host: FakeHost, rows: string): Promise<void> {
  await world.until(async () => (await ask(host, 'select v from shop.t')) === rows);
}

describe('replication', () => {
  it('copies from the previous ordinal, and follows the first from where the copy ends', async () => {
    const world = new World();
    const [source, one, two] = await chain(world, 2);
    for (const replica of [one!, two!]) await has(world, replica, 'first\n');
    await ask(source!, "insert into shop.t (v) values ('second')");
    for (const replica of [one!, two!]) await has(world, replica, 'first\nsecond\n');
    expect(await status(two!)).toMatchObject({
      Source_Host: 'mysql-0',
      Replica_IO_Running: 'Yes',
      Replica_SQL_Running: 'Yes',
      Seconds_Behind_Source: '0',
      Source_Server_Id: '100',
    });
    const executed = 'select @@gtid_executed';
    expect(await ask(two!, executed)).toBe(await ask(source!, executed));
    expect(await ask(two!, "insert into shop.t (v) values ('x')")).toContain('--super-read-only');
    expect((await run(two!, ['-uroot', `-p${password}`, '-e', 'show slave status\\G'])).out).toContain(
      'Slave_IO_Running: Yes',
    );
  });

  it('catches up after either of the two was away, and loses nothing', async () => {
    const world = new World();
    const [source, replica] = await chain(world, 1);
    await has(world, replica!, 'first\n');
    replica!.kill();
    await ask(source!, "insert into shop.t (v) values ('while it was away')");
    const back = await server(world, 'mysql-1', serverId(101));
    await has(world, back, 'first\nwhile it was away\n');
    source!.kill();
    await world.until(async () => (await status(back)).Replica_IO_Running === 'Connecting');
    expect((await status(back)).Last_IO_Error).toContain("Can't connect to MySQL server on 'mysql-0:3306' (111)");
    expect(await ask(back, 'select count(*) from shop.t')).toBe('2\n');
    const restarted = await server(world, 'mysql-0', serverId(100));
    await ask(restarted, "insert into shop.t (v) values ('third')");
    await has(world, back, 'first\nwhile it was away\nthird\n');
  });

  it('ends with its process, without a rejection that nobody handles', async () => {
    const world = new World();
    const [source, replica] = await chain(world, 1);
    await has(world, replica!, 'first\n');
    // As in a container whose main process is killed while it waits.
    replica!.sleep = () => Promise.reject(new Error('the process has ended'));
    source!.kill();
    await world.until(async () => (await status(replica!)).Replica_IO_Running === 'Connecting');
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('replicates a password, and says when its own is refused', async () => {
    const world = new World();
    const [source, replica] = await chain(world, 1);
    await ask(source!, "alter user 'root'@'localhost' identified by 'new'");
    await world.until(async () => (await run(replica!, ['-uroot', '-pnew', '-e', 'select 1'])).code === 0);
    expect((await run(replica!, ['-uroot', `-p${password}`, '-e', 'select 1'])).err).toContain('Access denied');
    const root = (host: FakeHost, sql: string) => run(host, ['-N', '-uroot', '-pnew', '-e', sql]);
    await root(source!, "alter user replica@'%' identified by 'other'");
    await world.until(async () => (await root(replica!, 'show replica status')).out.includes('Access denied for user'));
    await root(replica!, "stop replica; change replication source to source_password='other'; start replica");
    await root(source!, "insert into shop.t (v) values ('second')");
    await world.until(async () => (await root(replica!, 'select count(*) from shop.t')).out === '2\n');
  });

  it('stops where a replica was written to and can no longer do the same', async () => {
    const world = new World();
    const [source, replica] = await chain(world, 1);
    await has(world, replica!, 'first\n');
    await ask(replica!, "set global super_read_only=0; insert into shop.t (v) values ('mine')");
    await ask(source!, "insert into shop.t (v) values ('theirs')");
    await world.until(async () => (await status(replica!)).Replica_SQL_Running === 'No');
    expect((await status(replica!)).Last_SQL_Error).toContain(
      "Duplicate entry '2' for key 'PRIMARY', Error_code: 1062",
    );
    expect(await ask(replica!, 'select v from shop.t')).toBe('first\nmine\n');
    await ask(replica!, 'delete from shop.t where id=2; stop replica; start replica');
    await has(world, replica!, 'first\ntheirs\n');
  });

  it('refuses two servers of one id, and an account that may not', async () => {
    const world = new World();
    await chain(world, 0);
    const twin = await server(world, 'twin', serverId(100));
    const change = (user: string) =>
      `stop replica; change replication source to source_host='mysql-0', source_user='${user}', source_password='copy', source_auto_position=1; start replica`;
    await ask(twin, change('replica'));
    await world.until(async () => (await status(twin)).Replica_IO_Running === 'No');
    expect((await status(twin)).Last_IO_Error).toContain('equal MySQL server ids');
    await ask(await world.hosts.get('mysql-0')!, "create user plain@'%' identified by 'copy'");
    await ask(twin, `set global server_id=7; ${change('plain')}`);
    await world.until(async () => (await status(twin)).Last_IO_Error!.includes('REPLICATION SLAVE'));
    expect(await ask(twin, 'change replication source to source_port=1')).toContain('1198');
  });

  it('cannot follow from before what a copy has left out', async () => {
    const world = new World();
    const [, one] = await chain(world, 1);
    const empty = await server(world, 'empty', serverId(7));
    await ask(
      empty,
      "change replication source to source_host='mysql-1', source_user='replica', source_password='copy', source_auto_position=1; start replica",
    );
    await has(world, one!, 'first\n');
    await world.until(async () => (await status(empty)).Replica_IO_Running === 'No');
    expect((await status(empty)).Last_IO_Error).toContain('purged required binary logs');
  });
});
