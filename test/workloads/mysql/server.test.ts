import { describe, expect, it } from 'vitest';
import { mysqladmin } from '../../../src/workloads/mysql/clients/mysqladmin.ts';
import { World } from '../world.ts';
import { ask, data, password, run, server } from './support.ts';

describe('mysqld', () => {
  it('announces itself as a stand-in', async () => {
    const world = new World();
    const host = await server(world, 'mysql-0');
    expect(host.lines[0]).toContain('Not MySQL: a stand-in for learning');
    expect(await ask(host, 'select version()')).toBe('8.0-ordinal-stand-in\n');
  });

  it('does not begin with an empty folder unless it is told about the password', async () => {
    const world = new World();
    const host = await server(world, 'mysql-0', { env: {} });
    expect(await host.exit).toBe(1);
    expect(host.lines.join('\n')).toContain(
      '[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n' +
        '    You need to specify one of the following as an environment variable:\n    - MYSQL_ROOT_PASSWORD\n',
    );
    expect(world.disk('mysql-0').content.size).toBe(0);
  });

  it('takes the password of an empty folder only: afterwards the environment changes nothing', async () => {
    const world = new World();
    const first = await server(world, 'mysql-0');
    await ask(first, 'create database shop');
    await first.terminate();
    const second = await server(world, 'mysql-0', { env: { MYSQL_ROOT_PASSWORD: 'other' } });
    expect((await run(second, ['-uroot', '-pother', '-e', 'select 1'])).err).toBe(
      "ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)\n",
    );
    expect(await ask(second, "show databases like 'shop'")).toBe('shop\n');
    await ask(second, "alter user 'root'@'localhost' identified by 'other'");
    expect((await run(second, ['-uroot', '-pother', '-e', 'select 1'])).out).toBe('1\n1\n');
    // From elsewhere it is another account.
    const client = world.host('client');
    expect((await run(client, ['-h', 'mysql-0', '-uroot', '-pother', '-e', 'select 1'])).err).toContain(
      "'root'@'10.0.0.9'",
    );
    expect((await run(client, ['-h', 'mysql-0', '-uroot', `-p${password}`, '-e', 'select 1'])).err).toBe('');
  });

  it('takes a password from the file that a Secret is mounted as', async () => {
    const world = new World();
    world.disk('mysql-0').content.set('/secrets/root', Buffer.from('from a file\n'));
    const host = await server(world, 'mysql-0', { env: { MYSQL_ROOT_PASSWORD_FILE: '/secrets/root' } });
    expect((await run(host, ['-N', '-uroot', '-pfrom a file', '-e', 'select 1'])).out).toBe('1\n');
  });

  it('makes the database and the account that the environment names, and keeps the account to its database', async () => {
    const world = new World();
    const host = await server(world, 'mysql-0', {
      env: { MYSQL_ALLOW_EMPTY_PASSWORD: 'yes', MYSQL_DATABASE: 'shop', MYSQL_USER: 'app', MYSQL_PASSWORD: 'x' },
    });
    const app = (sql: string) => run(host, ['-N', '-uapp', '-px', '-e', sql]);
    expect((await app('show databases')).out).toBe('information_schema\nperformance_schema\nshop\n');
    expect((await app('create table shop.t (id int); insert into shop.t values (1); select * from shop.t')).out).toBe(
      '1\n',
    );
    expect((await app('create database other')).err).toContain(
      "Access denied for user 'app'@'localhost' to database 'other'",
    );
    expect((await app('set global read_only=1')).err).toContain('ERROR 1227');
    expect((await app("alter user 'root'@'%' identified by 'mine'")).err).toContain('ERROR 1227');
    expect((await run(host, ['-uroot', '-e', 'select 1'])).code).toBe(0);
  });

  it('has on the volume what it has acknowledged, whatever becomes of it', async () => {
    const world = new World();
    const host = await server(world, 'mysql-0');
    await ask(host, 'create database shop; create table shop.t (id int auto_increment primary key, v varchar(9))');
    for (let index = 0; index < 5; index++) {
      await ask(host, `insert into shop.t (v) values ('${index}')`);
    }
    await ask(host, 'delete from shop.t where id=2; update shop.t set v=null where id=3');
    host.kill();
    const again = await server(world, 'mysql-0');
    expect(await ask(again, 'select * from shop.t')).toBe('1\t0\n3\tNULL\n4\t3\n5\t4\n');
    await ask(again, "insert into shop.t (v) values ('new')");
    expect(await ask(again, 'select max(id) from shop.t')).toBe('6\n');
  });

  it('leaves out a line that was not written to its end, and goes on after it', async () => {
    const world = new World();
    const host = await server(world, 'mysql-0');
    await ask(host, 'create database one');
    host.kill();
    const { content } = world.disk('mysql-0');
    const path = `${data}/binlog.000001`;
    content.set(path, Buffer.concat([content.get(path)!, Buffer.from('{"gtid":{"sour')]));
    const again = await server(world, 'mysql-0');
    await ask(again, 'create database two');
    again.kill();
    const last = await server(world, 'mysql-0');
    expect(await ask(last, 'show databases')).toMatch(/one\n[\s\S]*two\n/);
  });

  it('says that the volume is full, keeps nothing of the statement, and goes on when there is room', async () => {
    const world = new World();
    const host = await server(world, 'mysql-0');
    world.disk('mysql-0').failWith = 'ENOSPC';
    expect(await ask(host, 'create database shop')).toContain('ERROR 1026 (HY000)');
    expect(await ask(host, "show databases like 'shop'")).toBe('');
    world.disk('mysql-0').failWith = undefined;
    expect(await ask(host, 'create database shop')).toBe('');
    host.kill();
    expect(await ask(await server(world, 'mysql-0'), "show databases like 'shop'")).toBe('shop\n');
  });

  it('begins anew where it was stopped before it had initialised everything', async () => {
    const world = new World();
    const files = world.disk('mysql-0');
    const script = '/docker-entrypoint-initdb.d/1.sql';
    files.content.set(script, Buffer.from('create database shop;\nselct;\n'));
    const host = await server(world, 'mysql-0').catch(() => undefined);
    expect(host).toBeUndefined();
    files.content.set(script, Buffer.from('create database shop;\n'));
    const again = await server(world, 'mysql-0');
    expect(await ask(again, "show databases like 'shop'")).toBe('shop\n');
  });

  it('reads its options from files and arguments, and refuses what is none', async () => {
    const world = new World();
    world
      .disk('mysql-3')
      .content.set('/etc/mysql/conf.d/a.cnf', Buffer.from('# mine\n[mysqld]\nserver-id = 103\nread_only\n'));
    const host = await server(world, 'mysql-3', { args: ['--port=3307'], env: { MYSQL_ROOT_PASSWORD: password } });
    expect(
      (await run(host, ['-N', '-P3307', '-uroot', `-p${password}`, '-e', 'select @@server_id, @@read_only'])).out,
    ).toBe('103\t1\n');
    const wrong = await server(world, 'mysql-4', { args: ['--nix=1'] });
    expect(await wrong.exit).toBe(1);
    expect(wrong.lines.join()).toContain("unknown variable 'nix=1'");
  });

  it('keeps what was persisted, and forgets what was set', async () => {
    const world = new World();
    const host = await server(world, 'mysql-0');
    await ask(host, 'set persist super_read_only = on; set global server_id = 9');
    expect(await ask(host, 'create database x')).toBe(
      'ERROR 1290 (HY000) at line 1: The MySQL server is running with the --super-read-only option so it cannot execute this statement',
    );
    expect(await host.terminate()).toBe(0);
    const again = await server(world, 'mysql-0');
    expect(await ask(again, 'select @@super_read_only, @@read_only, @@server_id')).toBe('1\t1\t1\n');
    await ask(again, 'set global read_only = off');
    expect(await ask(again, 'select @@super_read_only; create database x')).toBe('0\n');
  });

  it('lets read_only hold back everybody but administrators', async () => {
    const world = new World();
    const host = await server(world, 'mysql-0');
    await ask(
      host,
      "create database shop; create user app@'%' identified by 'x'; grant all on shop.* to app@'%'; set global read_only=1",
    );
    expect((await run(host, ['-uapp', '-px', '-e', 'create table shop.t (id int)'])).err).toContain(
      '--read-only option',
    );
    expect(await ask(host, 'create table shop.t (id int)')).toBe('');
  });
});

describe('mysql', () => {
  it.each([
    [['-u', 'root', '-pask'], 'ask', ''],
    [['--user=root', '--password=ask'], 'ask', ''],
    [['--user', 'root', '-p'], 'typed', 'typed\n'],
  ])('takes the password of %j', async (args, password, input) => {
    const world = new World();
    const host = await server(world, 'mysql-0', { env: { MYSQL_ROOT_PASSWORD: password } });
    expect(await run(host, [...args, '-Ne', 'select 1'], input)).toEqual({ code: 0, out: '1\n', err: '' });
    expect(await run(host, ['-uroot', '--nix'])).toMatchObject({ code: 2, err: "mysql: unknown option '--nix'\n" });
  });
});

describe('mysqladmin', () => {
  it('pings whoever answers, and says who does not', async () => {
    const world = new World();
    const host = await server(world, 'mysql-0');
    const ping = async (...args: string[]) => {
      const client = host.process({ args: [...args, 'ping'] });
      const code = await world.settle(mysqladmin(client));
      return { code, text: client.console.output + client.console.errors };
    };
    expect(await ping('-uroot', `-p${password}`)).toEqual({ code: 0, text: 'mysqld is alive\n' });
    expect(await ping('-uroot', '-pwrong')).toEqual({
      code: 0,
      text: "mysqladmin: connect to server at 'localhost' failed\nerror: 'Access denied for user 'root'@'localhost' (using password: YES)'\n",
    });
    expect((await ping('-h', 'nix')).text).toContain("Unknown server host 'nix' (-2)");
    world.host('idle');
    expect((await ping('-h', 'idle')).text).toContain("Can't connect to server on 'idle' (115)");
    await host.terminate();
    expect(await ping()).toMatchObject({ code: 1 });
  });
});
