import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ClusterProcess } from './support/cluster-process.ts';
import { kubectlPath, lineOf, withoutKubectl } from './support/program.ts';

const configMap = (value: string, more = '') => `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  color: ${value}
${more}`;

const job = `apiVersion: batch/v1
kind: Job
metadata:
  name: once
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - name: main
        image: busybox:1.36
        command: [sh, -c, 'echo done by $(hostname)']
`;

/** What people do with kubectl besides running kubia. */
describe.skipIf(!kubectlPath)(`the embedded cluster, with the real kubectl${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  beforeAll(() => cluster.start());
  afterAll(() => cluster.remove());

  const data = () => cluster.kubectl('get', 'configmap', 'settings', '-o', 'jsonpath={.data}');

  it('says which version it is, and what it serves', async () => {
    expect(await cluster.kubectl('version')).toMatch(/Server Version: v1\.33\.\d+/);
    const { out, err } = await cluster.attempt(['version']);
    expect(out + err).not.toContain('WARNING');
    expect(await cluster.kubectl('api-resources')).toMatch(/^statefulsets +sts +apps\/v1 +true +StatefulSet$/m);
    expect(await cluster.kubectl('cluster-info')).toContain('is running at');
  });

  it('has kube-system running', async () => {
    await cluster.kubectl('wait', '--for=condition=Ready', 'pods', '--all', '-n', 'kube-system', '--timeout=60s');
    const pods = await cluster.kubectl('get', 'pods', '-n', 'kube-system', '-o', 'name');
    for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'coredns']) {
      expect(pods).toContain(`pod/${name}-`);
    }
  });

  it('applies, changes and takes away what a manifest no longer has', async () => {
    expect(await cluster.apply(configMap('red', '  size: big\n'))).toBe('configmap/settings created\n');
    expect(await cluster.apply(configMap('red', '  size: big\n'))).toBe('configmap/settings unchanged\n');
    expect(await cluster.apply(configMap('blue'))).toBe('configmap/settings configured\n');
    expect(JSON.parse(await data())).toEqual({ color: 'blue' });
  });

  it('shows what would change, without changing it', async () => {
    const difference = await cluster.attempt(['diff', '-f', '-'], { input: configMap('green') });
    expect(difference.code).toBe(1);
    expect(difference.out).toMatch(/^- {2}color: blue\n\+ {2}color: green$/m);
    expect(await cluster.apply(configMap('green'), '--dry-run=server')).toBe(
      'configmap/settings configured (server dry run)\n',
    );
    expect(JSON.parse(await data())).toEqual({ color: 'blue' });
  });

  it('applies on the server, and names who else has a field', async () => {
    const conflict = await cluster.attempt(['apply', '--server-side', '--field-manager=other', '-f', '-'], {
      input: configMap('green'),
    });
    expect(conflict.code).toBe(1);
    expect(conflict.err).toContain('conflict with "kubectl-client-side-apply" using v1: .data.color');
    const forced = await cluster.apply(
      configMap('green'),
      '--server-side',
      '--field-manager=other',
      '--force-conflicts',
    );
    expect(forced).toBe('configmap/settings serverside-applied\n');
    expect(JSON.parse(await data())).toEqual({ color: 'green' });
  });

  it('refuses what is misspelt, naming the field', async () => {
    const { code, err } = await cluster.attempt(['apply', '-f', '-'], { input: configMap('red', 'dta: {}\n') });
    expect(code).toBe(1);
    expect(err).toContain('unknown field "dta"');
  });

  it('runs a Job to its end, and shows what it said', async () => {
    await cluster.apply(job);
    await cluster.kubectl('wait', '--for=condition=Complete', 'job/once', '--timeout=60s');
    expect(await cluster.kubectl('logs', 'job/once')).toMatch(/^done by once-\w{5}\n$/);
    expect(await cluster.kubectl('get', 'pods', '-l', 'job-name=once', '--no-headers')).toMatch(/0\/1 +Completed/);
  });

  it('runs a Deployment, rolls it out and restarts it', async () => {
    await cluster.kubectl('create', 'deployment', 'web', '--image=nginx:1.27', '--replicas=2');
    await cluster.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    await cluster.kubectl('rollout', 'restart', 'deployment/web');
    await cluster.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
    expect((await cluster.kubectl('get', 'replicasets', '-o', 'name')).trim().split('\n')).toHaveLength(2);
    await cluster.kubectl('delete', 'deployment', 'web');
    await cluster.kubectl('wait', '--for=delete', 'pods', '-l', 'app=web', '--timeout=60s');
  });

  it('says what is wrong with an image that nobody has', async () => {
    await cluster.kubectl('run', 'nobody', '--image=nobody/has-this:1');
    const waiting = cluster.background('get', 'pod', 'nobody', '--watch');
    await lineOf(waiting, /ErrImagePull|ImagePullBackOff/);
    waiting.kill();
    expect(await cluster.kubectl('describe', 'pod', 'nobody')).toMatch(/Warning +Failed .*nobody\/has-this:1/);
    await cluster.kubectl('delete', 'pod', 'nobody', '--now');
  });

  it('runs a Pod for a moment and removes it', async () => {
    const { out, code } = await cluster.attempt(
      [
        'run',
        'moment',
        '--image=busybox:1.36',
        '--rm',
        '-i',
        '--restart=Never',
        '--',
        'sh',
        '-c',
        'read x; echo "got $x"',
      ],
      { input: 'input\n' },
    );
    expect(out).toContain('got input');
    expect(code).toBe(0);
    expect((await cluster.attempt(['get', 'pod', 'moment'])).err).toContain('pods "moment" not found');
  });

  it('empties and removes a namespace', async () => {
    await cluster.kubectl('create', 'namespace', 'mine');
    await cluster.kubectl('create', 'configmap', 'inside', '-n', 'mine');
    expect(await cluster.kubectl('delete', 'namespace', 'mine', '--timeout=60s')).toContain('"mine" deleted');
    expect((await cluster.attempt(['get', 'namespace', 'mine'])).code).toBe(1);
  });

  it('moves Pods off a node that is drained', async () => {
    await cluster.kubectl('create', 'deployment', 'moved', '--image=nginx:1.27');
    await cluster.kubectl('rollout', 'status', 'deployment/moved', '--timeout=60s');
    const where = () => cluster.kubectl('get', 'pods', '-l', 'app=moved', '-o', 'jsonpath={.items[*].spec.nodeName}');
    const before = await where();
    await cluster.kubectl('drain', before, '--ignore-daemonsets', '--delete-emptydir-data', '--force', '--timeout=60s');
    await cluster.kubectl('rollout', 'status', 'deployment/moved', '--timeout=60s');
    await cluster.kubectl('wait', '--for=condition=Ready', 'pods', '-l', 'app=moved', '--timeout=60s');
    expect(await where()).not.toBe(before);
    expect(await cluster.kubectl('get', 'node', before)).toContain('Ready,SchedulingDisabled');
    await cluster.kubectl('uncordon', before);
  });

  it('tells who somebody is and what they may', async () => {
    expect(await cluster.kubectl('auth', 'whoami')).toContain('kubernetes-admin');
    expect(await cluster.kubectl('auth', 'can-i', 'delete', 'pods')).toBe('yes\n');
    const service = ['--as=system:serviceaccount:default:default', 'delete', 'pods'];
    expect((await cluster.attempt(['auth', 'can-i', ...service])).out).toBe('no\n');
  });
});
