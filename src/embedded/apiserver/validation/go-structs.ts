import { GoLiteral, goLabelSelector, goQuote, goStringMap } from '../../../kubernetes/go-format.ts';
import { goIntOrString } from '../../../kubernetes/int-or-string.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { coreTypes } from './go-core-types.ts';

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
  ...coreTypes,
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
  'core.PodTemplateSpec': 'ObjectMeta@metadata:v1.ObjectMeta Spec:core.PodSpec',
  'networking.IngressRule': 'Host IngressRuleValue:+networking.IngressRuleValue',
  'networking.IngressRuleValue': 'HTTP:*networking.HTTPIngressRuleValue',
  'networking.ParentReference': 'Group Resource Namespace Name',
  'networking.ServiceCIDRSpec': 'CIDRs@cidrs:[]string',
  'policy.PodDisruptionBudgetSpec':
    'MinAvailable:*intstr.IntOrString Selector:*v1.LabelSelector MaxUnavailable:*intstr.IntOrString ' +
    'UnhealthyPodEvictionPolicy:*policy.UnhealthyPodEvictionPolicyType',
  'rbac.RoleRef': 'APIGroup Kind Name',
  'storage.CSINodeDriver': 'Name NodeID TopologyKeys:[]string Allocatable:*storage.VolumeNodeResources',
  'storage.VolumeAttachmentSource': 'PersistentVolumeName:*string InlineVolumeSpec:*core.PersistentVolumeSpec',
  'storage.VolumeAttachmentSpec': 'Attacher Source:storage.VolumeAttachmentSource NodeName',
  'v1.ObjectMeta':
    'Name GenerateName Namespace SelfLink UID ResourceVersion Generation:int CreationTimestamp:v1.Time ' +
    'DeletionTimestamp:*v1.Time DeletionGracePeriodSeconds:*int64 Labels:map[string]string ' +
    'Annotations:map[string]string OwnerReferences:[]v1.OwnerReference Finalizers:[]string ' +
    'ManagedFields:[]v1.ManagedFieldsEntry',
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
    case 'runtime.RawExtension':
      return `${type}{Raw:${printRaw(value)}, Object:runtime.Object(nil)}`;
    case 'resource.Quantity':
      return printQuantity(value as string | number);
  }
  const members = structs[type];
  return members === undefined ? goQuote(String(value ?? '')) : printStruct(type, members, value);
}

function printStruct(type: string, members: string, value: unknown): string {
  const object = (value ?? {}) as Record<string, unknown>;
  const printed = readMembers(members).map(({ name, json, type: memberType, embedded }) => {
    return `${name}:${print(memberType, embedded ? object : (object[json] ?? undefined))}`;
  });
  return `${type}{${printed.join(', ')}}`;
}

export interface GoMember {
  readonly name: string;
  readonly json: string;
  readonly type: string;
  /** Its members stand among those of the struct around it. */
  readonly embedded: boolean;
}

/** The members of a struct in their order; undefined where `type` is none that is known. */
export function goMembers(type: string): readonly GoMember[] | undefined {
  const members = structs[type];
  return members === undefined ? undefined : readMembers(members);
}

function readMembers(members: string): GoMember[] {
  return members.split(' ').map((member) => {
    const [, name, json, type = 'string'] = /^([^@:]+)(?:@([^:]+))?(?::(.+))?$/.exec(member)!;
    const embedded = type.startsWith('+') && json === undefined;
    return { name: name!, json: json ?? jsonName(name!), type: type.replace(/^\+/, ''), embedded };
  });
}

/** "PodSelector" is "podSelector", "DNSPolicy" "dnsPolicy", "TTY" "tty", "HostIP" "hostIP". */
function jsonName(name: string): string {
  return name.replace(/^(?:[A-Z]+(?=[A-Z][a-z])|[A-Z]+$|[A-Z])/, (capitals) => capitals.toLowerCase());
}

function goTime(value: unknown): string {
  if (typeof value !== 'string') return 'time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)';
  const date = new Date(value);
  const month = date.toLocaleString('en', { month: 'long', timeZone: 'UTC' });
  const clock = `${date.getUTCHours()}, ${date.getUTCMinutes()}, ${date.getUTCSeconds()}`;
  return `time.Date(${date.getUTCFullYear()}, time.${month}, ${date.getUTCDate()}, ${clock}, 0, time.Local)`;
}

function printBytes(type: string, value: unknown): string {
  return typeof value === 'string' ? `${type}{${hex(Buffer.from(value, 'base64'))}}` : `${type}(nil)`;
}

/** An object of any kind, which Go keeps as the text it came in. */
function printRaw(value: unknown): string {
  return value === undefined ? '[]uint8(nil)' : `[]uint8{${hex(Buffer.from(JSON.stringify(value)))}}`;
}

function hex(bytes: Buffer): string {
  return [...bytes].map((byte) => `0x${byte.toString(16)}`).join(', ');
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
  const amount = goAmount(text);
  return (
    `resource.Quantity{i:resource.int64Amount{value:${amount.value}, scale:${amount.scale}}, ` +
    `d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:${goQuote(text)}, Format:${goQuote(quantity.format)}}`
  );
}

/** How Go keeps the amount of a quantity in its canonical form: "10G" is 10 and nine zeros, "1Ki" is 1024. */
export function goAmount(text: string): { value: bigint; scale: number } {
  const [, digits, fraction = '', suffix = ''] = /^([+-]?[0-9]+)(?:\.([0-9]*))?(.*)$/.exec(text) ?? ['', '0'];
  const scales: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
  const binary = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].indexOf(suffix);
  const exponent = /^[eE]/.test(suffix) ? Number(suffix.slice(1)) : (scales[suffix] ?? 0);
  return { value: BigInt(digits + fraction) * 1024n ** BigInt(binary + 1), scale: exponent - fraction.length };
}
