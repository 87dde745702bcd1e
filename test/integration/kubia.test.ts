import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterProcess } from './support/cluster-process.ts';
import { headlessService, publicService, statefulSet } from './support/kubia.ts';
import { kubectlPath, lineOf, onPath, run, withoutKubectl } from './support/program.ts';

const proxied = '/api/v1/namespaces/default/pods';
const curl = onPath('curl');

/** The pet application as tutorials have it, typed as it stands. The tests go on from one another, as a learner does. */
describe.skipIf(!kubectlPath)(`kubia on the embedded cluster, with the real kubectl${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  let proxy: string;

  beforeAll(async () => {
    await cluster.start();
    const files = { 'kubia-service-headless': headlessService, 'kubia-statefulset': statefulSet };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cluster.folder, `${name}.yaml`), text);
    proxy = await cluster.proxy();
  });

  afterAll(() => cluster.remove());

  const page = async (pod: string) => (await fetch(`${proxy}${proxied}/${pod}/proxy/`)).text();
  const jsonpath = (what: string, path: string) => cluster.kubectl('get', ...what.split(' '), '-o', `jsonpath=${path}`);

  it('has a default StorageClass, and three nodes that are ready', async () => {
    expect(await cluster.kubectl('get', 'storageclass')).toMatch(/^standard \(default\) .*WaitForFirstConsumer/m);
    const nodes = await cluster.kubectl('get', 'nodes', '--no-headers');
    expect(nodes.trim().split('\n')).toHaveLength(3);
    await cluster.kubectl('wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=30s');
  });

  it('creates the Service and the StatefulSet, whose Pods become ready in their order', async () => {
    const folder = join(cluster.folder, 'kubia-');
    expect(await cluster.kubectl('create', '-f', `${folder}service-headless.yaml`)).toBe('service/kubia created\n');
    const created = await cluster.kubectl('create', '-f', `${folder}statefulset.yaml`);
    expect(created).toBe('statefulset.apps/kubia created\n');
    expect(await cluster.kubectl('rollout', 'status', 'statefulset/kubia', '--timeout=60s')).toMatch(
      /partitioned roll out complete: 2 new pods have been updated\.\.\.\n$/,
    );
    expect(await cluster.kubectl('get', 'pods', '--no-headers')).toMatch(
      /^kubia-0 +1\/1 +Running +0 .*\nkubia-1 +1\/1 +Running +0 .*\n$/,
    );
    const [ready0, created1] = await Promise.all([
      jsonpath('pod kubia-0', '{.status.conditions[?(@.type=="Ready")].lastTransitionTime}'),
      jsonpath('pod kubia-1', '{.metadata.creationTimestamp}'),
    ]);
    expect(Date.parse(created1)).toBeGreaterThanOrEqual(Date.parse(ready0));
  });

  it('gives every Pod a claim and a volume of its own', async () => {
    const claims = await cluster.kubectl('get', 'pvc', '--no-headers');
    expect(claims).toMatch(/^data-kubia-0 +Bound +pvc-\S+ +1Mi +RWO +standard .*\ndata-kubia-1 +Bound +pvc-/);
    expect((await cluster.kubectl('get', 'pv', '--no-headers')).trim().split('\n')).toHaveLength(2);
  });

  it('answers GET and POST through kubectl proxy', async () => {
    expect(await page('kubia-0')).toBe("You've hit kubia-0\nData stored on this pod: No data posted yet\n");
    const posted = await fetch(`${proxy}${proxied}/kubia-0/proxy/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Hey there! This greeting was submitted to kubia-0.',
    });
    expect(await posted.text()).toBe('Data stored on pod kubia-0\n');
    expect(await page('kubia-0')).toContain('Hey there! This greeting was submitted to kubia-0.');
    expect(await page('kubia-1')).toContain('No data posted yet');
  });

  it.skipIf(!curl)(`answers curl as it is typed${curl ? '' : ' (skipped: there is no curl)'}`, async () => {
    const url = `${proxy.replace('http://127.0.0.1', 'localhost')}${proxied}/kubia-0/proxy`;
    const get = await run(curl!, ['-s', `${url}/`]);
    expect(get.out).toContain("You've hit kubia-0\nData stored on this pod: Hey there!");
    const bare = await run(curl!, ['-s', '-o', '/dev/null', '-w', '%{http_code} %{redirect_url}', url]);
    expect(bare.out).toMatch(/^301 http:\/\/localhost:\d+\/api\/v1\/namespaces\/default\/pods\/kubia-0\/proxy\/$/);
    const post = await run(curl!, ['-s', '-X', 'POST', '-d', 'Typed, with an & and a %.', `${url}/`]);
    expect(post.out).toBe('Data stored on pod kubia-0\n');
    expect(await page('kubia-0')).toContain('Typed, with an & and a %.');
  });

  it('keeps name and data when the Pod is deleted, with another UID', async () => {
    const before = await jsonpath('pod kubia-0', '{.metadata.uid}');
    expect(await cluster.kubectl('delete', 'pod', 'kubia-0')).toMatch(/^pod "kubia-0" deleted/);
    await ready('kubia-0', 'kubia-1');
    expect(await jsonpath('pod kubia-0', '{.metadata.uid}')).not.toBe(before);
    expect(await page('kubia-0')).toMatch(/Data stored on this pod: \S/);
    expect(await page('kubia-0')).not.toContain('No data posted yet');
  });

  it('scales down from the last Pod on, keeps the claims, and finds them again', async () => {
    await fetch(`${proxy}${proxied}/kubia-1/proxy/`, { method: 'POST', body: 'Kept by kubia-1.' });
    const claim = await jsonpath('pvc data-kubia-1', '{.metadata.uid} {.spec.volumeName}');
    expect(await cluster.kubectl('scale', 'statefulset', 'kubia', '--replicas=1')).toBe(
      'statefulset.apps/kubia scaled\n',
    );
    await cluster.kubectl('wait', '--for=delete', 'pod/kubia-1', '--timeout=60s');
    expect(await jsonpath('pvc data-kubia-1', '{.metadata.uid} {.spec.volumeName}')).toBe(claim);
    await cluster.kubectl('scale', 'statefulset', 'kubia', '--replicas=3');
    await cluster.kubectl('rollout', 'status', 'statefulset/kubia', '--timeout=60s');
    expect(await jsonpath('pvc data-kubia-1', '{.metadata.uid} {.spec.volumeName}')).toBe(claim);
    expect(await page('kubia-1')).toContain('Kept by kubia-1.');
    expect(await page('kubia-2')).toContain('No data posted yet');
  });

  it('is reached through the public Service, one Pod or another', async () => {
    await cluster.apply(publicService);
    await cluster.kubectl(
      'wait',
      '--for=jsonpath={.endpoints[2].conditions.ready}=true',
      'endpointslices',
      '-l',
      'kubernetes.io/service-name=kubia-public',
      '--timeout=30s',
    );
    const url = `${proxy}/api/v1/namespaces/default/services/kubia-public/proxy/`;
    const hit = new Set<string>();
    for (let n = 0; n < 200 && hit.size < 3; n++) hit.add(/hit (\S+)/.exec(await (await fetch(url)).text())![1]!);
    expect([...hit].sort()).toEqual(['kubia-0', 'kubia-1', 'kubia-2']);
  });

  it('resolves the names of the Pods inside the cluster', async () => {
    const { out } = await cluster.attempt([
      'exec',
      'kubia-0',
      '--',
      'sh',
      '-c',
      'getent hosts kubia-1.kubia || nslookup kubia-1.kubia',
    ]);
    expect(out).toContain(await jsonpath('pod kubia-1', '{.status.podIP}'));
  });

  it('runs commands in containers, with their input, output and exit code', async () => {
    expect(await cluster.kubectl('exec', 'kubia-1', '--', 'cat', '/var/data/kubia.txt')).toBe('Kept by kubia-1.');
    expect(await cluster.kubectl('exec', 'kubia-1', '--', 'hostname')).toBe('kubia-1\n');
    const piped = await cluster.attempt(
      ['exec', '-i', 'kubia-1', '--', 'sh', '-c', 'tr a-z A-Z; echo problem >&2; exit 3'],
      { input: 'typed\n' },
    );
    expect(piped).toMatchObject({ code: 3, out: 'TYPED\n' });
    expect(piped.err).toContain('problem\n');
    expect(piped.err).toContain('command terminated with exit code 3');
    const missing = await cluster.attempt(['exec', 'kubia-1', '--', 'no-such-program']);
    expect(missing.code).not.toBe(0);
  });

  it('shows logs, also while they are written', async () => {
    expect(await cluster.kubectl('logs', 'kubia-0')).toContain('Kubia is listening on port 8080.');
    const following = cluster.background('logs', '-f', '--tail=0', 'kubia-0');
    const stored = lineOf(following, /New data has been received/);
    // The request is repeated because there is no telling when following begins.
    let done = false;
    void stored.finally(() => {
      done = true;
    });
    while (!done) await fetch(`${proxy}${proxied}/kubia-0/proxy/`, { method: 'POST', body: 'again' });
    await stored;
    following.kill();
  });

  it('forwards ports', async () => {
    const forward = cluster.background('port-forward', 'pod/kubia-1', ':8080');
    const [, port] = await lineOf(forward, /Forwarding from 127\.0\.0\.1:(\d+) -> 8080/);
    const answers = await Promise.all([1, 2, 3, 4].map(async () => (await fetch(`http://127.0.0.1:${port}/`)).text()));
    for (const answer of answers) expect(answer).toContain("You've hit kubia-1");
    forward.kill();
    const toService = cluster.background('port-forward', 'service/kubia-public', ':80');
    const [, servicePort] = await lineOf(toService, /Forwarding from 127\.0\.0\.1:(\d+) -> 8080/);
    expect(await (await fetch(`http://127.0.0.1:${servicePort}/`)).text()).toContain("You've hit kubia-");
    toService.kill();
  });

  it('copies files into a container and out of it', async () => {
    const there = join(cluster.folder, 'there.txt');
    const back = join(cluster.folder, 'back.txt');
    const content = `${'a line that is copied\n'.repeat(5000)}the end`;
    writeFileSync(there, content);
    await cluster.kubectl('cp', there, 'kubia-2:/var/data/copied.txt');
    expect(await cluster.kubectl('exec', 'kubia-2', '--', 'wc', '-c', '/var/data/copied.txt')).toContain(
      String(content.length),
    );
    await cluster.kubectl('cp', 'kubia-2:/var/data/copied.txt', back);
    expect(readFileSync(back, 'utf8')).toBe(content);
  });

  it('describes what there is', async () => {
    const set = await cluster.kubectl('describe', 'statefulset', 'kubia');
    expect(set).toMatch(/Replicas: +3 desired \| 3 total/);
    expect(set).toMatch(
      /Normal +SuccessfulCreate .*create Claim data-kubia-0 Pod kubia-0 in StatefulSet kubia success/,
    );
    const pod = await cluster.kubectl('describe', 'pod', 'kubia-0');
    expect(pod).toMatch(/Node: +ordinal-worker2?\//);
    expect(pod).toMatch(/ClaimName: +data-kubia-0/);
    for (const reason of ['Scheduled', 'Pulled', 'Created', 'Started'])
      expect(pod).toMatch(new RegExp(`Normal +${reason} `));
    expect(await cluster.kubectl('describe', 'pvc', 'data-kubia-0')).toMatch(/Used By: +kubia-0/);
    expect(await cluster.kubectl('describe', 'service', 'kubia-public')).toMatch(/Endpoints: +(10\.\S+:8080,?){3}/);
    expect(await cluster.kubectl('describe', 'node', 'ordinal-worker')).toContain('Non-terminated Pods:');
  });

  it('explains fields', async () => {
    const explained = await cluster.kubectl('explain', 'statefulset.spec.volumeClaimTemplates');
    expect(explained).toMatch(/KIND: +StatefulSet\nVERSION: +v1/);
    expect(explained).toContain('FIELD: volumeClaimTemplates <[]PersistentVolumeClaim>');
    expect(explained).toMatch(/DESCRIPTION:\n +\S/);
  });

  it('updates Pods from the last to the first, and undoes it', async () => {
    await cluster.kubectl('set', 'env', 'statefulset/kubia', 'GREETING=hello');
    await cluster.kubectl('rollout', 'status', 'statefulset/kubia', '--timeout=60s');
    expect(await cluster.kubectl('exec', 'kubia-0', '--', 'printenv', 'GREETING')).toBe('hello\n');
    expect(await cluster.kubectl('rollout', 'history', 'statefulset/kubia')).toMatch(/^1 .*\n2 /m);
    await cluster.kubectl('rollout', 'undo', 'statefulset/kubia');
    await cluster.kubectl('rollout', 'status', 'statefulset/kubia', '--timeout=60s');
    expect((await cluster.attempt(['exec', 'kubia-0', '--', 'printenv', 'GREETING'])).code).toBe(1);
  });

  it('is deleted with its Pods, but not with its claims; those take their volumes along', async () => {
    expect(await cluster.kubectl('delete', 'statefulset', 'kubia')).toMatch(/^statefulset\.apps "kubia" deleted/);
    await cluster.kubectl('wait', '--for=delete', 'pod', '-l', 'app=kubia', '--timeout=60s');
    expect((await cluster.kubectl('get', 'pvc', '--no-headers')).trim().split('\n')).toHaveLength(3);
    await cluster.kubectl('delete', 'pvc', '--all');
    await cluster.kubectl('wait', '--for=delete', 'pv', '--all', '--timeout=60s');
  });

  async function ready(...pods: string[]): Promise<void> {
    await cluster.kubectl('rollout', 'status', 'statefulset/kubia', '--timeout=60s');
    await cluster.kubectl('wait', '--for=condition=Ready', ...pods.map((pod) => `pod/${pod}`), '--timeout=60s');
  }
});
