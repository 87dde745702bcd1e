import type { Controller } from '../client/client.ts';
import { certificateSigningController } from './certificates/controller.ts';
import { clusterRoleAggregationController } from './clusterrole-aggregation/controller.ts';
import { cronJobController } from './cronjob/controller.ts';
import { daemonSetController } from './daemonset/controller.ts';
import { deploymentController } from './deployment/controller.ts';
import { disruptionController } from './disruption/controller.ts';
import { endpointsController } from './endpoints/controller.ts';
import { endpointSliceController } from './endpointslice/controller.ts';
import { endpointSliceMirroringController } from './endpointslice-mirroring/controller.ts';
import { garbageCollectorController } from './garbage-collector/controller.ts';
import { horizontalPodAutoscalerController } from './hpa/controller.ts';
import { jobController } from './job/controller.ts';
import { namespaceController } from './namespace/controller.ts';
import { nodeControllers } from './node-lifecycle/index.ts';
import { replicaSetController, replicationControllerController } from './replicaset/controller.ts';
import { resourceQuotaController } from './resourcequota/controller.ts';
import { serviceAccountController } from './serviceaccount/controller.ts';
import { rootCACertPublisherController } from './serviceaccount/root-ca.ts';
import { serviceCIDRController } from './servicecidr/controller.ts';
import type { ControllerContext } from './shared/context.ts';
import { statefulSetController } from './statefulset/controller.ts';
import { ttlController } from './ttl/controller.ts';
import { ttlAfterFinishedController } from './ttl-after-finished/controller.ts';
import { volumeControllers } from './volume/index.ts';
import type { LocalPathOptions } from './volume/local-path.ts';

/** What kube-controller-manager runs, and the provisioner of the default StorageClass. */
export function standardControllers(context: ControllerContext, volumes: LocalPathOptions): readonly Controller[] {
  return [
    serviceAccountController,
    rootCACertPublisherController,
    statefulSetController,
    deploymentController,
    replicaSetController,
    replicationControllerController,
    daemonSetController,
    jobController,
    cronJobController,
    ttlAfterFinishedController,
    horizontalPodAutoscalerController,
    endpointSliceController,
    endpointsController,
    endpointSliceMirroringController,
    serviceCIDRController,
    disruptionController,
    garbageCollectorController,
    namespaceController,
    resourceQuotaController,
    clusterRoleAggregationController,
    certificateSigningController,
    ttlController,
  ]
    .map((create) => create(context))
    .concat(nodeControllers(context), volumeControllers(context, volumes));
}
