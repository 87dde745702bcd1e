import type { KubeObject } from '../../kubernetes/object.ts';
import type * as kinds from '../../kubernetes/objects.ts';
import type { ResourceRef } from './client.ts';

/** Every resource that parts of the cluster work with, by name and with its type. */

function ref<T extends KubeObject>(apiVersion: string, plural: string): ResourceRef<T> {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  return { group: group!, version: version!, plural };
}

export const pods = ref<kinds.Pod>('v1', 'pods');
export const services = ref<kinds.Service>('v1', 'services');
export const persistentVolumeClaims = ref<kinds.PersistentVolumeClaim>('v1', 'persistentvolumeclaims');
export const persistentVolumes = ref<kinds.PersistentVolume>('v1', 'persistentvolumes');
export const nodes = ref<kinds.Node>('v1', 'nodes');
export const namespaces = ref<kinds.Namespace>('v1', 'namespaces');
export const events = ref<kinds.Event>('v1', 'events');
export const endpoints = ref<kinds.Endpoints>('v1', 'endpoints');
export const configMaps = ref<kinds.ConfigMap>('v1', 'configmaps');
export const secrets = ref<kinds.Secret>('v1', 'secrets');
export const serviceAccounts = ref<kinds.ServiceAccount>('v1', 'serviceaccounts');
export const limitRanges = ref<kinds.LimitRange>('v1', 'limitranges');
export const resourceQuotas = ref<kinds.ResourceQuota>('v1', 'resourcequotas');
export const replicationControllers = ref<kinds.ReplicationController>('v1', 'replicationcontrollers');
export const podTemplates = ref<kinds.PodTemplate>('v1', 'podtemplates');

export const statefulSets = ref<kinds.StatefulSet>('apps/v1', 'statefulsets');
export const deployments = ref<kinds.Deployment>('apps/v1', 'deployments');
export const replicaSets = ref<kinds.ReplicaSet>('apps/v1', 'replicasets');
export const daemonSets = ref<kinds.DaemonSet>('apps/v1', 'daemonsets');
export const controllerRevisions = ref<kinds.ControllerRevision>('apps/v1', 'controllerrevisions');

export const jobs = ref<kinds.Job>('batch/v1', 'jobs');
export const cronJobs = ref<kinds.CronJob>('batch/v1', 'cronjobs');
export const podDisruptionBudgets = ref<kinds.PodDisruptionBudget>('policy/v1', 'poddisruptionbudgets');
export const horizontalPodAutoscalers = ref<kinds.HorizontalPodAutoscaler>(
  'autoscaling/v2',
  'horizontalpodautoscalers',
);

export const endpointSlices = ref<kinds.EndpointSlice>('discovery.k8s.io/v1', 'endpointslices');
export const networkPolicies = ref<kinds.NetworkPolicy>('networking.k8s.io/v1', 'networkpolicies');
export const ingresses = ref<kinds.Ingress>('networking.k8s.io/v1', 'ingresses');
export const serviceCIDRs = ref<kinds.ServiceCIDR>('networking.k8s.io/v1', 'servicecidrs');
export const ipAddresses = ref<kinds.IPAddress>('networking.k8s.io/v1', 'ipaddresses');

export const storageClasses = ref<kinds.StorageClass>('storage.k8s.io/v1', 'storageclasses');
export const csiNodes = ref<kinds.CSINode>('storage.k8s.io/v1', 'csinodes');
export const csiDrivers = ref<kinds.CSIDriver>('storage.k8s.io/v1', 'csidrivers');
export const volumeAttachments = ref<kinds.VolumeAttachment>('storage.k8s.io/v1', 'volumeattachments');

export const leases = ref<kinds.Lease>('coordination.k8s.io/v1', 'leases');
export const priorityClasses = ref<kinds.PriorityClass>('scheduling.k8s.io/v1', 'priorityclasses');
export const runtimeClasses = ref<kinds.RuntimeClass>('node.k8s.io/v1', 'runtimeclasses');
export const certificateSigningRequests = ref<kinds.CertificateSigningRequest>(
  'certificates.k8s.io/v1',
  'certificatesigningrequests',
);

export const roles = ref<kinds.Role>('rbac.authorization.k8s.io/v1', 'roles');
export const clusterRoles = ref<kinds.ClusterRole>('rbac.authorization.k8s.io/v1', 'clusterroles');
export const roleBindings = ref<kinds.RoleBinding>('rbac.authorization.k8s.io/v1', 'rolebindings');
export const clusterRoleBindings = ref<kinds.ClusterRoleBinding>('rbac.authorization.k8s.io/v1', 'clusterrolebindings');
