import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claim, client, headless, mounting, pod, statefulSet, waiting } from '../misconceptions/manifests.ts';
import { type Manifest, Playground } from '../misconceptions/playground.ts';
import { ClusterProcess } from '../support/cluster-process.ts';
import { kubectlPath, withoutKubectl } from '../support/program.ts';

/**
 * Notes on what a StatefulSet is, sentence by sentence. They have no commands and one manifest, a Service. What has to
 * be repaired:
 * - The Service is indented with tabs and has `name mysql-h` without a colon: no YAML. With both put right it is made.
 * What they say that is not so:
 * - `podManagementPolicy: parallel`: the value is `Parallel`.
 * - Termination in order "in case of termination" too: only when scaled down. Who deletes the set deletes the order.
 * - A Pod is made, and during that its claim: it is the other way round.
 * - Reads from a master through its headless name: every ready Pod is behind that name.
 */
describe.skipIf(!kubectlPath)(`StatefulSets, as they are explained elsewhere${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  beforeAll(() => cluster.start());
  afterAll(() => cluster.remove());

  it('a headless Service without a colon is no YAML', async () => {
    const here = await Playground.make(cluster, 'colon');
    const lines = [
      'apiVersion: v1',
      'kind: Service',
      'metadata:',
      '\tname mysql-h',
      'spec:',
      '\tports:',
      '\t- port: 3306',
    ];
    const written = [...lines, '\tselector:', '\t\tapp: mysql', '\tclusterIP: None', ''].join('\n');
    const apply = (input: string) => here.attempt(['apply', '-f', '-'], { input });
    expect((await apply(written)).err).toContain('found character that cannot start any token');
    const indented = written.replaceAll('\t', '  ');
    expect((await apply(indented)).err).toMatch(/cannot unmarshal string/);
    expect((await apply(indented.replace('name mysql-h', 'name: mysql-h'))).out).toBe('service/mysql-h created\n');
    expect(await here.read('service mysql-h', '{.spec.clusterIP}')).toBe('None');
  });

  it('Pods are made in order, from ordinal 0, each after its claim, and given up in reverse order', async () => {
    const here = await Playground.make(cluster, 'order');
    await here.create(headless(), statefulSet(3, { claim: true }));
    await here.rolledOut('statefulset/web');
    const messages = (
      await here.read('events', '{range .items[?(@.reason=="SuccessfulCreate")]}{.message}{"\\n"}{end}')
    )
      .trim()
      .split('\n');
    expect(messages).toContain('create Claim data-web-0 Pod web-0 in StatefulSet web success');
    const made = (kind: string, name: string) => here.read(`${kind} ${name}`, '{.metadata.creationTimestamp}');
    for (const ordinal of [0, 1, 2]) {
      expect((await made('pvc', `data-web-${ordinal}`)) <= (await made('pod', `web-${ordinal}`))).toBe(true);
    }
    await here.kubectl('scale', 'statefulset', 'web', '--replicas=1');
    await here.until('delete', 'pod/web-1');
    expect(await here.names('pods')).toEqual(['web-0']);
    expect(await here.names('pvc')).toEqual(['data-web-0', 'data-web-1', 'data-web-2']);
  });

  it('the policy that does away with the order is written Parallel', async () => {
    const here = await Playground.make(cluster, 'policy');
    const set = (podManagementPolicy: string) => JSON.stringify(statefulSet(2, { spec: { podManagementPolicy } }));
    const { err } = await here.attempt(['apply', '-f', '-'], { input: set('parallel') });
    expect(err).toContain(
      "spec.podManagementPolicy: Invalid value: \"parallel\": must be 'OrderedReady' or 'Parallel'",
    );
    await here.apply(set('Parallel'));
    await here.rolledOut('statefulset/web');
  });

  it('a Pod has a name with hostname and subdomain, Pods of a Deployment share it, those of a StatefulSet do not', async () => {
    const here = await Playground.make(cluster, 'names');
    const labels = { app: 'web' };
    const mysql = { hostname: 'mysql', subdomain: 'nginx' };
    const template = (name: string, spec: Manifest): Manifest => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        replicas: 2,
        selector: { matchLabels: { ...labels, name } },
        template: { metadata: { labels: { ...labels, name } }, spec: { containers: [waiting()], ...spec } },
      },
    });
    await here.create(headless(), client, template('plain', {}), template('named', mysql));
    for (const name of ['plain', 'named']) await here.rolledOut(`deployment/${name}`);
    await here.until('condition=Ready', 'pod/client');
    const addresses = async (name: string) =>
      (await here.read(`pods -l name=${name}`, '{.items[*].status.podIP}')).split(' ').sort();
    expect((await here.dig('mysql.nginx')).data).toEqual(await addresses('named'));
    const [first] = await here.names('pods', '-l', 'name=plain');
    expect((await here.dig(`${first}.nginx`)).status).toBe('NXDOMAIN');

    await here.kubectl('delete', 'deployment', '--all');
    await here.create(statefulSet(2));
    await here.rolledOut('statefulset/web');
    for (const name of ['web-0', 'web-1']) {
      expect((await here.dig(`${name}.nginx`)).data).toEqual([await here.read(`pod ${name}`, '{.status.podIP}')]);
    }
    // The headless name itself leads to all of them, a master's among others.
    expect((await here.dig('nginx')).data).toHaveLength(2);
  });

  it('a Pod has a name made of its address as well, which is another one when the Pod is', async () => {
    const here = await Playground.make(cluster, 'dashes');
    await here.create(client, statefulSet(1));
    await here.until('condition=Ready', 'pod/client');
    await here.rolledOut('statefulset/web');
    const name = async () =>
      `${(await here.read('pod web-0', '{.status.podIP}')).replaceAll('.', '-')}.dashes.pod.cluster.local`;
    const before = await name();
    expect((await here.dig(before)).data).toEqual([await here.read('pod web-0', '{.status.podIP}')]);
    await here.kubectl('delete', 'pod', 'web-0');
    await here.rolledOut('statefulset/web');
    expect(await name()).not.toBe(before);
  });

  it('Pods that name one claim share one volume, and a Deployment cannot have a claim for each', async () => {
    const here = await Playground.make(cluster, 'sharing');
    await here.create(claim('data'), pod('a', mounting('data')), pod('b', mounting('data')));
    await here.until('condition=Ready', 'pod/a', 'pod/b');
    await here.sh('a', 'echo shared > /data/file');
    expect(await here.sh('b', 'cat /data/file')).toBe('shared\n');

    const deployment = { ...statefulSet(2, { claim: true }), kind: 'Deployment' };
    const { err } = await here.attempt(['apply', '-f', '-'], { input: JSON.stringify(deployment) });
    expect(err).toContain('unknown field "spec.volumeClaimTemplates"');
  });

  it('a Pod that is made anew finds the claim of the one before', async () => {
    const here = await Playground.make(cluster, 'again');
    await here.create(statefulSet(1, { claim: true }));
    await here.rolledOut('statefulset/web');
    await here.sh('web-0', 'echo kept > /data/file');
    await here.kubectl('delete', 'pod', 'web-0');
    await here.rolledOut('statefulset/web');
    await here.until('condition=Ready', 'pod/web-0');
    expect(await here.sh('web-0', 'cat /data/file')).toBe('kept\n');
  });
});
