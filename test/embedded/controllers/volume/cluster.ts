import * as refs from '../../../../src/embedded/client/refs.ts';
import type { ControllerContext } from '../../../../src/embedded/controllers/shared/context.ts';
import { volumeControllers } from '../../../../src/embedded/controllers/volume/index.ts';
import { MemoryVolumes } from '../../../../src/embedded/storage/memory-volumes.ts';
import type {
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  PersistentVolumeSpec,
  Pod,
  StorageClass,
} from '../../../../src/kubernetes/objects.ts';
import { TestCluster } from '../cluster.ts';

/** A cluster with the controllers for volumes, kind's StorageClass and one node on which volumes can be made. */
export class VolumeCluster {
  readonly cluster: TestCluster;
  readonly volumes: MemoryVolumes;

  private constructor(cluster: TestCluster, volumes: MemoryVolumes) {
    this.cluster = cluster;
    this.volumes = volumes;
  }

  static async start(): Promise<VolumeCluster> {
    let volumes: MemoryVolumes | undefined;
    // All of them run as one: the cluster of the tests starts controllers one by one.
    const all = (context: ControllerContext) => {
      volumes = new MemoryVolumes(context.clock);
      const controllers = volumeControllers(context, { volumes });
      return {
        name: 'volumes',
        start() {
          for (const controller of controllers) controller.start();
        },
        stop: async () => void (await Promise.all(controllers.map((controller) => controller.stop()))),
      };
    };
    const cluster = await TestCluster.start(all);
    const started = new VolumeCluster(cluster, volumes!);
    if (!cluster.get(refs.storageClasses, 'standard')) await started.createClass('standard', {});
    await started.createNode('worker-0');
    return started;
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }

  async createClass(name: string, changes: Partial<StorageClass>): Promise<void> {
    await this.cluster.create(refs.storageClasses, {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: {
        name,
        ...(name === 'standard' && { annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } }),
      },
      provisioner: 'rancher.io/local-path',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'WaitForFirstConsumer',
      ...changes,
    });
    await this.cluster.settle();
  }

  async createNode(name: string): Promise<void> {
    const node: Node = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, labels: { 'kubernetes.io/hostname': name } },
      spec: {},
    };
    await this.cluster.create(refs.nodes, node);
    await this.setReady(name, true);
  }

  async setReady(name: string, ready: boolean): Promise<void> {
    const conditions = [{ type: 'Ready', status: ready ? 'True' : 'Unknown' }];
    await this.cluster.client
      .resource(refs.nodes)
      .patch('', name, { status: { conditions } }, { subresource: 'status' });
    await this.cluster.settle();
  }

  async createClaim(name: string, changes: Partial<PersistentVolumeClaimSpec> = {}): Promise<void> {
    await this.cluster.create(refs.persistentVolumeClaims, {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Mi' } }, ...changes },
    });
    await this.cluster.settle();
  }

  /** A volume that an administrator makes. */
  async createVolume(name: string, changes: Partial<PersistentVolumeSpec> = {}): Promise<void> {
    await this.cluster.create(refs.persistentVolumes, {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name },
      spec: {
        capacity: { storage: '1Mi' },
        accessModes: ['ReadWriteOnce'],
        storageClassName: 'manual',
        hostPath: { path: `/mnt/${name}` },
        ...changes,
      },
    });
    await this.cluster.settle();
  }

  /** As the scheduler does it. */
  async selectNode(claim: string, node = 'worker-0'): Promise<void> {
    const annotations = { 'volume.kubernetes.io/selected-node': node };
    await this.cluster.client
      .resource(refs.persistentVolumeClaims)
      .patch('default', claim, { metadata: { annotations } });
    await this.cluster.settle();
  }

  /** A Pod that uses the claim, and has a node unless it is held back. */
  async createPod(name: string, claim: string, { scheduled = true } = {}): Promise<void> {
    if (!scheduled) this.cluster.nodes.unscheduled.add(name);
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        containers: [{ name: 'main', image: 'busybox' }],
        volumes: [{ name: 'data', persistentVolumeClaim: { claimName: claim } }],
      },
    };
    await this.cluster.create(refs.pods, pod);
    await this.cluster.settle();
  }

  async deleteClaim(name: string): Promise<void> {
    await this.cluster.client.resource(refs.persistentVolumeClaims).delete('default', name);
    await this.cluster.settle();
  }

  async deleteVolume(name: string): Promise<void> {
    await this.cluster.client.resource(refs.persistentVolumes).delete('', name);
    await this.cluster.settle();
  }

  async deletePod(name: string): Promise<void> {
    await this.cluster.client.resource(refs.pods).delete('default', name);
    await this.cluster.settle();
  }

  claim(name: string): PersistentVolumeClaim | undefined {
    return this.cluster.get(refs.persistentVolumeClaims, name);
  }

  volume(name: string): PersistentVolume | undefined {
    return this.cluster.get(refs.persistentVolumes, name, '');
  }

  /** "Bound" */
  phase(claim: string): string | undefined {
    return this.claim(claim)?.status?.phase;
  }
}
