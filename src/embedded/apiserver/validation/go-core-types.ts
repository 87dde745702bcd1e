/**
 * The structs of Kubernetes' internal core types that specs of Pods, claims and volumes are made of, members in their
 * order (pkg/apis/core/types.go). A member without a type is a string, `+` embeds another type's members, and `@` gives
 * the name in JSON where it is not the Go name with its leading capitals lowered.
 */
export const coreTypes: Readonly<Record<string, string>> = {
  'core.AWSElasticBlockStoreVolumeSource': 'VolumeID FSType Partition:int32 ReadOnly:bool',
  'core.Affinity':
    'NodeAffinity:*core.NodeAffinity PodAffinity:*core.PodAffinity PodAntiAffinity:*core.PodAntiAffinity',
  'core.AppArmorProfile': 'Type LocalhostProfile:*string',
  'core.AzureDiskVolumeSource':
    'DiskName DataDiskURI@diskURI CachingMode:*core.AzureDataDiskCachingMode FSType:*string ReadOnly:*bool ' +
    'Kind:*core.AzureDataDiskKind',
  'core.AzureFilePersistentVolumeSource': 'SecretName ShareName ReadOnly:bool SecretNamespace:*string',
  'core.AzureFileVolumeSource': 'SecretName ShareName ReadOnly:bool',
  'core.CSIPersistentVolumeSource':
    'Driver VolumeHandle ReadOnly:bool FSType VolumeAttributes:map[string]string ' +
    'ControllerPublishSecretRef:*core.SecretReference NodeStageSecretRef:*core.SecretReference ' +
    'NodePublishSecretRef:*core.SecretReference ControllerExpandSecretRef:*core.SecretReference ' +
    'NodeExpandSecretRef:*core.SecretReference',
  'core.CSIVolumeSource':
    'Driver ReadOnly:*bool FSType:*string VolumeAttributes:map[string]string ' +
    'NodePublishSecretRef:*core.LocalObjectReference',
  'core.Capabilities': 'Add:[]core.Capability Drop:[]core.Capability',
  'core.CephFSPersistentVolumeSource':
    'Monitors:[]string Path User SecretFile SecretRef:*core.SecretReference ReadOnly:bool',
  'core.CephFSVolumeSource':
    'Monitors:[]string Path User SecretFile SecretRef:*core.LocalObjectReference ReadOnly:bool',
  'core.CinderPersistentVolumeSource': 'VolumeID FSType ReadOnly:bool SecretRef:*core.SecretReference',
  'core.CinderVolumeSource': 'VolumeID FSType ReadOnly:bool SecretRef:*core.LocalObjectReference',
  'core.ClusterTrustBundleProjection':
    'Name:*string SignerName:*string LabelSelector:*v1.LabelSelector Optional:*bool Path',
  'core.ConfigMapEnvSource': 'LocalObjectReference:+core.LocalObjectReference Optional:*bool',
  'core.ConfigMapKeySelector': 'LocalObjectReference:+core.LocalObjectReference Key Optional:*bool',
  'core.ConfigMapProjection': 'LocalObjectReference:+core.LocalObjectReference Items:[]core.KeyToPath Optional:*bool',
  'core.ConfigMapVolumeSource':
    'LocalObjectReference:+core.LocalObjectReference Items:[]core.KeyToPath DefaultMode:*int32 Optional:*bool',
  'core.Container':
    'Name Image Command:[]string Args:[]string WorkingDir Ports:[]core.ContainerPort EnvFrom:[]core.EnvFromSource ' +
    'Env:[]core.EnvVar Resources:core.ResourceRequirements ResizePolicy:[]core.ContainerResizePolicy ' +
    'RestartPolicy:*core.ContainerRestartPolicy VolumeMounts:[]core.VolumeMount VolumeDevices:[]core.VolumeDevice ' +
    'LivenessProbe:*core.Probe ReadinessProbe:*core.Probe StartupProbe:*core.Probe Lifecycle:*core.Lifecycle ' +
    'TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext:*core.SecurityContext ' +
    'Stdin:bool StdinOnce:bool TTY:bool',
  'core.ContainerPort': 'Name HostPort:int32 ContainerPort:int32 Protocol HostIP',
  'core.ContainerResizePolicy': 'ResourceName:core.ResourceName RestartPolicy',
  'core.DownwardAPIProjection': 'Items:[]core.DownwardAPIVolumeFile',
  'core.DownwardAPIVolumeFile':
    'Path FieldRef:*core.ObjectFieldSelector ResourceFieldRef:*core.ResourceFieldSelector Mode:*int32',
  'core.DownwardAPIVolumeSource': 'Items:[]core.DownwardAPIVolumeFile DefaultMode:*int32',
  'core.EmptyDirVolumeSource': 'Medium SizeLimit:*resource.Quantity',
  'core.EnvFromSource': 'Prefix ConfigMapRef:*core.ConfigMapEnvSource SecretRef:*core.SecretEnvSource',
  'core.EnvVar': 'Name Value ValueFrom:*core.EnvVarSource',
  'core.EnvVarSource':
    'FieldRef:*core.ObjectFieldSelector ResourceFieldRef:*core.ResourceFieldSelector ' +
    'ConfigMapKeyRef:*core.ConfigMapKeySelector SecretKeyRef:*core.SecretKeySelector',
  'core.EphemeralContainer': 'EphemeralContainerCommon:+core.EphemeralContainerCommon TargetContainerName',
  'core.EphemeralContainerCommon':
    'Name Image Command:[]string Args:[]string WorkingDir Ports:[]core.ContainerPort EnvFrom:[]core.EnvFromSource ' +
    'Env:[]core.EnvVar Resources:core.ResourceRequirements ResizePolicy:[]core.ContainerResizePolicy ' +
    'RestartPolicy:*core.ContainerRestartPolicy VolumeMounts:[]core.VolumeMount VolumeDevices:[]core.VolumeDevice ' +
    'LivenessProbe:*core.Probe ReadinessProbe:*core.Probe StartupProbe:*core.Probe Lifecycle:*core.Lifecycle ' +
    'TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext:*core.SecurityContext ' +
    'Stdin:bool StdinOnce:bool TTY:bool',
  'core.EphemeralVolumeSource': 'VolumeClaimTemplate:*core.PersistentVolumeClaimTemplate',
  'core.EventSource': 'Component Host',
  'core.ExecAction': 'Command:[]string',
  'core.FCVolumeSource': 'TargetWWNs:[]string Lun:*int32 FSType ReadOnly:bool WWIDs@wwids:[]string',
  'core.FlexPersistentVolumeSource':
    'Driver FSType SecretRef:*core.SecretReference ReadOnly:bool Options:map[string]string',
  'core.FlexVolumeSource': 'Driver FSType SecretRef:*core.LocalObjectReference ReadOnly:bool Options:map[string]string',
  'core.FlockerVolumeSource': 'DatasetName DatasetUUID',
  'core.GCEPersistentDiskVolumeSource': 'PDName FSType Partition:int32 ReadOnly:bool',
  'core.GRPCAction': 'Port:int32 Service:*string',
  'core.GitRepoVolumeSource': 'Repository Revision Directory',
  'core.GlusterfsPersistentVolumeSource': 'EndpointsName@endpoints Path ReadOnly:bool EndpointsNamespace:*string',
  'core.GlusterfsVolumeSource': 'EndpointsName@endpoints Path ReadOnly:bool',
  'core.HTTPGetAction': 'Path Port:intstr.IntOrString Host Scheme HTTPHeaders:[]core.HTTPHeader',
  'core.HTTPHeader': 'Name Value',
  'core.HostAlias': 'IP Hostnames:[]string',
  'core.HostPathVolumeSource': 'Path Type:*core.HostPathType',
  'core.ISCSIPersistentVolumeSource':
    'TargetPortal IQN Lun:int32 ISCSIInterface FSType ReadOnly:bool Portals:[]string ' +
    'DiscoveryCHAPAuth@chapAuthDiscovery:bool SessionCHAPAuth@chapAuthSession:bool ' +
    'SecretRef:*core.SecretReference InitiatorName:*string',
  'core.ISCSIVolumeSource':
    'TargetPortal IQN Lun:int32 ISCSIInterface FSType ReadOnly:bool Portals:[]string ' +
    'DiscoveryCHAPAuth@chapAuthDiscovery:bool SessionCHAPAuth@chapAuthSession:bool ' +
    'SecretRef:*core.LocalObjectReference InitiatorName:*string',
  'core.ImageVolumeSource': 'Reference PullPolicy',
  'core.KeyToPath': 'Key Path Mode:*int32',
  'core.Lifecycle': 'PostStart:*core.LifecycleHandler PreStop:*core.LifecycleHandler StopSignal:*core.Signal',
  'core.LifecycleHandler':
    'Exec:*core.ExecAction HTTPGet:*core.HTTPGetAction TCPSocket:*core.TCPSocketAction Sleep:*core.SleepAction',
  'core.LocalObjectReference': 'Name',
  'core.LocalVolumeSource': 'Path FSType:*string',
  'core.NFSVolumeSource': 'Server Path ReadOnly:bool',
  'core.NodeAddress': 'Type Address',
  'core.NodeAffinity':
    'RequiredDuringSchedulingIgnoredDuringExecution:*core.NodeSelector ' +
    'PreferredDuringSchedulingIgnoredDuringExecution:[]core.PreferredSchedulingTerm',
  'core.NodeSelector': 'NodeSelectorTerms:[]core.NodeSelectorTerm',
  'core.NodeSelectorRequirement': 'Key Operator Values:[]string',
  'core.NodeSelectorTerm': 'MatchExpressions:[]core.NodeSelectorRequirement MatchFields:[]core.NodeSelectorRequirement',
  'core.ObjectFieldSelector': 'APIVersion FieldPath',
  'core.ObjectReference': 'Kind Namespace Name UID:types.UID APIVersion ResourceVersion FieldPath',
  'core.PersistentVolumeClaimSpec':
    'AccessModes:[]core.PersistentVolumeAccessMode Selector:*v1.LabelSelector ' +
    'Resources:core.VolumeResourceRequirements VolumeName StorageClassName:*string ' +
    'VolumeMode:*core.PersistentVolumeMode DataSource:*core.TypedLocalObjectReference ' +
    'DataSourceRef:*core.TypedObjectReference VolumeAttributesClassName:*string',
  'core.PersistentVolumeClaimTemplate': 'ObjectMeta@metadata:+v1.ObjectMeta Spec:core.PersistentVolumeClaimSpec',
  'core.PersistentVolumeClaimVolumeSource': 'ClaimName ReadOnly:bool',
  'core.PersistentVolumeSource':
    'GCEPersistentDisk:*core.GCEPersistentDiskVolumeSource ' +
    'AWSElasticBlockStore:*core.AWSElasticBlockStoreVolumeSource HostPath:*core.HostPathVolumeSource ' +
    'Glusterfs:*core.GlusterfsPersistentVolumeSource NFS:*core.NFSVolumeSource ' +
    'RBD:*core.RBDPersistentVolumeSource Quobyte:*core.QuobyteVolumeSource ' +
    'ISCSI:*core.ISCSIPersistentVolumeSource FlexVolume:*core.FlexPersistentVolumeSource ' +
    'Cinder:*core.CinderPersistentVolumeSource CephFS@cephfs:*core.CephFSPersistentVolumeSource ' +
    'FC:*core.FCVolumeSource Flocker:*core.FlockerVolumeSource AzureFile:*core.AzureFilePersistentVolumeSource ' +
    'VsphereVolume:*core.VsphereVirtualDiskVolumeSource AzureDisk:*core.AzureDiskVolumeSource ' +
    'PhotonPersistentDisk:*core.PhotonPersistentDiskVolumeSource PortworxVolume:*core.PortworxVolumeSource ' +
    'ScaleIO:*core.ScaleIOPersistentVolumeSource Local:*core.LocalVolumeSource ' +
    'StorageOS@storageos:*core.StorageOSPersistentVolumeSource CSI:*core.CSIPersistentVolumeSource',
  'core.PersistentVolumeSpec':
    'Capacity:core.ResourceList PersistentVolumeSource:+core.PersistentVolumeSource ' +
    'AccessModes:[]core.PersistentVolumeAccessMode ClaimRef:*core.ObjectReference PersistentVolumeReclaimPolicy ' +
    'StorageClassName MountOptions:[]string VolumeMode:*core.PersistentVolumeMode ' +
    'NodeAffinity:*core.VolumeNodeAffinity VolumeAttributesClassName:*string',
  'core.PhotonPersistentDiskVolumeSource': 'PdID FSType',
  'core.PodAffinity':
    'RequiredDuringSchedulingIgnoredDuringExecution:[]core.PodAffinityTerm ' +
    'PreferredDuringSchedulingIgnoredDuringExecution:[]core.WeightedPodAffinityTerm',
  'core.PodAffinityTerm':
    'LabelSelector:*v1.LabelSelector Namespaces:[]string TopologyKey NamespaceSelector:*v1.LabelSelector ' +
    'MatchLabelKeys:[]string MismatchLabelKeys:[]string',
  'core.PodAntiAffinity':
    'RequiredDuringSchedulingIgnoredDuringExecution:[]core.PodAffinityTerm ' +
    'PreferredDuringSchedulingIgnoredDuringExecution:[]core.WeightedPodAffinityTerm',
  'core.PodDNSConfig': 'Nameservers:[]string Searches:[]string Options:[]core.PodDNSConfigOption',
  'core.PodDNSConfigOption': 'Name Value:*string',
  'core.PodOS': 'Name',
  'core.PodReadinessGate': 'ConditionType',
  'core.PodResourceClaim': 'Name ResourceClaimName:*string ResourceClaimTemplateName:*string',
  'core.PodSchedulingGate': 'Name',
  'core.PodSecurityContext':
    'HostNetwork:bool HostPID:bool HostIPC:bool ShareProcessNamespace:*bool HostUsers:*bool ' +
    'SELinuxOptions:*core.SELinuxOptions WindowsOptions:*core.WindowsSecurityContextOptions RunAsUser:*int64 ' +
    'RunAsGroup:*int64 RunAsNonRoot:*bool SupplementalGroups:[]int64 ' +
    'SupplementalGroupsPolicy:*core.SupplementalGroupsPolicy FSGroup:*int64 ' +
    'FSGroupChangePolicy:*core.PodFSGroupChangePolicy Sysctls:[]core.Sysctl SeccompProfile:*core.SeccompProfile ' +
    'AppArmorProfile:*core.AppArmorProfile SELinuxChangePolicy:*core.PodSELinuxChangePolicy',
  'core.PodSpec':
    'Volumes:[]core.Volume InitContainers:[]core.Container Containers:[]core.Container ' +
    'EphemeralContainers:[]core.EphemeralContainer RestartPolicy TerminationGracePeriodSeconds:*int64 ' +
    'ActiveDeadlineSeconds:*int64 DNSPolicy NodeSelector:map[string]string ServiceAccountName ' +
    'AutomountServiceAccountToken:*bool NodeName SecurityContext:*core.PodSecurityContext ' +
    'ImagePullSecrets:[]core.LocalObjectReference Hostname Subdomain SetHostnameAsFQDN:*bool ' +
    'Affinity:*core.Affinity SchedulerName Tolerations:[]core.Toleration HostAliases:[]core.HostAlias ' +
    'PriorityClassName Priority:*int32 PreemptionPolicy:*core.PreemptionPolicy DNSConfig:*core.PodDNSConfig ' +
    'ReadinessGates:[]core.PodReadinessGate RuntimeClassName:*string Overhead:core.ResourceList ' +
    'EnableServiceLinks:*bool TopologySpreadConstraints:[]core.TopologySpreadConstraint OS:*core.PodOS ' +
    'SchedulingGates:[]core.PodSchedulingGate ResourceClaims:[]core.PodResourceClaim ' +
    'Resources:*core.ResourceRequirements',
  'core.PortworxVolumeSource': 'VolumeID FSType ReadOnly:bool',
  'core.PreferredSchedulingTerm': 'Weight:int32 Preference:core.NodeSelectorTerm',
  'core.Probe':
    'ProbeHandler:+core.ProbeHandler InitialDelaySeconds:int32 TimeoutSeconds:int32 PeriodSeconds:int32 ' +
    'SuccessThreshold:int32 FailureThreshold:int32 TerminationGracePeriodSeconds:*int64',
  'core.ProbeHandler':
    'Exec:*core.ExecAction HTTPGet:*core.HTTPGetAction TCPSocket:*core.TCPSocketAction GRPC:*core.GRPCAction',
  'core.ProjectedVolumeSource': 'Sources:[]core.VolumeProjection DefaultMode:*int32',
  'core.QuobyteVolumeSource': 'Registry Volume ReadOnly:bool User Group Tenant',
  'core.RBDPersistentVolumeSource':
    'CephMonitors@monitors:[]string RBDImage@image FSType RBDPool@pool RadosUser@user Keyring ' +
    'SecretRef:*core.SecretReference ReadOnly:bool',
  'core.RBDVolumeSource':
    'CephMonitors@monitors:[]string RBDImage@image FSType RBDPool@pool RadosUser@user Keyring ' +
    'SecretRef:*core.LocalObjectReference ReadOnly:bool',
  'core.ResourceClaim': 'Name Request',
  'core.ResourceFieldSelector': 'ContainerName Resource Divisor:resource.Quantity',
  'core.ResourceRequirements': 'Limits:core.ResourceList Requests:core.ResourceList Claims:[]core.ResourceClaim',
  'core.SELinuxOptions': 'User Role Type Level',
  'core.ScaleIOPersistentVolumeSource':
    'Gateway System SecretRef:*core.SecretReference SSLEnabled:bool ProtectionDomain StoragePool StorageMode ' +
    'VolumeName FSType ReadOnly:bool',
  'core.ScaleIOVolumeSource':
    'Gateway System SecretRef:*core.LocalObjectReference SSLEnabled:bool ProtectionDomain StoragePool StorageMode ' +
    'VolumeName FSType ReadOnly:bool',
  'core.ScopeSelector': 'MatchExpressions:[]core.ScopedResourceSelectorRequirement',
  'core.ScopedResourceSelectorRequirement': 'ScopeName Operator Values:[]string',
  'core.SeccompProfile': 'Type LocalhostProfile:*string',
  'core.SecretEnvSource': 'LocalObjectReference:+core.LocalObjectReference Optional:*bool',
  'core.SecretKeySelector': 'LocalObjectReference:+core.LocalObjectReference Key Optional:*bool',
  'core.SecretProjection': 'LocalObjectReference:+core.LocalObjectReference Items:[]core.KeyToPath Optional:*bool',
  'core.SecretReference': 'Name Namespace',
  'core.SecretVolumeSource': 'SecretName Items:[]core.KeyToPath DefaultMode:*int32 Optional:*bool',
  'core.SecurityContext':
    'Capabilities:*core.Capabilities Privileged:*bool SELinuxOptions:*core.SELinuxOptions ' +
    'WindowsOptions:*core.WindowsSecurityContextOptions RunAsUser:*int64 RunAsGroup:*int64 RunAsNonRoot:*bool ' +
    'ReadOnlyRootFilesystem:*bool AllowPrivilegeEscalation:*bool ProcMount:*core.ProcMountType ' +
    'SeccompProfile:*core.SeccompProfile AppArmorProfile:*core.AppArmorProfile',
  'core.ServiceAccountTokenProjection': 'Audience ExpirationSeconds:int64 Path',
  'core.SleepAction': 'Seconds:int64',
  'core.ServicePort': 'Name Protocol AppProtocol:*string Port:int32 TargetPort:intstr.IntOrString NodePort:int32',
  'core.StorageOSPersistentVolumeSource':
    'VolumeName VolumeNamespace FSType ReadOnly:bool SecretRef:*core.ObjectReference',
  'core.StorageOSVolumeSource': 'VolumeName VolumeNamespace FSType ReadOnly:bool SecretRef:*core.LocalObjectReference',
  'core.Sysctl': 'Name Value',
  'core.TCPSocketAction': 'Port:intstr.IntOrString Host',
  'core.Taint': 'Key Value Effect TimeAdded:*v1.Time',
  'core.Toleration': 'Key Operator Value Effect TolerationSeconds:*int64',
  'core.TopologySpreadConstraint':
    'MaxSkew:int32 TopologyKey WhenUnsatisfiable LabelSelector:*v1.LabelSelector MinDomains:*int32 ' +
    'NodeAffinityPolicy:*core.NodeInclusionPolicy NodeTaintsPolicy:*core.NodeInclusionPolicy ' +
    'MatchLabelKeys:[]string',
  'core.TypedLocalObjectReference': 'APIGroup:*string Kind Name',
  'core.TypedObjectReference': 'APIGroup:*string Kind Name Namespace:*string',
  'core.Volume': 'Name VolumeSource:+core.VolumeSource',
  'core.VolumeDevice': 'Name DevicePath',
  'core.VolumeMount':
    'Name ReadOnly:bool RecursiveReadOnly:*core.RecursiveReadOnlyMode MountPath SubPath ' +
    'MountPropagation:*core.MountPropagationMode SubPathExpr',
  'core.VolumeNodeAffinity': 'Required:*core.NodeSelector',
  'core.VolumeProjection':
    'Secret:*core.SecretProjection DownwardAPI:*core.DownwardAPIProjection ConfigMap:*core.ConfigMapProjection ' +
    'ServiceAccountToken:*core.ServiceAccountTokenProjection ' +
    'ClusterTrustBundle:*core.ClusterTrustBundleProjection',
  'core.VolumeResourceRequirements': 'Limits:core.ResourceList Requests:core.ResourceList',
  'core.VolumeSource':
    'HostPath:*core.HostPathVolumeSource EmptyDir:*core.EmptyDirVolumeSource ' +
    'GCEPersistentDisk:*core.GCEPersistentDiskVolumeSource ' +
    'AWSElasticBlockStore:*core.AWSElasticBlockStoreVolumeSource GitRepo:*core.GitRepoVolumeSource ' +
    'Secret:*core.SecretVolumeSource NFS:*core.NFSVolumeSource ISCSI:*core.ISCSIVolumeSource ' +
    'Glusterfs:*core.GlusterfsVolumeSource PersistentVolumeClaim:*core.PersistentVolumeClaimVolumeSource ' +
    'RBD:*core.RBDVolumeSource Quobyte:*core.QuobyteVolumeSource FlexVolume:*core.FlexVolumeSource ' +
    'Cinder:*core.CinderVolumeSource CephFS@cephfs:*core.CephFSVolumeSource Flocker:*core.FlockerVolumeSource ' +
    'DownwardAPI:*core.DownwardAPIVolumeSource FC:*core.FCVolumeSource AzureFile:*core.AzureFileVolumeSource ' +
    'ConfigMap:*core.ConfigMapVolumeSource VsphereVolume:*core.VsphereVirtualDiskVolumeSource ' +
    'AzureDisk:*core.AzureDiskVolumeSource PhotonPersistentDisk:*core.PhotonPersistentDiskVolumeSource ' +
    'Projected:*core.ProjectedVolumeSource PortworxVolume:*core.PortworxVolumeSource ' +
    'ScaleIO:*core.ScaleIOVolumeSource StorageOS@storageos:*core.StorageOSVolumeSource CSI:*core.CSIVolumeSource ' +
    'Ephemeral:*core.EphemeralVolumeSource Image:*core.ImageVolumeSource',
  'core.VsphereVirtualDiskVolumeSource': 'VolumePath FSType StoragePolicyName StoragePolicyID',
  'core.WeightedPodAffinityTerm': 'Weight:int32 PodAffinityTerm:core.PodAffinityTerm',
  'core.WindowsSecurityContextOptions':
    'GMSACredentialSpecName:*string GMSACredentialSpec:*string RunAsUserName:*string HostProcess:*bool',
};
