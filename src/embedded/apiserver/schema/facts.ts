/**
 * What no installed package knows about the API's types, written down by hand: how lists and maps merge, which fields
 * are pointers or values in the Go types, what is written although it is empty, defaults, and the Go names that decoding
 * errors mention. scripts/generate-schemas.ts joins it with the packages' types; nothing else imports it.
 *
 * Types are named by the last three parts of their OpenAPI names ("core.v1.Container"), and lists of names are separated
 * by spaces. The file is long because it is one table; each part is sorted as the OpenAPI documents are.
 */

/**
 * How lists, maps and structs merge: "set" or "map=KEYS" for server-side apply (lists are atomic otherwise), "merge",
 * "merge=KEY", "replace" and "retainKeys" for strategic merge patches, "atomic" and "granular" for maps and structs.
 * "atomicList" is said of fields that are no lists: only OpenAPI documents show it.
 */
export const merging: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'core.v1.ComponentStatus': { conditions: 'map=type merge=type' },
  'core.v1.Container': {
    env: 'map=name merge=name',
    ports: 'map=containerPort,protocol merge=containerPort',
    volumeDevices: 'map=devicePath merge=devicePath',
    volumeMounts: 'map=mountPath merge=mountPath',
  },
  'core.v1.ContainerStatus': {
    allocatedResourcesStatus: 'map=name merge=name',
    volumeMounts: 'map=mountPath merge=mountPath',
  },
  'core.v1.EphemeralContainer': {
    env: 'map=name merge=name',
    ports: 'map=containerPort,protocol merge=containerPort',
    volumeDevices: 'map=devicePath merge=devicePath',
    volumeMounts: 'map=mountPath merge=mountPath',
  },
  'core.v1.NamespaceStatus': { conditions: 'map=type merge=type' },
  'core.v1.NodeSpec': { podCIDRs: 'set merge' },
  'core.v1.NodeStatus': { addresses: 'map=type merge=type', conditions: 'map=type merge=type' },
  'core.v1.PersistentVolumeClaimStatus': { allocatedResourceStatuses: 'granular', conditions: 'map=type merge=type' },
  'core.v1.PersistentVolumeSpec': { claimRef: 'granular' },
  'core.v1.PodSpec': {
    containers: 'map=name merge=name',
    ephemeralContainers: 'map=name merge=name',
    hostAliases: 'map=ip merge=ip',
    imagePullSecrets: 'map=name merge=name',
    initContainers: 'map=name merge=name',
    nodeSelector: 'atomic',
    resourceClaims: 'map=name merge=name retainKeys',
    schedulingGates: 'map=name merge=name',
    topologySpreadConstraints: 'map=topologyKey,whenUnsatisfiable merge=topologyKey',
    volumes: 'map=name merge=name retainKeys',
  },
  'core.v1.PodStatus': {
    conditions: 'map=type merge=type',
    hostIPs: 'merge=ip',
    podIPs: 'map=ip merge=ip',
    resourceClaimStatuses: 'map=name merge=name retainKeys',
  },
  'core.v1.ReplicationControllerSpec': { selector: 'atomic' },
  'core.v1.ReplicationControllerStatus': { conditions: 'map=type merge=type' },
  'core.v1.ResourceRequirements': { claims: 'map=name' },
  'core.v1.ResourceStatus': { resources: 'map=resourceID' },
  'core.v1.ServiceAccount': { secrets: 'map=name merge=name' },
  'core.v1.ServiceSpec': { ports: 'map=port,protocol merge=port', selector: 'atomic' },
  'core.v1.ServiceStatus': { conditions: 'map=type merge=type' },
  'meta.v1.ObjectMeta': { finalizers: 'set merge', ownerReferences: 'map=uid merge=uid' },
  'meta.v1.Status': { details: 'atomicList' },
  'admissionregistration.v1.MutatingWebhook': { matchConditions: 'map=name merge=name' },
  'admissionregistration.v1.MutatingWebhookConfiguration': { webhooks: 'map=name merge=name' },
  'admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec': { validationActions: 'set' },
  'admissionregistration.v1.ValidatingAdmissionPolicySpec': {
    matchConditions: 'map=name merge=name',
    variables: 'map=name merge=name',
  },
  'admissionregistration.v1.ValidatingAdmissionPolicyStatus': { conditions: 'map=type' },
  'admissionregistration.v1.ValidatingWebhook': { matchConditions: 'map=name merge=name' },
  'admissionregistration.v1.ValidatingWebhookConfiguration': { webhooks: 'map=name merge=name' },
  'apiextensions.v1.CustomResourceDefinitionStatus': { conditions: 'map=type' },
  'apiextensions.v1.JSONSchemaProps': { 'x-kubernetes-validations': 'map=rule merge=rule' },
  'apiregistration.v1.APIServiceSpec': { caBundle: 'atomicList' },
  'apiregistration.v1.APIServiceStatus': { conditions: 'map=type merge=type' },
  'apps.v1.DaemonSetStatus': { conditions: 'map=type merge=type' },
  'apps.v1.DeploymentSpec': { strategy: 'retainKeys' },
  'apps.v1.DeploymentStatus': { conditions: 'map=type merge=type' },
  'apps.v1.ReplicaSetStatus': { conditions: 'map=type merge=type' },
  'apps.v1.StatefulSetStatus': { conditions: 'map=type merge=type' },
  'autoscaling.v2.HorizontalPodAutoscalerStatus': { conditions: 'map=type merge=type' },
  'batch.v1.JobStatus': { conditions: 'merge=type' },
  'batch.v1.PodFailurePolicyOnExitCodesRequirement': { values: 'set' },
  'batch.v1.UncountedTerminatedPods': { failed: 'set', succeeded: 'set' },
  'certificates.v1.CertificateSigningRequestSpec': { request: 'atomicList' },
  'certificates.v1.CertificateSigningRequestStatus': { certificate: 'atomicList', conditions: 'map=type' },
  'discovery.v1.Endpoint': { addresses: 'set' },
  'flowcontrol.v1.FlowSchemaStatus': { conditions: 'map=type merge=type' },
  'flowcontrol.v1.NonResourcePolicyRule': { nonResourceURLs: 'set', verbs: 'set' },
  'flowcontrol.v1.PriorityLevelConfigurationStatus': { conditions: 'map=type merge=type' },
  'flowcontrol.v1.ResourcePolicyRule': { apiGroups: 'set', namespaces: 'set', resources: 'set', verbs: 'set' },
  'networking.v1.ServiceCIDRStatus': { conditions: 'map=type merge=type' },
  'node.v1.Scheduling': { nodeSelector: 'atomic' },
  'policy.v1.PodDisruptionBudgetSpec': { selector: 'replace' },
  'policy.v1.PodDisruptionBudgetStatus': { conditions: 'map=type merge=type' },
  'storage.v1.CSIDriverSpec': { volumeLifecycleModes: 'set' },
  'storage.v1.CSINodeSpec': { drivers: 'map=name merge=name' },
};

/** Structs that server-side apply treats as one value. */
export const atomicStructs = `
  core.v1.ConfigMapKeySelector core.v1.EndpointAddress core.v1.EndpointPort core.v1.LocalObjectReference
  core.v1.NodeSelector core.v1.NodeSelectorTerm core.v1.ObjectFieldSelector core.v1.ObjectReference
  core.v1.ResourceFieldSelector core.v1.ScopeSelector core.v1.SecretKeySelector core.v1.SecretReference
  core.v1.TypedLocalObjectReference meta.v1.LabelSelector meta.v1.OwnerReference
  admissionregistration.v1.MatchResources admissionregistration.v1.NamedRuleWithOperations
  admissionregistration.v1.ParamKind admissionregistration.v1.ParamRef admissionregistration.v1.Variable
  autoscaling.v1.CrossVersionObjectReference discovery.v1.EndpointPort networking.v1.ServiceBackendPort
  rbac.v1.RoleRef rbac.v1.Subject core.v1.TopologySelectorTerm
`;

/** Optional scalars held by pointer: an explicit zero ("replicas: 0") is kept. Other optional scalars drop it. */
export const pointerScalars: Readonly<Record<string, string>> = {
  'authentication.v1.TokenRequestSpec': 'expirationSeconds',
  'core.v1.AppArmorProfile': 'localhostProfile',
  'core.v1.AzureDiskVolumeSource': 'cachingMode fsType kind readOnly',
  'core.v1.AzureFilePersistentVolumeSource': 'secretNamespace',
  'core.v1.CSIVolumeSource': 'fsType readOnly',
  'core.v1.ClientIPConfig': 'timeoutSeconds',
  'core.v1.ClusterTrustBundleProjection': 'name optional signerName',
  'core.v1.ConfigMap': 'immutable',
  'core.v1.ConfigMapEnvSource': 'optional',
  'core.v1.ConfigMapKeySelector': 'optional',
  'core.v1.ConfigMapProjection': 'optional',
  'core.v1.ConfigMapVolumeSource': 'defaultMode optional',
  'core.v1.Container': 'restartPolicy',
  'core.v1.ContainerStatus': 'started stopSignal',
  'core.v1.DownwardAPIVolumeFile': 'mode',
  'core.v1.DownwardAPIVolumeSource': 'defaultMode',
  'core.v1.EndpointAddress': 'nodeName',
  'core.v1.EndpointPort': 'appProtocol',
  'core.v1.EphemeralContainer': 'restartPolicy',
  'core.v1.FCVolumeSource': 'lun',
  'core.v1.GRPCAction': 'service',
  'core.v1.GlusterfsPersistentVolumeSource': 'endpointsNamespace',
  'core.v1.HostPathVolumeSource': 'type',
  'core.v1.ISCSIPersistentVolumeSource': 'initiatorName',
  'core.v1.ISCSIVolumeSource': 'initiatorName',
  'core.v1.KeyToPath': 'mode',
  'core.v1.Lifecycle': 'stopSignal',
  'core.v1.LoadBalancerIngress': 'ipMode',
  'core.v1.LocalVolumeSource': 'fsType',
  'core.v1.NodeFeatures': 'supplementalGroupsPolicy',
  'core.v1.NodeRuntimeHandlerFeatures': 'recursiveReadOnlyMounts userNamespaces',
  'core.v1.NodeSwapStatus': 'capacity',
  'core.v1.PersistentVolumeClaimSpec': 'storageClassName volumeAttributesClassName volumeMode',
  'core.v1.PersistentVolumeClaimStatus': 'currentVolumeAttributesClassName',
  'core.v1.PersistentVolumeSpec': 'volumeAttributesClassName volumeMode',
  'core.v1.PodDNSConfigOption': 'value',
  'core.v1.PodResourceClaim': 'resourceClaimName resourceClaimTemplateName',
  'core.v1.PodResourceClaimStatus': 'resourceClaimName',
  'core.v1.PodSecurityContext':
    'fsGroup fsGroupChangePolicy runAsGroup runAsNonRoot runAsUser seLinuxChangePolicy ' + 'supplementalGroupsPolicy',
  'core.v1.PodSpec':
    'activeDeadlineSeconds automountServiceAccountToken enableServiceLinks hostUsers preemptionPolicy ' +
    'priority runtimeClassName setHostnameAsFQDN shareProcessNamespace terminationGracePeriodSeconds',
  'core.v1.PortStatus': 'error',
  'core.v1.Probe': 'terminationGracePeriodSeconds',
  'core.v1.ProjectedVolumeSource': 'defaultMode',
  'core.v1.ReplicationControllerSpec': 'replicas',
  'core.v1.SeccompProfile': 'localhostProfile',
  'core.v1.Secret': 'immutable',
  'core.v1.SecretEnvSource': 'optional',
  'core.v1.SecretKeySelector': 'optional',
  'core.v1.SecretProjection': 'optional',
  'core.v1.SecretVolumeSource': 'defaultMode optional',
  'core.v1.SecurityContext':
    'allowPrivilegeEscalation privileged procMount readOnlyRootFilesystem runAsGroup runAsNonRoot runAsUser',
  'core.v1.ServiceAccount': 'automountServiceAccountToken',
  'core.v1.ServiceAccountTokenProjection': 'expirationSeconds',
  'core.v1.ServicePort': 'appProtocol',
  'core.v1.ServiceSpec':
    'allocateLoadBalancerNodePorts internalTrafficPolicy ipFamilyPolicy loadBalancerClass trafficDistribution',
  'core.v1.Toleration': 'tolerationSeconds',
  'core.v1.TopologySpreadConstraint': 'minDomains nodeAffinityPolicy nodeTaintsPolicy',
  'core.v1.TypedLocalObjectReference': 'apiGroup',
  'core.v1.TypedObjectReference': 'apiGroup namespace',
  'core.v1.VolumeMount': 'mountPropagation recursiveReadOnly',
  'core.v1.VolumeMountStatus': 'recursiveReadOnly',
  'core.v1.WindowsSecurityContextOptions': 'gmsaCredentialSpec gmsaCredentialSpecName hostProcess runAsUserName',
  'meta.v1.DeleteOptions':
    'gracePeriodSeconds ignoreStoreReadErrorWithClusterBreakingPotential orphanDependents propagationPolicy',
  'meta.v1.ListMeta': 'remainingItemCount',
  'meta.v1.ObjectMeta': 'deletionGracePeriodSeconds',
  'meta.v1.OwnerReference': 'blockOwnerDeletion controller',
  'meta.v1.Preconditions': 'resourceVersion uid',
  'admissionregistration.v1.MatchResources': 'matchPolicy',
  'admissionregistration.v1.MutatingWebhook': 'failurePolicy matchPolicy reinvocationPolicy sideEffects timeoutSeconds',
  'admissionregistration.v1.NamedRuleWithOperations': 'scope',
  'admissionregistration.v1.ParamRef': 'parameterNotFoundAction',
  'admissionregistration.v1.RuleWithOperations': 'scope',
  'admissionregistration.v1.ServiceReference': 'path port',
  'admissionregistration.v1.ValidatingAdmissionPolicySpec': 'failurePolicy',
  'admissionregistration.v1.ValidatingWebhook': 'failurePolicy matchPolicy sideEffects timeoutSeconds',
  'admissionregistration.v1.Validation': 'reason',
  'admissionregistration.v1.WebhookClientConfig': 'url',
  'apiextensions.v1.CustomResourceDefinitionVersion': 'deprecationWarning',
  'apiextensions.v1.CustomResourceSubresourceScale': 'labelSelectorPath',
  'apiextensions.v1.JSONSchemaProps':
    '$ref maxItems maxLength maxProperties maximum minItems minLength minProperties minimum multipleOf ' +
    'x-kubernetes-list-type x-kubernetes-map-type x-kubernetes-preserve-unknown-fields',
  'apiextensions.v1.ServiceReference': 'path port',
  'apiextensions.v1.ValidationRule': 'optionalOldSelf reason',
  'apiextensions.v1.WebhookClientConfig': 'url',
  'apiregistration.v1.ServiceReference': 'port',
  'apps.v1.DaemonSetSpec': 'revisionHistoryLimit',
  'apps.v1.DaemonSetStatus': 'collisionCount',
  'apps.v1.DeploymentSpec': 'progressDeadlineSeconds replicas revisionHistoryLimit',
  'apps.v1.DeploymentStatus': 'collisionCount terminatingReplicas',
  'apps.v1.ReplicaSetSpec': 'replicas',
  'apps.v1.ReplicaSetStatus': 'terminatingReplicas',
  'apps.v1.RollingUpdateStatefulSetStrategy': 'partition',
  'apps.v1.StatefulSetSpec': 'replicas revisionHistoryLimit',
  'apps.v1.StatefulSetStatus': 'collisionCount',
  'autoscaling.v1.HorizontalPodAutoscalerSpec': 'minReplicas targetCPUUtilizationPercentage',
  'autoscaling.v1.HorizontalPodAutoscalerStatus': 'currentCPUUtilizationPercentage observedGeneration',
  'autoscaling.v2.HPAScalingRules': 'selectPolicy stabilizationWindowSeconds',
  'autoscaling.v2.HorizontalPodAutoscalerSpec': 'minReplicas',
  'autoscaling.v2.HorizontalPodAutoscalerStatus': 'observedGeneration',
  'autoscaling.v2.MetricTarget': 'averageUtilization',
  'autoscaling.v2.MetricValueStatus': 'averageUtilization',
  'batch.v1.CronJobSpec': 'failedJobsHistoryLimit startingDeadlineSeconds successfulJobsHistoryLimit suspend timeZone',
  'batch.v1.JobSpec':
    'activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy ' +
    'manualSelector maxFailedIndexes parallelism podReplacementPolicy suspend ttlSecondsAfterFinished',
  'batch.v1.JobStatus': 'failedIndexes ready terminating',
  'batch.v1.PodFailurePolicyOnExitCodesRequirement': 'containerName',
  'batch.v1.SuccessPolicyRule': 'succeededCount succeededIndexes',
  'certificates.v1.CertificateSigningRequestSpec': 'expirationSeconds',
  'coordination.v1.LeaseSpec': 'holderIdentity leaseDurationSeconds leaseTransitions preferredHolder strategy',
  'discovery.v1.Endpoint': 'hostname nodeName zone',
  'discovery.v1.EndpointConditions': 'ready serving terminating',
  'discovery.v1.EndpointPort': 'appProtocol name port protocol',
  'flowcontrol.v1.ExemptPriorityLevelConfiguration': 'lendablePercent nominalConcurrencyShares',
  'flowcontrol.v1.LimitedPriorityLevelConfiguration': 'borrowingLimitPercent lendablePercent nominalConcurrencyShares',
  'networking.v1.HTTPIngressPath': 'pathType',
  'networking.v1.IngressClassParametersReference': 'apiGroup namespace scope',
  'networking.v1.IngressPortStatus': 'error',
  'networking.v1.IngressSpec': 'ingressClassName',
  'networking.v1.NetworkPolicyPort': 'endPort protocol',
  'policy.v1.PodDisruptionBudgetSpec': 'unhealthyPodEvictionPolicy',
  'scheduling.v1.PriorityClass': 'preemptionPolicy',
  'storage.v1.CSIDriverSpec':
    'attachRequired fsGroupPolicy nodeAllocatableUpdatePeriodSeconds podInfoOnMount requiresRepublish ' +
    'seLinuxMount storageCapacity',
  'storage.v1.StorageClass': 'allowVolumeExpansion reclaimPolicy volumeBindingMode',
  'storage.v1.TokenRequest': 'expirationSeconds',
  'storage.v1.VolumeAttachmentSource': 'persistentVolumeName',
  'storage.v1.VolumeError': 'errorCode',
  'storage.v1.VolumeNodeResources': 'count',
};

/** Optional structs held by value: written as {} when nothing was set. So are objects' metadata, spec and status, and required structs. */
export const valueStructs: Readonly<Record<string, string>> = {
  'core.v1.Container': 'resources',
  'core.v1.ContainerStatus': 'lastState state',
  'core.v1.EphemeralContainer': 'resources',
  'core.v1.Event': 'source',
  'core.v1.NodeDaemonEndpoints': 'kubeletEndpoint',
  'core.v1.NodeStatus': 'daemonEndpoints nodeInfo',
  'core.v1.PersistentVolumeClaimSpec': 'resources',
  'core.v1.PersistentVolumeClaimTemplate': 'metadata',
  'core.v1.PodTemplate': 'template',
  'core.v1.PodTemplateSpec': 'metadata spec',
  'core.v1.ServiceStatus': 'loadBalancer',
  'apiextensions.v1.CustomResourceDefinitionStatus': 'acceptedNames',
  'apps.v1.DaemonSetSpec': 'updateStrategy',
  'apps.v1.DeploymentSpec': 'strategy',
  'apps.v1.ReplicaSetSpec': 'template',
  'apps.v1.StatefulSetSpec': 'updateStrategy',
  'authentication.v1.SelfSubjectReviewStatus': 'userInfo',
  'authentication.v1.TokenReviewStatus': 'user',
  'batch.v1.JobTemplateSpec': 'metadata spec',
  'discovery.v1.Endpoint': 'conditions',
  'events.v1.Event': 'deprecatedSource regarding',
  'flowcontrol.v1.LimitedPriorityLevelConfiguration': 'limitResponse',
  'networking.v1.IngressServiceBackend': 'port',
  'networking.v1.IngressStatus': 'loadBalancer',
};

/** Required structs held by pointer all the same: null when missing. */
export const pointerStructs: Readonly<Record<string, string>> = {
  'core.v1.ScaleIOPersistentVolumeSource': 'secretRef',
  'core.v1.ScaleIOVolumeSource': 'secretRef',
  'apps.v1.DaemonSetSpec': 'selector',
  'apps.v1.DeploymentSpec': 'selector',
  'apps.v1.ReplicaSetSpec': 'selector',
  'apps.v1.StatefulSetSpec': 'selector',
  'networking.v1.IPAddressSpec': 'parentRef',
};

/** Times held by pointer: left out when missing. Other times are values: null when missing. */
export const pointerTimes: Readonly<Record<string, string>> = {
  'core.v1.PersistentVolumeStatus': 'lastPhaseTransitionTime',
  'core.v1.PodStatus': 'startTime',
  'core.v1.Taint': 'timeAdded',
  'meta.v1.ManagedFieldsEntry': 'time',
  'meta.v1.ObjectMeta': 'deletionTimestamp',
  'autoscaling.v1.HorizontalPodAutoscalerStatus': 'lastScaleTime',
  'autoscaling.v2.HorizontalPodAutoscalerStatus': 'lastScaleTime',
  'batch.v1.CronJobStatus': 'lastScheduleTime lastSuccessfulTime',
  'batch.v1.JobStatus': 'completionTime startTime',
  'coordination.v1.LeaseSpec': 'acquireTime renewTime',
};

/** Quantities, int-or-strings and raw extensions held by value. Others are pointers. */
export const valueSpecials: Readonly<Record<string, string>> = {
  'core.v1.HTTPGetAction': 'port',
  'core.v1.ResourceFieldSelector': 'divisor',
  'core.v1.ServicePort': 'targetPort',
  'core.v1.TCPSocketAction': 'port',
  'meta.v1.WatchEvent': 'object',
  'apps.v1.ControllerRevision': 'data',
};

/** Optional fields that are written even when empty. */
export const alwaysWritten: Readonly<Record<string, string>> = {
  'authentication.v1.TokenRequestSpec': 'boundObjectRef expirationSeconds',
  'core.v1.AzureFilePersistentVolumeSource': 'secretNamespace',
  'core.v1.ContainerImage': 'names',
  'core.v1.Event': 'reportingComponent reportingInstance',
  'core.v1.GRPCAction': 'service',
  'core.v1.NodeRuntimeHandler': 'name',
  'core.v1.ProjectedVolumeSource': 'sources',
  'core.v1.TypedLocalObjectReference': 'apiGroup',
  'core.v1.TypedObjectReference': 'apiGroup',
  'apiextensions.v1.CustomResourceDefinitionStatus': 'acceptedNames conditions storedVersions',
  'apps.v1.StatefulSetOrdinals': 'start',
  'apps.v1.StatefulSetSpec': 'serviceName',
  'apps.v1.StatefulSetStatus': 'availableReplicas',
  'autoscaling.v2.HorizontalPodAutoscalerStatus': 'currentMetrics',
  'discovery.v1.EndpointSlice': 'ports',
  'events.v1.Event': 'metadata',
  'flowcontrol.v1.FlowSchemaSpec': 'matchingPrecedence',
  'flowcontrol.v1.LimitedPriorityLevelConfiguration': 'nominalConcurrencyShares',
  'flowcontrol.v1.QueuingConfiguration': 'handSize queueLengthLimit queues',
  'flowcontrol.v1.ResourcePolicyRule': 'namespaces',
  'networking.v1.IngressClassParametersReference': 'scope',
  'rbac.v1.ClusterRole': 'rules',
  'rbac.v1.Role': 'rules',
  'storage.v1.CSINodeDriver': 'topologyKeys',
};

/** Required fields that are left out when empty. */
export const droppedWhenEmpty: Readonly<Record<string, string>> = {
  'networking.v1.IPAddressSpec': 'parentRef',
  'networking.v1.ParentReference': 'name resource',
};

/** Defaults that do not follow from the above (an empty string, zero or {} for what is always written). */
export const defaults: Readonly<Record<string, Readonly<Record<string, string | number | boolean>>>> = {
  'core.v1.AzureDiskVolumeSource': { cachingMode: 'ReadWrite', fsType: 'ext4', kind: 'Shared', readOnly: false },
  'core.v1.ConfigMapEnvSource': { name: '' },
  'core.v1.ConfigMapKeySelector': { name: '' },
  'core.v1.ConfigMapProjection': { name: '' },
  'core.v1.ConfigMapVolumeSource': { name: '' },
  'core.v1.ContainerPort': { protocol: 'TCP' },
  'core.v1.GRPCAction': { service: '' },
  'core.v1.ISCSIPersistentVolumeSource': { iscsiInterface: 'default' },
  'core.v1.ISCSIVolumeSource': { iscsiInterface: 'default' },
  'core.v1.LocalObjectReference': { name: '' },
  'core.v1.RBDPersistentVolumeSource': { keyring: '/etc/ceph/keyring', pool: 'rbd', user: 'admin' },
  'core.v1.RBDVolumeSource': { keyring: '/etc/ceph/keyring', pool: 'rbd', user: 'admin' },
  'core.v1.ReplicationControllerSpec': { minReadySeconds: 0, replicas: 1 },
  'core.v1.ScaleIOPersistentVolumeSource': { fsType: 'xfs', storageMode: 'ThinProvisioned' },
  'core.v1.ScaleIOVolumeSource': { fsType: 'xfs', storageMode: 'ThinProvisioned' },
  'core.v1.SecretEnvSource': { name: '' },
  'core.v1.SecretKeySelector': { name: '' },
  'core.v1.SecretProjection': { name: '' },
  'core.v1.ServicePort': { protocol: 'TCP' },
};

/** Go's names of types that are neither plain nor structs, and the fields that have them. */
export const goTypes: Readonly<Record<string, string>> = {
  '[]types.UID': 'batch.v1.UncountedTerminatedPods.succeeded batch.v1.UncountedTerminatedPods.failed',
  '[]v1.Capability': 'core.v1.Capabilities.add core.v1.Capabilities.drop',
  '[]v1.FinalizerName': 'core.v1.NamespaceSpec.finalizers',
  '[]v1.IPFamily': 'core.v1.ServiceSpec.ipFamilies',
  '[]v1.KeyUsage': 'certificates.v1.CertificateSigningRequestSpec.usages',
  '[]v1.OperationType':
    'admissionregistration.v1.NamedRuleWithOperations.operations ' +
    'admissionregistration.v1.RuleWithOperations.operations',
  '[]v1.PersistentVolumeAccessMode':
    'core.v1.PersistentVolumeClaimSpec.accessModes core.v1.PersistentVolumeClaimStatus.accessModes ' +
    'core.v1.PersistentVolumeSpec.accessModes',
  '[]v1.PolicyType': 'networking.v1.NetworkPolicySpec.policyTypes',
  '[]v1.ResourceQuotaScope': 'core.v1.ResourceQuotaSpec.scopes',
  '[]v1.UniqueVolumeName': 'core.v1.NodeStatus.volumesInUse',
  '[]v1.ValidationAction': 'admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec.validationActions',
  '[]v1.VolumeLifecycleMode': 'storage.v1.CSIDriverSpec.volumeLifecycleModes',
  'map[v1.ResourceName]v1.ClaimResourceStatus': 'core.v1.PersistentVolumeClaimStatus.allocatedResourceStatuses',
  'types.UID':
    'authentication.v1.BoundObjectReference.uid core.v1.ConfigMapNodeConfigSource.uid ' +
    'core.v1.ObjectReference.uid meta.v1.ObjectMeta.uid meta.v1.OwnerReference.uid meta.v1.Preconditions.uid ' +
    'meta.v1.StatusDetails.uid',
  'v1.APIServiceConditionType': 'apiregistration.v1.APIServiceCondition.type',
  'v1.AddressType': 'discovery.v1.EndpointSlice.addressType',
  'v1.AppArmorProfileType': 'core.v1.AppArmorProfile.type',
  'v1.AzureDataDiskCachingMode': 'core.v1.AzureDiskVolumeSource.cachingMode',
  'v1.AzureDataDiskKind': 'core.v1.AzureDiskVolumeSource.kind',
  'v1.CauseType': 'meta.v1.StatusCause.reason',
  'v1.CompletionMode': 'batch.v1.JobSpec.completionMode',
  'v1.ComponentConditionType': 'core.v1.ComponentCondition.type',
  'v1.ConcurrencyPolicy': 'batch.v1.CronJobSpec.concurrencyPolicy',
  'v1.ConditionStatus':
    'core.v1.ComponentCondition.status core.v1.NamespaceCondition.status core.v1.NodeCondition.status ' +
    'core.v1.PersistentVolumeClaimCondition.status core.v1.PodCondition.status ' +
    'core.v1.ReplicationControllerCondition.status meta.v1.Condition.status ' +
    'apiextensions.v1.CustomResourceDefinitionCondition.status apiregistration.v1.APIServiceCondition.status ' +
    'apps.v1.DaemonSetCondition.status apps.v1.DeploymentCondition.status apps.v1.ReplicaSetCondition.status ' +
    'apps.v1.StatefulSetCondition.status autoscaling.v2.HorizontalPodAutoscalerCondition.status ' +
    'batch.v1.JobCondition.status batch.v1.PodFailurePolicyOnPodConditionsPattern.status ' +
    'certificates.v1.CertificateSigningRequestCondition.status flowcontrol.v1.FlowSchemaCondition.status ' +
    'flowcontrol.v1.PriorityLevelConfigurationCondition.status',
  'v1.ContainerRestartPolicy': 'core.v1.Container.restartPolicy core.v1.EphemeralContainer.restartPolicy',
  'v1.ConversionStrategyType': 'apiextensions.v1.CustomResourceConversion.strategy',
  'v1.CoordinatedLeaseStrategy': 'coordination.v1.LeaseSpec.strategy',
  'v1.CustomResourceDefinitionConditionType': 'apiextensions.v1.CustomResourceDefinitionCondition.type',
  'v1.DNSPolicy': 'core.v1.PodSpec.dnsPolicy',
  'v1.DaemonSetConditionType': 'apps.v1.DaemonSetCondition.type',
  'v1.DaemonSetUpdateStrategyType': 'apps.v1.DaemonSetUpdateStrategy.type',
  'v1.DeletionPropagation': 'meta.v1.DeleteOptions.propagationPolicy',
  'v1.DeploymentConditionType': 'apps.v1.DeploymentCondition.type',
  'v1.DeploymentStrategyType': 'apps.v1.DeploymentStrategy.type',
  'v1.FSGroupPolicy': 'storage.v1.CSIDriverSpec.fsGroupPolicy',
  'v1.FailurePolicyType':
    'admissionregistration.v1.MutatingWebhook.failurePolicy ' +
    'admissionregistration.v1.ValidatingAdmissionPolicySpec.failurePolicy ' +
    'admissionregistration.v1.ValidatingWebhook.failurePolicy',
  'v1.FieldSelectorOperator': 'meta.v1.FieldSelectorRequirement.operator',
  'v1.FieldValueErrorReason': 'apiextensions.v1.ValidationRule.reason',
  'v1.FlowDistinguisherMethodType': 'flowcontrol.v1.FlowDistinguisherMethod.type',
  'v1.FlowSchemaConditionType': 'flowcontrol.v1.FlowSchemaCondition.type',
  'v1.HostPathType': 'core.v1.HostPathVolumeSource.type',
  'v1.IPFamilyPolicy': 'core.v1.ServiceSpec.ipFamilyPolicy',
  'v1.JSONSchemaDefinitions': 'apiextensions.v1.JSONSchemaProps.definitions',
  'v1.JSONSchemaDependencies': 'apiextensions.v1.JSONSchemaProps.dependencies',
  'v1.JSONSchemaURL': 'apiextensions.v1.JSONSchemaProps.$schema',
  'v1.JobConditionType': 'batch.v1.JobCondition.type',
  'v1.LabelSelectorOperator': 'meta.v1.LabelSelectorRequirement.operator',
  'v1.LimitResponseType': 'flowcontrol.v1.LimitResponse.type',
  'v1.LimitType': 'core.v1.LimitRangeItem.type',
  'v1.LoadBalancerIPMode': 'core.v1.LoadBalancerIngress.ipMode',
  'v1.ManagedFieldsOperationType': 'meta.v1.ManagedFieldsEntry.operation',
  'v1.MatchPolicyType':
    'admissionregistration.v1.MatchResources.matchPolicy admissionregistration.v1.MutatingWebhook.matchPolicy ' +
    'admissionregistration.v1.ValidatingWebhook.matchPolicy',
  'v1.MountPropagationMode': 'core.v1.VolumeMount.mountPropagation',
  'v1.NamespaceConditionType': 'core.v1.NamespaceCondition.type',
  'v1.NamespacePhase': 'core.v1.NamespaceStatus.phase',
  'v1.NodeAddressType': 'core.v1.NodeAddress.type',
  'v1.NodeConditionType': 'core.v1.NodeCondition.type',
  'v1.NodeInclusionPolicy':
    'core.v1.TopologySpreadConstraint.nodeAffinityPolicy core.v1.TopologySpreadConstraint.nodeTaintsPolicy',
  'v1.NodePhase': 'core.v1.NodeStatus.phase',
  'v1.NodeSelectorOperator': 'core.v1.NodeSelectorRequirement.operator',
  'v1.OSName': 'core.v1.PodOS.name',
  'v1.ParameterNotFoundActionType': 'admissionregistration.v1.ParamRef.parameterNotFoundAction',
  'v1.PathType': 'networking.v1.HTTPIngressPath.pathType',
  'v1.PersistentVolumeClaimConditionType': 'core.v1.PersistentVolumeClaimCondition.type',
  'v1.PersistentVolumeClaimModifyVolumeStatus': 'core.v1.ModifyVolumeStatus.status',
  'v1.PersistentVolumeClaimPhase': 'core.v1.PersistentVolumeClaimStatus.phase',
  'v1.PersistentVolumeClaimRetentionPolicyType':
    'apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy.whenDeleted ' +
    'apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy.whenScaled',
  'v1.PersistentVolumeMode': 'core.v1.PersistentVolumeClaimSpec.volumeMode core.v1.PersistentVolumeSpec.volumeMode',
  'v1.PersistentVolumePhase': 'core.v1.PersistentVolumeStatus.phase',
  'v1.PersistentVolumeReclaimPolicy':
    'core.v1.PersistentVolumeSpec.persistentVolumeReclaimPolicy storage.v1.StorageClass.reclaimPolicy',
  'v1.PodConditionType':
    'core.v1.PodCondition.type core.v1.PodReadinessGate.conditionType ' +
    'batch.v1.PodFailurePolicyOnPodConditionsPattern.type',
  'v1.PodFSGroupChangePolicy': 'core.v1.PodSecurityContext.fsGroupChangePolicy',
  'v1.PodFailurePolicyAction': 'batch.v1.PodFailurePolicyRule.action',
  'v1.PodFailurePolicyOnExitCodesOperator': 'batch.v1.PodFailurePolicyOnExitCodesRequirement.operator',
  'v1.PodManagementPolicyType': 'apps.v1.StatefulSetSpec.podManagementPolicy',
  'v1.PodPhase': 'core.v1.PodStatus.phase',
  'v1.PodQOSClass': 'core.v1.PodStatus.qosClass',
  'v1.PodReplacementPolicy': 'batch.v1.JobSpec.podReplacementPolicy',
  'v1.PodResizeStatus': 'core.v1.PodStatus.resize',
  'v1.PodSELinuxChangePolicy': 'core.v1.PodSecurityContext.seLinuxChangePolicy',
  'v1.PreemptionPolicy': 'core.v1.PodSpec.preemptionPolicy scheduling.v1.PriorityClass.preemptionPolicy',
  'v1.PriorityLevelConfigurationConditionType': 'flowcontrol.v1.PriorityLevelConfigurationCondition.type',
  'v1.PriorityLevelEnablement': 'flowcontrol.v1.PriorityLevelConfigurationSpec.type',
  'v1.ProcMountType': 'core.v1.SecurityContext.procMount',
  'v1.Protocol':
    'core.v1.ContainerPort.protocol core.v1.EndpointPort.protocol core.v1.PortStatus.protocol ' +
    'core.v1.ServicePort.protocol discovery.v1.EndpointPort.protocol networking.v1.IngressPortStatus.protocol ' +
    'networking.v1.NetworkPolicyPort.protocol',
  'v1.PullPolicy':
    'core.v1.Container.imagePullPolicy core.v1.EphemeralContainer.imagePullPolicy ' +
    'core.v1.ImageVolumeSource.pullPolicy',
  'v1.RecursiveReadOnlyMode': 'core.v1.VolumeMount.recursiveReadOnly core.v1.VolumeMountStatus.recursiveReadOnly',
  'v1.ReinvocationPolicyType': 'admissionregistration.v1.MutatingWebhook.reinvocationPolicy',
  'v1.ReplicaSetConditionType': 'apps.v1.ReplicaSetCondition.type',
  'v1.ReplicationControllerConditionType': 'core.v1.ReplicationControllerCondition.type',
  'v1.RequestConditionType': 'certificates.v1.CertificateSigningRequestCondition.type',
  'v1.ResourceHealthStatus': 'core.v1.ResourceHealth.health',
  'v1.ResourceID': 'core.v1.ResourceHealth.resourceID',
  'v1.ResourceList':
    'core.v1.ContainerStatus.allocatedResources core.v1.LimitRangeItem.max core.v1.LimitRangeItem.min ' +
    'core.v1.LimitRangeItem.default core.v1.LimitRangeItem.defaultRequest ' +
    'core.v1.LimitRangeItem.maxLimitRequestRatio core.v1.NodeStatus.capacity core.v1.NodeStatus.allocatable ' +
    'core.v1.PersistentVolumeClaimStatus.capacity core.v1.PersistentVolumeClaimStatus.allocatedResources ' +
    'core.v1.PersistentVolumeSpec.capacity core.v1.PodSpec.overhead core.v1.ResourceQuotaSpec.hard ' +
    'core.v1.ResourceQuotaStatus.hard core.v1.ResourceQuotaStatus.used core.v1.ResourceRequirements.limits ' +
    'core.v1.ResourceRequirements.requests core.v1.VolumeResourceRequirements.limits ' +
    'core.v1.VolumeResourceRequirements.requests node.v1.Overhead.podFixed',
  'v1.ResourceName':
    'core.v1.ContainerResizePolicy.resourceName core.v1.ResourceStatus.name ' +
    'autoscaling.v2.ContainerResourceMetricSource.name autoscaling.v2.ContainerResourceMetricStatus.name ' +
    'autoscaling.v2.ResourceMetricSource.name autoscaling.v2.ResourceMetricStatus.name',
  'v1.ResourceQuotaScope': 'core.v1.ScopedResourceSelectorRequirement.scopeName',
  'v1.ResourceResizeRestartPolicy': 'core.v1.ContainerResizePolicy.restartPolicy',
  'v1.ResourceScope': 'apiextensions.v1.CustomResourceDefinitionSpec.scope',
  'v1.RestartPolicy': 'core.v1.PodSpec.restartPolicy',
  'v1.ScopeSelectorOperator': 'core.v1.ScopedResourceSelectorRequirement.operator',
  'v1.ScopeType':
    'admissionregistration.v1.NamedRuleWithOperations.scope admissionregistration.v1.RuleWithOperations.scope',
  'v1.SeccompProfileType': 'core.v1.SeccompProfile.type',
  'v1.SecretType': 'core.v1.Secret.type',
  'v1.ServiceAffinity': 'core.v1.ServiceSpec.sessionAffinity',
  'v1.ServiceExternalTrafficPolicy': 'core.v1.ServiceSpec.externalTrafficPolicy',
  'v1.ServiceInternalTrafficPolicy': 'core.v1.ServiceSpec.internalTrafficPolicy',
  'v1.ServiceType': 'core.v1.ServiceSpec.type',
  'v1.SideEffectClass':
    'admissionregistration.v1.MutatingWebhook.sideEffects ' + 'admissionregistration.v1.ValidatingWebhook.sideEffects',
  'v1.Signal': 'core.v1.ContainerStatus.stopSignal core.v1.Lifecycle.stopSignal',
  'v1.StatefulSetConditionType': 'apps.v1.StatefulSetCondition.type',
  'v1.StatefulSetUpdateStrategyType': 'apps.v1.StatefulSetUpdateStrategy.type',
  'v1.StatusReason': 'meta.v1.Status.reason admissionregistration.v1.Validation.reason',
  'v1.StorageMedium': 'core.v1.EmptyDirVolumeSource.medium',
  'v1.SubjectKind': 'flowcontrol.v1.Subject.kind',
  'v1.SupplementalGroupsPolicy': 'core.v1.PodSecurityContext.supplementalGroupsPolicy',
  'v1.TaintEffect': 'core.v1.Taint.effect core.v1.Toleration.effect',
  'v1.TerminationMessagePolicy':
    'core.v1.Container.terminationMessagePolicy core.v1.EphemeralContainer.terminationMessagePolicy',
  'v1.TolerationOperator': 'core.v1.Toleration.operator',
  'v1.URIScheme': 'core.v1.HTTPGetAction.scheme',
  'v1.UnhealthyPodEvictionPolicyType': 'policy.v1.PodDisruptionBudgetSpec.unhealthyPodEvictionPolicy',
  'v1.UniqueVolumeName': 'core.v1.AttachedVolume.name',
  'v1.UnsatisfiableConstraintAction': 'core.v1.TopologySpreadConstraint.whenUnsatisfiable',
  'v1.ValidationRules': 'apiextensions.v1.JSONSchemaProps.x-kubernetes-validations',
  'v1.Verbs': 'meta.v1.APIResource.verbs',
  'v1.VolumeBindingMode': 'storage.v1.StorageClass.volumeBindingMode',
  'v2.HPAScalingPolicyType': 'autoscaling.v2.HPAScalingPolicy.type',
  'v2.HorizontalPodAutoscalerConditionType': 'autoscaling.v2.HorizontalPodAutoscalerCondition.type',
  'v2.MetricSourceType': 'autoscaling.v2.MetricSpec.type autoscaling.v2.MetricStatus.type',
  'v2.MetricTargetType': 'autoscaling.v2.MetricTarget.type',
  'v2.ScalingPolicySelect': 'autoscaling.v2.HPAScalingRules.selectPolicy',
};

/** Fields of which exactly one may be set, chosen by a discriminator: x-kubernetes-unions. */
export const unions: Readonly<Record<string, { discriminator: string; fields: Readonly<Record<string, string>> }>> = {
  'core.v1.AppArmorProfile': { discriminator: 'type', fields: { localhostProfile: 'LocalhostProfile' } },
  'core.v1.SeccompProfile': { discriminator: 'type', fields: { localhostProfile: 'LocalhostProfile' } },
  'flowcontrol.v1.LimitResponse': { discriminator: 'type', fields: { queuing: 'Queuing' } },
  'flowcontrol.v1.PriorityLevelConfigurationSpec': {
    discriminator: 'type',
    fields: { exempt: 'Exempt', limited: 'Limited' },
  },
  'flowcontrol.v1.Subject': {
    discriminator: 'kind',
    fields: { group: 'Group', serviceAccount: 'ServiceAccount', user: 'User' },
  },
};

/** Descriptions of named types that the packages leave out, shortened. */
export const specialDescriptions: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity':
    'Quantity is a fixed-point number with an optional suffix: "1.5", "500m", "2Gi". It is stored in canonical form: ' +
    'without fractional digits and with the largest suffix that loses no precision ("1500m", "1536Mi").',
};
