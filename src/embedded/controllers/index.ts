import type { Controller } from '../client/client.ts';
import { disruptionController } from './disruption/controller.ts';
import { endpointSliceController } from './endpointslice/controller.ts';
import { garbageCollectorController } from './garbage-collector/controller.ts';
import { jobController } from './job/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { nodeLifecycleController } from './node-lifecycle/controller.ts';
import { replicaSetController, replicationControllerController } from './replicaset/controller.ts';
import { serviceAccountController } from './serviceaccount/controller.ts';
import { rootCACertPublisherController } from './serviceaccount/root-ca.ts';
import type { ControllerContext } from './shared/context.ts';
import { statefulSetController } from './statefulset/controller.ts';
import { volumeControllers } from './volume/index.ts';
import type { LocalPathOptions } from './volume/local-path.ts';

/** What kube-controller-manager runs, and the provisioner of the default StorageClass. */
export function standardControllers(context: ControllerContext, volumes: LocalPathOptions): readonly Controller[] {
  return [
    serviceAccountController,
    rootCACertPublisherController,
    statefulSetController,
    replicaSetController,
    replicationControllerController,
    jobController,
    endpointSliceController,
    nodeLifecycleController,
    disruptionController,
    garbageCollectorController,
    namespaceController,
  ]
    .map((create) => create(context))
    .concat(volumeControllers(context, volumes));
}
