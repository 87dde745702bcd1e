import type {
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ResourceList,
  Service,
} from '../../../kubernetes/objects.ts';
import type { Clock } from '../../clock.ts';
import type { ContainerRuntime } from '../../containers/runtime.ts';
import type { Network } from '../../network/network.ts';
import type { ConfigSource } from '../container/environment.ts';
import type { ClusterDns } from '../container/network-files.ts';
import type { ImagePuller } from '../image-puller.ts';
import type { BackOff } from '../pod/back-off.ts';
import type { PodEvents } from '../pod-events.ts';
import type { VolumeSources } from '../volumes/set-up.ts';

/** What the simulated node takes for things that have no image and no declared duration. */
export interface KubeletLatencies {
  /** Milliseconds to set up a Pod's sandbox. */
  readonly sandbox: number;
  /**
   * Milliseconds from the end of a deleted Pod's containers until the API no longer has it. Not none: `kubectl delete`
   * looks again twice and then waits for the Pod of that name to go. Where its successor is there by the second look, as
   * no real node manages, it waits for that one, for good.
   */
  readonly teardown: number;
}

/** What a node offers to the Pods on it. */
export interface NodeContext extends ConfigSource {
  readonly name: string;
  readonly address: string;
  readonly clock: Clock;
  readonly runtime: ContainerRuntime;
  readonly network: Network;
  readonly puller: ImagePuller;
  readonly events: PodEvents;
  /** How long containers that fail again and again are left alone. */
  readonly crashes: BackOff;
  readonly dns: ClusterDns;
  readonly allocatable: ResourceList;
  readonly volumes: VolumeSources;
  readonly latencies: KubeletLatencies;
  node(): Node | undefined;
  services(): readonly Service[];
  claim(namespace: string, name: string): PersistentVolumeClaim | undefined;
  volume(name: string): PersistentVolume | undefined;
  /** The secrets among those that a Pod pulls its images with that are not there. */
  missingPullSecrets(pod: Pod): readonly string[];
}
