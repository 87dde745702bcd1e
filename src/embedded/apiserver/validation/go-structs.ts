import { GoLiteral, goLabelSelector, goQuote, goStringMap } from '../../../kubernetes/go-format.ts';
import { goIntOrString } from '../../../kubernetes/int-or-string.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';

/**
 * Values as Go prints them with %#v, which is how validation errors show a struct, a list or a map. What a pointer
 * points to is not shown, its address is: ours is always the same.
 */

const address = '0xc000000000';

/**
 * Kubernetes' internal types, members in their order. A member without a type is a string; in JSON it is called by its
 * name with the leading capitals lowered. `+` embeds another type's members.
 */
const structs: Readonly<Record<string, string>> = {
  'admissionregistration.AuditAnnotation': 'Key ValueExpression',
  'apps.DaemonSetUpdateStrategy': 'Type RollingUpdate:*apps.RollingUpdateDaemonSet',
  'apps.DeploymentStrategy': 'Type RollingUpdate:*apps.RollingUpdateDeployment',
  'apps.RollingUpdateStatefulSetStrategy': 'Partition:int MaxUnavailable:*intstr.IntOrString',
  'apps.StatefulSetUpdateStrategy': 'Type RollingUpdate:*apps.RollingUpdateStatefulSetStrategy',
  'batch.PodFailurePolicy': 'Rules:[]batch.PodFailurePolicyRule',
  'batch.PodFailurePolicyOnPodConditionsPattern': 'Type Status',
  'batch.PodFailurePolicyRule':
    'Action OnExitCodes:*batch.PodFailurePolicyOnExitCodesRequirement ' +
    'OnPodConditions:[]batch.PodFailurePolicyOnPodConditionsPattern',
  'batch.SuccessPolicy': 'Rules:[]batch.SuccessPolicyRule',
  'batch.SuccessPolicyRule': 'SucceededIndexes:*string SucceededCount:*int32',
  'batch.UncountedTerminatedPods': 'Succeeded:[]types.UID Failed:[]types.UID',
  'core.Container':
    'Name Image Command:[]string Args:[]string WorkingDir Ports:[]core.ContainerPort EnvFrom:[]core.EnvFromSource ' +
    'Env:[]core.EnvVar Resources:core.ResourceRequirements ResizePolicy:[]core.ContainerResizePolicy ' +
    'RestartPolicy:*core.ContainerRestartPolicy VolumeMounts:[]core.VolumeMount VolumeDevices:[]core.VolumeDevice ' +
    'LivenessProbe:*core.Probe ReadinessProbe:*core.Probe StartupProbe:*core.Probe Lifecycle:*core.Lifecycle ' +
    'TerminationMessagePath TerminationMessagePolicy ImagePullPolicy SecurityContext:*core.SecurityContext ' +
    'Stdin:bool StdinOnce:bool TTY:bool',
  'core.ContainerPort': 'Name HostPort:int ContainerPort:int Protocol HostIP',
  'core.ContainerResizePolicy': 'ResourceName RestartPolicy',
  'core.EnvFromSource': 'Prefix ConfigMapRef:*core.ConfigMapEnvSource SecretRef:*core.SecretEnvSource',
  'core.EnvVar': 'Name Value ValueFrom:*core.EnvVarSource',
  'core.EphemeralContainer': 'EphemeralContainerCommon:+core.EphemeralContainerCommon TargetContainerName',
  'core.HostAlias': 'IP Hostnames:[]string',
  'core.LocalObjectReference': 'Name',
  'core.PodReadinessGate': 'ConditionType',
  'core.PodResourceClaim': 'Name ResourceClaimName:*string ResourceClaimTemplateName:*string',
  'core.PodSchedulingGate': 'Name',
  'core.PodSpec':
    'Volumes:[]core.Volume InitContainers:[]core.Container Containers:[]core.Container ' +
    'EphemeralContainers:[]core.EphemeralContainer RestartPolicy TerminationGracePeriodSeconds:*int64 ' +
    'ActiveDeadlineSeconds:*int64 DNSPolicy NodeSelector:map[string]string ServiceAccountName ' +
    'AutomountServiceAccountToken:*bool NodeName SecurityContext:*core.PodSecurityContext ' +
    'ImagePullSecrets:[]core.LocalObjectReference Hostname Subdomain SetHostnameAsFQDN:*bool Affinity:*core.Affinity ' +
    'SchedulerName Tolerations:[]core.Toleration HostAliases:[]core.HostAlias PriorityClassName Priority:*int32 ' +
    'PreemptionPolicy:*core.PreemptionPolicy DNSConfig:*core.PodDNSConfig ReadinessGates:[]core.PodReadinessGate ' +
    'RuntimeClassName:*string Overhead:core.ResourceList EnableServiceLinks:*bool ' +
    'TopologySpreadConstraints:[]core.TopologySpreadConstraint OS:*core.PodOS ' +
    'SchedulingGates:[]core.PodSchedulingGate ResourceClaims:[]core.PodResourceClaim ' +
    'Resources:*core.ResourceRequirements',
  'core.PodTemplateSpec': 'ObjectMeta@metadata:v1.ObjectMeta Spec:core.PodSpec',
  'core.ResourceClaim': 'Name Request',
  'core.ResourceRequirements': 'Limits:core.ResourceList Requests:core.ResourceList Claims:[]core.ResourceClaim',
  'core.Toleration': 'Key Operator Value Effect TolerationSeconds:*int64',
  'core.TopologySpreadConstraint':
    'MaxSkew:int TopologyKey WhenUnsatisfiable LabelSelector:*v1.LabelSelector MinDomains:*int32 ' +
    'NodeAffinityPolicy:*core.NodeInclusionPolicy NodeTaintsPolicy:*core.NodeInclusionPolicy MatchLabelKeys:[]string',
  'core.Volume': 'Name VolumeSource:+core.VolumeSource',
  'core.VolumeDevice': 'Name DevicePath',
  'core.VolumeMount':
    'Name ReadOnly:bool RecursiveReadOnly:*core.RecursiveReadOnlyMode MountPath SubPath ' +
    'MountPropagation:*core.MountPropagationMode SubPathExpr',
  'core.VolumeSource': [
    ...['HostPath', 'EmptyDir', 'GCEPersistentDisk', 'AWSElasticBlockStore', 'GitRepo', 'Secret', 'NFS', 'ISCSI'],
    ...['Glusterfs', 'PersistentVolumeClaim', 'RBD', 'Quobyte', 'FlexVolume', 'Cinder', 'CephFS', 'Flocker'],
    ...['DownwardAPI', 'FC', 'AzureFile', 'ConfigMap', 'VsphereVolume:VsphereVirtualDisk', 'AzureDisk'],
    ...['PhotonPersistentDisk', 'Projected', 'PortworxVolume:Portworx', 'ScaleIO', 'StorageOS', 'CSI', 'Ephemeral'],
    ...['Image'],
  ]
    .map((source) => source.split(':'))
    .map(([name, type]) => `${name}:*core.${type ?? name}VolumeSource`)
    .join(' '),
  'networking.IngressRule': 'Host IngressRuleValue:+networking.IngressRuleValue',
  'networking.IngressRuleValue': 'HTTP:*networking.HTTPIngressRuleValue',
  'policy.PodDisruptionBudgetSpec':
    'MinAvailable:*intstr.IntOrString Selector:*v1.LabelSelector MaxUnavailable:*intstr.IntOrString ' +
    'UnhealthyPodEvictionPolicy:*policy.UnhealthyPodEvictionPolicyType',
  'rbac.RoleRef': 'APIGroup Kind Name',
  'v1.ObjectMeta':
    'Name GenerateName Namespace SelfLink UID ResourceVersion Generation:int CreationTimestamp:v1.Time ' +
    'DeletionTimestamp:*v1.Time DeletionGracePeriodSeconds:*int64 Labels:map[string]string ' +
    'Annotations:map[string]string OwnerReferences:[]v1.OwnerReference Finalizers:[]string ' +
    'ManagedFields:[]v1.ManagedFieldsEntry',
};

/** Members whose name in JSON is not the Go name with its leading capitals lowered. */
const jsonNames: Readonly<Record<string, string>> = {
  StorageOS: 'storageos',
  CephFS: 'cephfs',
};

/**
 * @param type a type of Go: a name such as "core.PodTemplateSpec" or "string", or one made of it with `*`, `[]`
 * @param value as it stands in JSON
 */
export function goValue(type: string, value: unknown): GoLiteral {
  return new GoLiteral(print(type, value ?? undefined));
}

function print(type: string, value: unknown): string {
  if (type === '*v1.Time') return value === undefined ? '<nil>' : print('v1.Time', value);
  if (type.startsWith('*')) return `(${type})(${value === undefined ? 'nil' : address})`;
  if (type === '[]byte') return printBytes(type, value);
  if (type.startsWith('[]')) {
    if (!Array.isArray(value)) return `${type}(nil)`;
    return `${type}{${value.map((item) => print(type.slice(2), item)).join(', ')}}`;
  }
  switch (type) {
    case 'bool':
      return String(value ?? false);
    case 'int':
    case 'int32':
    case 'int64':
      return String(value ?? 0);
    case 'map[string]string':
      return goStringMap(value as Record<string, string> | undefined);
    case 'intstr.IntOrString':
      return goIntOrString(value as number | string | undefined).text;
    case 'v1.LabelSelector':
      return goLabelSelector((value ?? {}) as Parameters<typeof goLabelSelector>[0]);
    case 'v1.Time':
      return goTime(value);
    case 'core.ResourceList':
      return printResources(value as Record<string, string | number> | undefined);
    case 'resource.Quantity':
      return printQuantity(value as string | number);
  }
  const members = structs[type];
  return members === undefined ? goQuote(String(value ?? '')) : printStruct(type, members, value);
}

function printStruct(type: string, members: string, value: unknown): string {
  const object = (value ?? {}) as Record<string, unknown>;
  const printed = members.split(' ').map((member) => {
    const [, name, json, memberType = 'string'] = /^([^@:]+)(?:@([^:]+))?(?::(.+))?$/.exec(member)!;
    const embedded = memberType.startsWith('+');
    const inner = embedded ? object : (object[json ?? jsonName(name!)] ?? undefined);
    return `${name}:${print(embedded ? memberType.slice(1) : memberType, inner)}`;
  });
  return `${type}{${printed.join(', ')}}`;
}

/** "PodSelector" is "podSelector", "DNSPolicy" "dnsPolicy", "TTY" "tty", "HostIP" "hostIP". */
function jsonName(name: string): string {
  return (
    jsonNames[name] ?? name.replace(/^(?:[A-Z]+(?=[A-Z][a-z])|[A-Z]+$|[A-Z])/, (capitals) => capitals.toLowerCase())
  );
}

function goTime(value: unknown): string {
  if (typeof value !== 'string') return 'time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)';
  const date = new Date(value);
  const month = date.toLocaleString('en', { month: 'long', timeZone: 'UTC' });
  const clock = `${date.getUTCHours()}, ${date.getUTCMinutes()}, ${date.getUTCSeconds()}`;
  return `time.Date(${date.getUTCFullYear()}, time.${month}, ${date.getUTCDate()}, ${clock}, 0, time.Local)`;
}

function printBytes(type: string, value: unknown): string {
  if (typeof value !== 'string') return `${type}(nil)`;
  const bytes = [...Buffer.from(value, 'base64')].map((byte) => `0x${byte.toString(16)}`);
  return `${type}{${bytes.join(', ')}}`;
}

function printResources(list: Record<string, string | number> | undefined): string {
  if (!list) return 'core.ResourceList(nil)';
  const entries = Object.keys(list)
    .sort()
    .map((name) => `${goQuote(name)}:${printQuantity(list[name]!)}`);
  return `core.ResourceList{${entries.join(', ')}}`;
}

/** What Go keeps of a quantity: digits and a power of ten, which binary suffixes are multiplied out of. */
function printQuantity(value: string | number): string {
  const quantity = Quantity.parse(value);
  const text = quantity.toString();
  const [, digits, fraction = '', suffix = ''] = /^([+-]?[0-9]+)(?:\.([0-9]*))?(.*)$/.exec(text) ?? ['', '0'];
  const scales: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
  const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].indexOf(suffix);
  const amount = BigInt(digits + fraction) * 1024n ** BigInt(binary + 1);
  const scale = (scales[suffix] ?? 0) - fraction.length;
  return (
    `resource.Quantity{i:resource.int64Amount{value:${amount}, scale:${scale}}, ` +
    `d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:${goQuote(text)}, Format:${goQuote(quantity.format)}}`
  );
}
