import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claim } from '../misconceptions/manifests.ts';
import { Playground } from '../misconceptions/playground.ts';
import { ClusterProcess } from '../support/cluster-process.ts';
import { kubectlPath, withoutKubectl } from '../support/program.ts';

/**
 * A plan for a MySQL cluster: the master first, then the slaves, each pointed at the master's name. It has one manifest,
 * the Service `mysql-h`. What has to be repaired:
 * - The StatefulSet is not shown: completed by the least that MySQL's image needs, a password and a claim.
 * - A Service without a port's name is enough; without the colon after `name` it is none (concepts.test.ts).
 * - Nothing is said of how a slave comes to its data: here the databases are empty, so it can follow from the beginning.
 * What it says that is not so:
 * - "The web server is pointed to the master through the headless service": through the master's name below it. The
 *   Service's own name leads to all of them, and a slave refuses what it is sent.
 */
describe.skipIf(!kubectlPath)(`a MySQL cluster, as it is planned elsewhere${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  let here: Playground;
  beforeAll(async () => {
    await cluster.start();
    here = await Playground.make(cluster, 'mysql');
  });
  afterAll(() => cluster.remove());

  /** What a statement prints in a member, without headings. */
  const sql = (member: string, statements: string, ...more: string[]) =>
    here.kubectl('exec', member, '--', 'mysql', '-N', '-uroot', '-psecret', ...more, '-e', statements);

  /** Asks until the answer is there: replication takes its moment. */
  const becomes = async (member: string, statement: string, expected: string) => {
    await expect.poll(() => sql(member, statement), { timeout: 30_000 }).toBe(expected);
  };

  it('starts the master first, under the name that it keeps', async () => {
    await here.create(service, statefulSet);
    await here.rolledOut('statefulset/mysql');
    expect(await here.names('pods')).toEqual(['mysql-0', 'mysql-1', 'mysql-2']);
    expect(await sql('mysql-1', 'SELECT @@hostname, @@server_id', '-h', 'mysql-0.mysql-h')).toBe('mysql-0\t100\n');
  });

  it('points the slaves at the master for continuous replication', async () => {
    await sql('mysql-0', "CREATE USER 'slave'@'%' IDENTIFIED BY 'copy'; GRANT REPLICATION SLAVE ON *.* TO 'slave'@'%'");
    for (const slave of ['mysql-1', 'mysql-2']) {
      await sql(
        slave,
        "CHANGE MASTER TO MASTER_HOST='mysql-0.mysql-h', MASTER_USER='slave', MASTER_PASSWORD='copy', MASTER_AUTO_POSITION=1, MASTER_CONNECT_RETRY=1; START SLAVE; SET PERSIST super_read_only = ON",
      );
    }
    await sql(
      'mysql-0',
      "CREATE DATABASE shop; CREATE TABLE shop.pets (name VARCHAR(20)); INSERT INTO shop.pets VALUES ('cat')",
    );
    for (const member of ['mysql-1', 'mysql-2']) await becomes(member, 'SELECT name FROM shop.pets', 'cat\n');
    expect(await sql('mysql-2', 'SHOW SLAVE STATUS\\G')).toMatch(/Slave_IO_Running: Yes\n *Slave_SQL_Running: Yes/);
  });

  it('has writes processed by the master only', async () => {
    const insert = ['mysql', '-uroot', '-psecret', '-e', "INSERT INTO shop.pets VALUES ('dog')"];
    const { code, err } = await here.attempt(['exec', 'mysql-1', '--', ...insert]);
    expect(code).toBe(1);
    expect(err).toContain('ERROR 1290 (HY000) at line 1');
    expect(await sql('mysql-2', "INSERT INTO shop.pets VALUES ('dog')", '-h', 'mysql-0.mysql-h')).toBe('');
    await becomes('mysql-1', 'SELECT name FROM shop.pets', 'cat\ndog\n');
  });

  it('has reads served by master and slaves, through the name that is all of theirs', async () => {
    const members = new Set<string>();
    await expect
      .poll(async () => members.add(await sql('mysql-0', 'SELECT @@hostname', '-h', 'mysql-h')).size, {
        timeout: 30_000,
      })
      .toBeGreaterThan(1);
  });

  it('finds the master under its name after it failed, and goes on', async () => {
    await here.kubectl('delete', 'pod', 'mysql-0');
    await here.rolledOut('statefulset/mysql');
    await sql('mysql-0', "INSERT INTO shop.pets VALUES ('ant')");
    for (const member of ['mysql-1', 'mysql-2']) await becomes(member, 'SELECT COUNT(*) FROM shop.pets', '3\n');
  });

  it('keeps the password that the claim was initialised with', async () => {
    await here.kubectl('set', 'env', 'statefulset/mysql', 'MYSQL_ROOT_PASSWORD=other');
    await here.rolledOut('statefulset/mysql');
    expect(await sql('mysql-0', 'SELECT COUNT(*) FROM shop.pets')).toBe('3\n');
    const { err } = await here.attempt(['exec', 'mysql-0', '--', 'mysql', '-uroot', '-pother', '-e', 'SELECT 1']);
    expect(err).toContain("ERROR 1045 (28000): Access denied for user 'root'@'localhost' (using password: YES)");
  });
});

/** The manifest of the plan, tabs and colon put right. */
const service = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'mysql-h' },
  spec: { ports: [{ port: 3306 }], selector: { app: 'mysql' }, clusterIP: 'None' },
};

const statefulSet = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'mysql' },
  spec: {
    serviceName: 'mysql-h',
    replicas: 3,
    selector: { matchLabels: { app: 'mysql' } },
    template: {
      metadata: { labels: { app: 'mysql' } },
      spec: {
        containers: [
          {
            name: 'mysql',
            image: 'mysql',
            // Each server needs an id of its own: the ordinal is in the host name.
            command: ['sh', '-c', 'exec docker-entrypoint.sh mysqld --server-id=$((100 + $(hostname | tr -dc 0-9)))'],
            env: [{ name: 'MYSQL_ROOT_PASSWORD', value: 'secret' }],
            readinessProbe: { tcpSocket: { port: 3306 }, periodSeconds: 1 },
            volumeMounts: [{ name: 'data', mountPath: '/var/lib/mysql' }],
          },
        ],
      },
    },
    volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim('data').spec }],
  },
};
