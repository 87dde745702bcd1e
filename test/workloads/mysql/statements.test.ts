import { beforeAll, describe, expect, it } from 'vitest';
import { type FakeHost, World } from '../world.ts';
import { ask, password, run, server } from './support.ts';

/** Errors and output as mariadb 10.11.19 of Debian 12 prints them, but for the product's name. */
describe('statements', () => {
  let world: World;
  let host: FakeHost;

  async function fresh(): Promise<void> {
    world = new World();
    host = await server(world, 'mysql-0');
    await ask(
      host,
      `CREATE DATABASE shop; USE shop; CREATE TABLE t (id int auto_increment primary key, name varchar(5) not null,
       price decimal(6,2) default 1.5, at timestamp default current_timestamp);
       INSERT INTO t (name) VALUES ('a'),('b')`,
    );
  }

  beforeAll(fresh);

  it.each([
    ['CREATE DATABASE shop', "ERROR 1007 (HY000) at line 1: Can't create database 'shop'; database exists"],
    ['DROP DATABASE nix', "ERROR 1008 (HY000) at line 1: Can't drop database 'nix'; database doesn't exist"],
    ['SELECT * FROM t', 'ERROR 1046 (3D000) at line 1: No database selected'],
    ['SELECT * FROM shop.nix', "ERROR 1146 (42S02) at line 1: Table 'shop.nix' doesn't exist"],
    ['USE nix', "ERROR 1049 (42000) at line 1: Unknown database 'nix'"],
    ['CREATE TABLE shop.t (id int)', "ERROR 1050 (42S01) at line 1: Table 't' already exists"],
    [
      "INSERT INTO shop.t VALUES (1,'x',2,now())",
      "ERROR 1062 (23000) at line 1: Duplicate entry '1' for key 'PRIMARY'",
    ],
    ['INSERT INTO shop.t (name) VALUES (null)', "ERROR 1048 (23000) at line 1: Column 'name' cannot be null"],
    ['INSERT INTO shop.t (id) VALUES (5)', "ERROR 1364 (HY000) at line 1: Field 'name' doesn't have a default value"],
    [
      "INSERT INTO shop.t (name) VALUES ('abcdef')",
      "ERROR 1406 (22001) at line 1: Data too long for column 'name' at row 1",
    ],
    [
      "INSERT INTO shop.t (id,name) VALUES ('abc','x')",
      "ERROR 1366 (22007) at line 1: Incorrect integer value: 'abc' for column `shop`.`t`.`id` at row 1",
    ],
    [
      'INSERT INTO shop.t (id,name) VALUES (1)',
      "ERROR 1136 (21S01) at line 1: Column count doesn't match value count at row 1",
    ],
    ['INSERT INTO shop.t (nix) VALUES (1)', "ERROR 1054 (42S22) at line 1: Unknown column 'nix' in 'INSERT INTO'"],
    ['SELECT nix FROM shop.t', "ERROR 1054 (42S22) at line 1: Unknown column 'nix' in 'SELECT'"],
    ['SELECT id FROM shop.t WHERE nix=1', "ERROR 1054 (42S22) at line 1: Unknown column 'nix' in 'WHERE'"],
    ['SELECT id FROM shop.t ORDER BY nix', "ERROR 1054 (42S22) at line 1: Unknown column 'nix' in 'ORDER BY'"],
    ['SELECT @@nix', "ERROR 1193 (HY000) at line 1: Unknown system variable 'nix'"],
    ["SET GLOBAL hostname='a'", "ERROR 1238 (HY000) at line 1: Variable 'hostname' is a read only variable"],
    ['DROP TABLE shop.nix', "ERROR 1051 (42S02) at line 1: Unknown table 'shop.nix'"],
    ["ALTER USER nix@'%' IDENTIFIED BY 'a'", "ERROR 1396 (HY000) at line 1: Operation ALTER USER failed for 'nix'@'%'"],
    ["CREATE USER root@'%'", "ERROR 1396 (HY000) at line 1: Operation CREATE USER failed for 'root'@'%'"],
  ])('refuses %s', async (sql, error) => {
    expect(await ask(host, sql)).toBe(error);
  });

  it.each([
    ['selct 1', "near 'selct 1' at line 1"],
    ['select * from', "near '' at line 1"],
    ['select id from t where\n and 1', "near 'and 1' at line 2"],
  ])('finds the mistake in %j', async (sql, near) => {
    expect(await ask(host, sql)).toMatch(new RegExp(`^ERROR 1064 \\(42000\\) at line 1: You have an error .*${near}$`));
  });

  it.each(['SELECT 1 UNION SELECT 2', 'BEGIN', 'SELECT * FROM shop.t JOIN shop.u', 'ALTER TABLE shop.t ADD x int'])(
    'says that it does not know %s',
    async (sql) => {
      expect(await ask(host, sql)).toMatch(/ERROR 1235 .*stand-in for learning, doesn't yet support/);
    },
  );

  it.each([
    ['select 1+2*3, 7%4, 1/0, -(-2)', '7\t3\tNULL\t2\n'],
    ["select 'it''s', 'a\\tb', \"q\"", "it's\ta\\tb\tq\n"],
    ["select 'B' = 'b', null = null, null <=> null, 2 in (1,2), 3 not in (1,2)", '1\tNULL\t1\t1\t1\n'],
    ["select 'abc' like 'a%', 'abc' like '_b_', 'a%c' like 'a\\%c', 'abc' not like 'b%'", '1\t1\t1\t1\n'],
    ['select 5 between 1 and 9, not 1 or 1, 1 and not 0', '1\t1\t1\n'],
    ["select concat('a', 1), ifnull(null, 'x'), upper('a'), length('ü')", 'a1\tx\tA\t2\n'],
    ['select count(*), min(name), max(price), sum(id) from shop.t', '2\ta\t1.5\t3\n'],
    ['select count(*), max(id) from shop.t where id > 99', '0\tNULL\n'],
    ['select name as n from shop.t order by n desc limit 1', 'b\n'],
    ['select id, price from shop.t order by 1 desc limit 1 offset 1', '1\t1.50\n'],
    ["select name from shop.t where name = 'B'", 'b\n'],
    ['select @@hostname, @@server_id, @@super_read_only', 'mysql-0\t1\t0\n'],
    ['select database(), user(), current_user()', 'NULL\troot@localhost\troot@localhost\n'],
    ["show variables like 'super_read%'", 'super_read_only\tOFF\n'],
    ['show tables from shop', 't\n'],
  ])('answers %s', async (sql, expected) => {
    expect(await ask(host, sql)).toBe(expected);
  });

  it('describes a table, and makes the same from what it says', async () => {
    expect(await ask(host, 'describe shop.t')).toBe(
      'id\tint(11)\tNO\tPRI\tNULL\tauto_increment\nname\tvarchar(5)\tNO\t\tNULL\t\n' +
        'price\tdecimal(6,2)\tYES\t\t1.50\t\nat\ttimestamp\tYES\t\tcurrent_timestamp()\t\n',
    );
    const { out } = await run(host, ['-N', '-r', '-uroot', `-p${password}`, 'shop', '-e', 'show create table t']);
    expect(out).toContain('`price` decimal(6,2) DEFAULT 1.50');
    const again = out.slice(out.indexOf('CREATE')).replace('`t`', '`again`');
    expect(await ask(host, `use shop; ${again}; describe again; drop table again`)).toContain('price\tdecimal(6,2)');
  });

  it('changes and deletes what a condition selects, and says how many', async () => {
    await fresh();
    const typed = host.process({
      args: ['-uroot', `-p${password}`, 'shop'],
      typed: [
        "update t set name='z' where id=1;",
        "update t set name='z' where id=1;",
        "insert into t (name) values ('c'),",
        "('d');",
        'delete from t where id=2;',
        'select id, name from t;',
        'select 1 from t where id=99;',
        'use mysql',
        'exit',
      ],
    });
    const { mysql } = await import('../../../src/workloads/mysql/clients/mysql.ts');
    expect(await world.settle(mysql(typed))).toBe(0);
    const { output } = typed.console;
    expect(output).toContain('Query OK, 1 row affected (0.000 sec)\nRows matched: 1  Changed: 1  Warnings: 0\n\n');
    expect(output).toContain('Query OK, 0 rows affected (0.000 sec)\nRows matched: 1  Changed: 0  Warnings: 0\n\n');
    expect(output).toContain(
      "    -> ('d');\nQuery OK, 2 rows affected (0.000 sec)\nRecords: 2  Duplicates: 0  Warnings: 0\n",
    );
    expect(output).toContain(
      '+----+------+\n| id | name |\n+----+------+\n|  1 | z    |\n|  3 | c    |\n|  4 | d    |\n+----+------+\n3 rows in set (0.000 sec)\n\n',
    );
    expect(output).toContain('Empty set (0.000 sec)\n');
    expect(output).toContain('Database changed\n');
    expect(output).toMatch(/^Welcome to the stand-in/);
  });

  it('rolls a statement back whole when one of its rows is refused', async () => {
    await fresh();
    expect(await ask(host, "insert into shop.t (id, name) values (7, 'x'), (1, 'y')")).toContain("Duplicate entry '1'");
    expect(await ask(host, 'select count(*) from shop.t')).toBe('2\n');
    await ask(host, 'truncate shop.t');
    await ask(host, "insert into shop.t (name) values ('n')");
    expect(await ask(host, 'select id from shop.t')).toBe('1\n');
  });
});
