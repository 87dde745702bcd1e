import type { IIoK8sApimachineryPkgApisMetaV1Condition } from '@kubernetes-models/apimachinery/apis/meta/v1/Condition';
import type { IIoK8sApimachineryPkgApisMetaV1LabelSelector } from '@kubernetes-models/apimachinery/apis/meta/v1/LabelSelector';
import type * as admission from 'kubernetes-models/admissionregistration.k8s.io/v1';
import type * as apps from 'kubernetes-models/apps/v1';
import type * as authentication from 'kubernetes-models/authentication.k8s.io/v1';
import type * as authorization from 'kubernetes-models/authorization.k8s.io/v1';
import type * as autoscaling from 'kubernetes-models/autoscaling/v1';
import type * as autoscaling2 from 'kubernetes-models/autoscaling/v2';
import type * as batch from 'kubernetes-models/batch/v1';
import type * as certificates from 'kubernetes-models/certificates.k8s.io/v1';
import type * as coordination from 'kubernetes-models/coordination.k8s.io/v1';
import type * as discovery from 'kubernetes-models/discovery.k8s.io/v1';
import type * as events from 'kubernetes-models/events.k8s.io/v1';
import type * as networking from 'kubernetes-models/networking.k8s.io/v1';
import type * as node from 'kubernetes-models/node.k8s.io/v1';
import type * as policy from 'kubernetes-models/policy/v1';
import type * as rbac from 'kubernetes-models/rbac.authorization.k8s.io/v1';
import type * as scheduling from 'kubernetes-models/scheduling.k8s.io/v1';
import type * as storage from 'kubernetes-models/storage.k8s.io/v1';
import type * as core from 'kubernetes-models/v1';
import type { ObjectMeta } from './object.ts';

/**
 * The types of all kinds, as they stand in JSON. An object as the API server serves it has `metadata`, and `spec` where
 * Kubernetes' own type holds it by value; what a client sends may lack either until the kind's defaults have run.
 */
type Kind<T extends { metadata?: unknown }, Present extends keyof T = never> = Omit<T, 'metadata' | Present> &
  Required<Pick<T, Present>> & { metadata: ObjectMeta };

// metav1
export type LabelSelector = IIoK8sApimachineryPkgApisMetaV1LabelSelector;
export type Condition = IIoK8sApimachineryPkgApisMetaV1Condition;

// core/v1
export type Pod = Kind<core.IPod, 'spec'>;
export type Service = Kind<core.IService, 'spec'>;
export type PersistentVolumeClaim = Kind<core.IPersistentVolumeClaim, 'spec'>;
export type PersistentVolume = Kind<core.IPersistentVolume, 'spec'>;
export type Node = Kind<core.INode, 'spec'>;
export type Namespace = Kind<core.INamespace, 'spec'>;
export type Event = Kind<core.IEvent>;
export type Endpoints = Kind<core.IEndpoints>;
export type ConfigMap = Kind<core.IConfigMap>;
export type Secret = Kind<core.ISecret>;
export type ServiceAccount = Kind<core.IServiceAccount>;
export type LimitRange = Kind<core.ILimitRange, 'spec'>;
export type ResourceQuota = Kind<core.IResourceQuota, 'spec'>;
export type ReplicationController = Kind<core.IReplicationController, 'spec'>;
export type PodTemplate = Kind<core.IPodTemplate, 'template'>;
export type Binding = Kind<core.IBinding>;
export type ComponentStatus = Kind<core.IComponentStatus>;

export type Affinity = core.IAffinity;
export type Capabilities = core.ICapabilities;
export type Container = core.IContainer;
export type ContainerPort = core.IContainerPort;
export type ContainerState = core.IContainerState;
export type ContainerStatus = core.IContainerStatus;
export type EndpointAddress = core.IEndpointAddress;
export type EndpointSubset = core.IEndpointSubset;
export type EnvFromSource = core.IEnvFromSource;
export type EnvVar = core.IEnvVar;
export type EphemeralContainer = core.IEphemeralContainer;
export type KeyToPath = core.IKeyToPath;
export type Lifecycle = core.ILifecycle;
export type LifecycleHandler = core.ILifecycleHandler;
export type LimitRangeItem = core.ILimitRangeItem;
export type NodeAddress = core.INodeAddress;
export type NodeAffinity = core.INodeAffinity;
export type NodeCondition = core.INodeCondition;
export type NodeSelector = core.INodeSelector;
export type NodeSelectorRequirement = core.INodeSelectorRequirement;
export type NodeSelectorTerm = core.INodeSelectorTerm;
export type ObjectFieldSelector = core.IObjectFieldSelector;
export type ObjectReference = core.IObjectReference;
export type PersistentVolumeClaimCondition = core.IPersistentVolumeClaimCondition;
export type PersistentVolumeClaimSpec = core.IPersistentVolumeClaimSpec;
export type PersistentVolumeClaimTemplate = core.IPersistentVolumeClaimTemplate;
export type PersistentVolumeSpec = core.IPersistentVolumeSpec;
export type PodAffinityTerm = core.IPodAffinityTerm;
export type PodCondition = core.IPodCondition;
export type PodDNSConfig = core.IPodDNSConfig;
export type PodSecurityContext = core.IPodSecurityContext;
export type PodSpec = core.IPodSpec;
export type PodStatus = core.IPodStatus;
export type PodTemplateSpec = core.IPodTemplateSpec;
export type Probe = core.IProbe;
export type ProjectedVolumeSource = core.IProjectedVolumeSource;
export type ResourceFieldSelector = core.IResourceFieldSelector;
export type ResourceList = Record<string, string | number>;
export type ResourceRequirements = core.IResourceRequirements;
export type SecurityContext = core.ISecurityContext;
export type ServicePort = core.IServicePort;
export type ServiceSpec = core.IServiceSpec;
export type Taint = core.ITaint;
export type Toleration = core.IToleration;
export type TopologySelectorTerm = core.ITopologySelectorTerm;
export type TopologySpreadConstraint = core.ITopologySpreadConstraint;
export type TypedLocalObjectReference = core.ITypedLocalObjectReference;
export type TypedObjectReference = core.ITypedObjectReference;
export type Volume = core.IVolume;
export type VolumeMount = core.IVolumeMount;
export type VolumeNodeAffinity = core.IVolumeNodeAffinity;
export type VolumeResourceRequirements = core.IVolumeResourceRequirements;
export type WeightedPodAffinityTerm = core.IWeightedPodAffinityTerm;

// apps/v1
export type StatefulSet = Kind<apps.IStatefulSet, 'spec'>;
export type Deployment = Kind<apps.IDeployment, 'spec'>;
export type ReplicaSet = Kind<apps.IReplicaSet, 'spec'>;
export type DaemonSet = Kind<apps.IDaemonSet, 'spec'>;
export type ControllerRevision = Kind<apps.IControllerRevision>;
export type StatefulSetSpec = apps.IStatefulSetSpec;
export type StatefulSetStatus = apps.IStatefulSetStatus;
export type DeploymentSpec = apps.IDeploymentSpec;
export type DeploymentCondition = apps.IDeploymentCondition;
export type ReplicaSetSpec = apps.IReplicaSetSpec;
export type DaemonSetSpec = apps.IDaemonSetSpec;

// batch/v1
export type Job = Kind<batch.IJob, 'spec'>;
export type CronJob = Kind<batch.ICronJob, 'spec'>;
export type JobSpec = batch.IJobSpec;
export type JobStatus = batch.IJobStatus;
export type JobCondition = batch.IJobCondition;
export type JobTemplateSpec = batch.IJobTemplateSpec;

// policy/v1
export type PodDisruptionBudget = Kind<policy.IPodDisruptionBudget, 'spec'>;
export type Eviction = Kind<policy.IEviction>;

// rbac.authorization.k8s.io/v1
export type Role = Kind<rbac.IRole>;
export type ClusterRole = Kind<rbac.IClusterRole>;
export type RoleBinding = Kind<rbac.IRoleBinding>;
export type ClusterRoleBinding = Kind<rbac.IClusterRoleBinding>;
export type PolicyRule = rbac.IPolicyRule;
export type RoleRef = rbac.IRoleRef;
export type Subject = rbac.ISubject;

// networking.k8s.io/v1
export type NetworkPolicy = Kind<networking.INetworkPolicy, 'spec'>;
export type Ingress = Kind<networking.IIngress, 'spec'>;
export type IngressClass = Kind<networking.IIngressClass, 'spec'>;
export type IPAddress = Kind<networking.IIPAddress, 'spec'>;
export type ServiceCIDR = Kind<networking.IServiceCIDR, 'spec'>;

// discovery.k8s.io/v1
export type EndpointSlice = Kind<discovery.IEndpointSlice>;
export type Endpoint = discovery.IEndpoint;
export type EndpointPort = discovery.IEndpointPort;

// events.k8s.io/v1
export type EventsEvent = Kind<events.IEvent>;

// storage.k8s.io/v1
export type StorageClass = Kind<storage.IStorageClass>;
export type CSIDriver = Kind<storage.ICSIDriver, 'spec'>;
export type CSINode = Kind<storage.ICSINode, 'spec'>;
export type CSIStorageCapacity = Kind<storage.ICSIStorageCapacity>;
export type VolumeAttachment = Kind<storage.IVolumeAttachment, 'spec'>;

// coordination.k8s.io/v1, scheduling.k8s.io/v1, node.k8s.io/v1
export type Lease = Kind<coordination.ILease>;
export type PriorityClass = Kind<scheduling.IPriorityClass>;
export type RuntimeClass = Kind<node.IRuntimeClass>;

// autoscaling/v1 and v2
export type HorizontalPodAutoscaler = Kind<autoscaling2.IHorizontalPodAutoscaler, 'spec'>;
export type HorizontalPodAutoscalerV1 = Kind<autoscaling.IHorizontalPodAutoscaler, 'spec'>;
export type Scale = Kind<autoscaling.IScale>;

// certificates.k8s.io/v1
export type CertificateSigningRequest = Kind<certificates.ICertificateSigningRequest, 'spec'>;

// admissionregistration.k8s.io/v1
export type ValidatingWebhookConfiguration = Kind<admission.IValidatingWebhookConfiguration>;
export type MutatingWebhookConfiguration = Kind<admission.IMutatingWebhookConfiguration>;
export type ValidatingAdmissionPolicy = Kind<admission.IValidatingAdmissionPolicy>;
export type ValidatingAdmissionPolicyBinding = Kind<admission.IValidatingAdmissionPolicyBinding>;

// authentication.k8s.io/v1, authorization.k8s.io/v1
export type TokenRequest = Kind<authentication.ITokenRequest, 'spec'>;
export type TokenReview = Kind<authentication.ITokenReview, 'spec'>;
export type SelfSubjectReview = Kind<authentication.ISelfSubjectReview>;
export type SubjectAccessReview = Kind<authorization.ISubjectAccessReview, 'spec'>;
export type LocalSubjectAccessReview = Kind<authorization.ILocalSubjectAccessReview, 'spec'>;
export type SelfSubjectAccessReview = Kind<authorization.ISelfSubjectAccessReview, 'spec'>;
export type SelfSubjectRulesReview = Kind<authorization.ISelfSubjectRulesReview, 'spec'>;
