import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import {
  type ApiException,
  AppsV1Api,
  CoreV1Api,
  Exec,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  Log,
  makeInformer,
  type ObjectCache,
  PatchStrategy,
  PortForward,
  setHeaderOptions,
  type V1ConfigMap,
  type V1Pod,
  type V1Status,
  Watch,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { ClusterProcess } from './support/cluster-process.ts';
import { headlessService, statefulSet } from './support/kubia.ts';

const namespace = 'default';

/** The product's own client, on the kubeconfig as it was written: TLS is verified with the CA in it. */
describe('the embedded cluster, with @kubernetes/client-node', () => {
  const cluster = new ClusterProcess();
  let config: KubeConfig;
  let core: CoreV1Api;
  let apps: AppsV1Api;

  beforeAll(async () => {
    await cluster.start();
    config = cluster.config();
    core = config.makeApiClient(CoreV1Api);
    apps = config.makeApiClient(AppsV1Api);
    const objects = config.makeApiClient(KubernetesObjectApi);
    for (const document of parseAllDocuments(`${headlessService}---\n${statefulSet}`)) {
      await objects.create({ ...(document.toJS() as KubernetesObject), metadata: { name: 'kubia', namespace } });
    }
    await seen<V1Pod>('/api/v1/namespaces/default/pods', (pod) => pod.metadata?.name === 'kubia-1' && isReady(pod));
  });

  afterAll(() => cluster.remove());

  it('trusts the CA of the kubeconfig, and nobody else does', async () => {
    const { server, caData } = config.getCurrentCluster()!;
    expect(server).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
    expect(Buffer.from(caData!, 'base64').toString()).toContain('BEGIN CERTIFICATE');
    const stranger = new KubeConfig();
    stranger.loadFromClusterAndUser({ name: 'c', server, skipTLSVerify: false }, { name: 'u' });
    await expect(stranger.makeApiClient(CoreV1Api).listNode()).rejects.toThrow(/certificate|self.signed/i);
  });

  it('refuses a wrong token', async () => {
    const other = new KubeConfig();
    other.loadFromClusterAndUser(config.getCurrentCluster()!, { name: 'u', token: 'wrong' });
    const refused = await failure(other.makeApiClient(CoreV1Api).listNode());
    expect(refused.code).toBe(401);
  });

  it('lists, with selectors and in pages', async () => {
    const { items } = await core.listNamespacedPod({ namespace, labelSelector: 'app=kubia' });
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['kubia-0', 'kubia-1']);
    const one = await core.listNamespacedPod({ namespace, fieldSelector: 'metadata.name=kubia-1' });
    expect(one.items).toHaveLength(1);
    const first = await core.listNamespacedPod({ namespace, limit: 1 });
    expect(first.metadata?.remainingItemCount).toBe(1);
    const rest = await core.listNamespacedPod({ namespace, limit: 1, _continue: first.metadata?._continue });
    expect([...first.items, ...rest.items].map(({ metadata }) => metadata?.name)).toEqual(['kubia-0', 'kubia-1']);
    expect(rest.metadata?._continue).toBeUndefined();
  });

  it('says what is wrong, with a Status', async () => {
    const missing = await failure(core.readNamespacedPod({ namespace, name: 'nobody' }));
    expect(missing.code).toBe(404);
    expect(JSON.parse(missing.body)).toMatchObject({ reason: 'NotFound', message: 'pods "nobody" not found' });
  });

  it.each([
    ['JSON', PatchStrategy.JsonPatch, [{ op: 'add', path: '/data/b', value: '2' }]],
    ['merge', PatchStrategy.MergePatch, { data: { b: '2' } }],
    ['strategic merge', PatchStrategy.StrategicMergePatch, { data: { b: '2' } }],
  ])('patches: %s', async (name, strategy, body) => {
    const metadata = { name: name.replace(' ', '-').toLowerCase() };
    await core.createNamespacedConfigMap({ namespace, body: { metadata, data: { a: '1' } } });
    const options = setHeaderOptions('Content-Type', strategy);
    const patched = await core.patchNamespacedConfigMap({ namespace, name: metadata.name, body }, options);
    expect(patched.data).toEqual({ a: '1', b: '2' });
  });

  it('applies on the server, keeps who owns what, and refuses to take it away', async () => {
    const options = setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply);
    const apply = (fieldManager: string, value: string, force = false) => {
      const body = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'applied' },
        data: { [fieldManager]: 'mine', both: value },
      };
      return core.patchNamespacedConfigMap({ namespace, name: 'applied', fieldManager, force, body }, options);
    };
    await apply('one', 'first');
    const conflict = await failure(apply('two', 'second'));
    expect(conflict.code).toBe(409);
    expect(JSON.parse(conflict.body).details.causes).toEqual([
      { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.both' },
    ]);
    const forced = await apply('two', 'second', true);
    expect(forced.data).toEqual({ one: 'mine', two: 'mine', both: 'second' });
    expect(forced.metadata?.managedFields?.map(({ manager }) => manager).sort()).toEqual(['one', 'two']);
  });

  it('lets one of two writers win', async () => {
    const body: V1ConfigMap = { metadata: { name: 'contested' }, data: { value: '0' } };
    const created = await core.createNamespacedConfigMap({ namespace, body });
    const write = (value: string) =>
      core.replaceNamespacedConfigMap({ namespace, name: 'contested', body: { ...created, data: { value } } });
    const results = await Promise.allSettled([write('1'), write('2')]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const lost = results.find((result) => result.status === 'rejected')!.reason as ApiException<string>;
    expect(lost.code).toBe(409);
  });

  it('watches in the order in which things happened, deletions at the end', async () => {
    const path = `/api/v1/namespaces/${namespace}/configmaps`;
    const { metadata } = await core.listNamespacedConfigMap({ namespace });
    for (let n = 0; n < 20; n++) {
      const name = `watched-${n}`;
      await core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } });
      await core.deleteNamespacedConfigMap({ namespace, name });
    }
    const events: string[] = [];
    const versions: number[] = [];
    await watched<V1ConfigMap>(path, { resourceVersion: metadata!.resourceVersion! }, (type, object) => {
      events.push(`${type} ${object.metadata?.name}`);
      versions.push(Number(object.metadata?.resourceVersion));
      return type === 'DELETED' && object.metadata?.name === 'watched-19';
    });
    expect(events).toEqual(Array.from({ length: 20 }, (_, n) => [`ADDED watched-${n}`, `DELETED watched-${n}`]).flat());
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
  });

  it('tells in order what controllers do about a change, too', async () => {
    const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims`;
    const name = 'lonely';
    await core.createNamespacedPersistentVolumeClaim({
      namespace,
      body: {
        metadata: { name },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } } },
      },
    });
    await core.deleteNamespacedPersistentVolumeClaim({ namespace, name });
    const events: { readonly type: string; readonly version: number }[] = [];
    await watched<KubernetesObject>(
      path,
      { resourceVersion: '1', fieldSelector: `metadata.name=${name}` },
      (type, object) => {
        events.push({ type, version: Number(object.metadata?.resourceVersion) });
        return type === 'DELETED';
      },
    );
    expect(events[0]!.type).toBe('ADDED');
    expect(events.map(({ version }) => version)).toEqual(events.map(({ version }) => version).sort((a, b) => a - b));
  });

  it('feeds informers', async () => {
    const path = `/api/v1/namespaces/${namespace}/pods`;
    const informer = makeInformer(config, path, () => core.listNamespacedPod({ namespace }));
    const happened: string[] = [];
    const known = () => (informer as typeof informer & ObjectCache<V1Pod>).list(namespace);
    const gone = new Promise<void>((resolve) => {
      informer.on('add', ({ metadata }) => happened.push(`add ${metadata?.name}`));
      informer.on('delete', ({ metadata }) => {
        happened.push(`delete ${metadata?.name}`);
        resolve();
      });
    });
    await informer.start();
    await apps.patchNamespacedStatefulSetScale(
      { namespace, name: 'kubia', body: { spec: { replicas: 1 } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    await gone;
    expect(known().map(({ metadata }) => metadata?.name)).toEqual(['kubia-0']);
    await informer.stop();
    expect(happened.sort()).toEqual(['add kubia-0', 'add kubia-1', 'delete kubia-1']);
  });

  it('executes commands, with input, both outputs and the exit code', async () => {
    const stdin = new PassThrough();
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const command = ['sh', '-c', 'read line; echo "got $line"; echo problem >&2; exit 3'];
    const status = new Promise<V1Status>((resolve, reject) => {
      new Exec(config)
        .exec(namespace, 'kubia-0', 'kubia', command, stdout, stderr, stdin, false, resolve)
        .catch(reject);
    });
    stdin.end('input\n');
    expect((await status).details?.causes).toContainEqual({ reason: 'ExitCode', message: '3' });
    stdout.end();
    stderr.end();
    expect(await text(stdout)).toBe('got input\n');
    expect(await text(stderr)).toBe('problem\n');
  });

  it('reads logs', async () => {
    const stream = new PassThrough();
    const ended = text(stream);
    await new Log(config).log(namespace, 'kubia-0', 'kubia', stream, { tailLines: 1 });
    expect(await ended).toBe('Kubia is listening on port 8080.\n');
    expect(await core.readNamespacedPodLog({ namespace, name: 'kubia-0' })).toContain('listening');
  });

  it('forwards ports', async () => {
    const input = new PassThrough();
    const output = new PassThrough();
    const socket = await new PortForward(config, true).portForward(namespace, 'kubia-0', [8080], output, null, input);
    input.write('GET / HTTP/1.1\r\nhost: kubia\r\nconnection: close\r\n\r\n');
    let answer = '';
    for await (const chunk of output) {
      answer += chunk;
      if (answer.includes("You've hit kubia-0")) break;
    }
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    if ('close' in socket) socket.close();
  });

  /** Resolves when `wanted` holds for an object, there already or later. */
  function seen<T extends KubernetesObject>(path: string, wanted: (object: T) => boolean): Promise<void> {
    return watched<T>(path, {}, (_, object) => wanted(object));
  }

  async function watched<T extends KubernetesObject>(
    path: string,
    query: Record<string, string>,
    each: (type: string, object: T) => boolean,
  ): Promise<void> {
    let abort: AbortController | undefined;
    await new Promise<void>((resolve, reject) => {
      new Watch(config)
        .watch(
          path,
          query,
          (type, object: T) => {
            if (each(type, object)) resolve();
          },
          (error) => reject(error ?? new Error(`the watch of ${path} ended`)),
        )
        .then((controller) => {
          abort = controller;
        }, reject);
    });
    abort?.abort();
  }
});

function isReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

async function failure(request: Promise<unknown>): Promise<ApiException<string>> {
  try {
    await request;
  } catch (error) {
    return error as ApiException<string>;
  }
  throw new Error('it was not refused');
}
