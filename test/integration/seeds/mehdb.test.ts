import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Playground } from '../misconceptions/playground.ts';
import { ClusterProcess } from '../support/cluster-process.ts';
import { kubectlPath, withoutKubectl } from '../support/program.ts';

/**
 * A lesson on StatefulSets by the example of mehdb, its commands one after the other. What has to be repaired:
 * - Its two files are not shown, only the claim template: completed by the least that mehdb needs.
 * - `nfs-dynamic` comes from a provisioner of another lesson. Without it claims stay Pending; `standard` replaces it.
 * - `standard` is local-path, which refuses ReadWriteMany: ReadWriteOnce is enough where each Pod has its own volume.
 * What it says that is not so:
 * - A governing Service has to be there for Pods to find each other, not for them to run: it is made last, and is late.
 * - Deleting what the files describe leaves the claims, and so the volumes.
 */
describe.skipIf(!kubectlPath)(`mehdb, as it is taught elsewhere${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  const files = join(cluster.folder, 'mehdb');
  let here: Playground;
  beforeAll(async () => {
    await cluster.start();
    here = await Playground.make(cluster, 'mehdb');
    mkdirSync(files);
    writeFileSync(join(files, 'headless-service.yaml'), headlessService);
  });
  afterAll(() => cluster.remove());

  /** Writes statefulset.yaml, and applies it in place of the one that is there, if any. */
  const apply = async (accessMode: string, storageClass: string) => {
    const file = join(files, 'statefulset.yaml');
    writeFileSync(file, statefulSet(accessMode, storageClass));
    await here.kubectl('delete', 'statefulset', 'mehdb', '--ignore-not-found');
    await here.kubectl('delete', 'pvc', '--all');
    expect(await here.kubectl('apply', '-f', file)).toBe('statefulset.apps/mehdb created\n');
  };

  it('waits for a StorageClass that does not exist', async () => {
    await apply('ReadWriteMany', 'nfs-dynamic');
    expect(await here.event('ProvisioningFailed', /nfs-dynamic/)).toBe(
      'storageclass.storage.k8s.io "nfs-dynamic" not found',
    );
    expect(await here.read('pod mehdb-0', '{.status.phase}')).toBe('Pending');
  });

  it('is refused volumes for many writers by the one that there is', async () => {
    await apply('ReadWriteMany', 'standard');
    await here.event('ProvisioningFailed', /NodePath only supports ReadWriteOnce/);
    expect(await here.read('pod mehdb-0', '{.status.phase}')).toBe('Pending');
  });

  it('runs two Pods with predictable names on different nodes, with a volume each', async () => {
    await apply('ReadWriteOnce', 'standard');
    await here.rolledOut('statefulset/mehdb');
    expect(await here.names('pods')).toEqual(['mehdb-0', 'mehdb-1']);
    const nodes = (await here.read('pods', '{.items[*].spec.nodeName}')).split(' ');
    expect(new Set(nodes).size).toBe(2);
    const claims = '{range .items[*]}{.spec.claimRef.name} {.status.phase} {.spec.storageClassName}{"\\n"}{end}';
    expect((await here.read('pv', claims)).trim().split('\n').sort()).toEqual([
      'data-mehdb-0 Bound standard',
      'data-mehdb-1 Bound standard',
    ]);
  });

  it('has a headless Service, under whose name it answers how many keys there are', async () => {
    const file = join(files, 'headless-service.yaml');
    expect(await here.kubectl('apply', '-f', file)).toBe('service/mehdb created\n');
    expect(await here.kubectl('get', 'svc')).toMatch(/^mehdb +ClusterIP +None +<none> +9876\/TCP/m);
    const wget = ['wget', '-qO-', 'mehdb:9876/status?level=full'];
    const run = ['run', '-i', '--rm', '--tty', 'busybox', '--image=busybox', '--restart=Never', '--', ...wget];
    expect(await here.kubectl(...run)).toMatch(/^0\s*pod "busybox" deleted/);
  });

  it('is cleaned up, but for the claims', async () => {
    expect(await here.kubectl('delete', '-f', files)).toBe(
      'service "mehdb" deleted\nstatefulset.apps "mehdb" deleted\n',
    );
    expect(await here.names('pvc')).toEqual(['data-mehdb-0', 'data-mehdb-1']);
  });
});

const headlessService = `apiVersion: v1
kind: Service
metadata:
  name: mehdb
spec:
  clusterIP: None
  selector:
    app: mehdb
  ports:
  - port: 9876
`;

const statefulSet = (accessMode: string, storageClass: string) => `apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: mehdb
spec:
  serviceName: mehdb
  replicas: 2
  selector:
    matchLabels:
      app: mehdb
  template:
    metadata:
      labels:
        app: mehdb
    spec:
      containers:
      - name: shard
        image: quay.io/mhausenblas/mehdb:0.6
        ports:
        - containerPort: 9876
        env:
        - name: MEHDB_DATADIR
          value: /mehdbdata
        volumeMounts:
        - name: data
          mountPath: /mehdbdata
  volumeClaimTemplates:
  - metadata:
      name: data
    spec:
      accessModes: [ "${accessMode}" ]
      storageClassName: "${storageClass}"
      resources:
        requests:
          storage: 1Gi
`;
