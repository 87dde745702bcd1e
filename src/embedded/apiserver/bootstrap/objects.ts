import type { KubeObject } from '../../../kubernetes/object.ts';
import type {
  ClusterRole,
  ClusterRoleBinding,
  Namespace,
  PolicyRule,
  PriorityClass,
  Role,
  RoleBinding,
  Subject,
} from '../../../kubernetes/objects.ts';
import { aggregatedRoles, systemRoles } from './cluster-roles.ts';
import { controllerRoles } from './controller-roles.ts';
import { parseRules } from './rules-table.ts';

/** What an API server puts into an empty cluster: namespaces, priority classes, roles and who has them. */
export function bootstrapObjects(): KubeObject[] {
  return [...namespaces(), ...priorityClasses(), ...clusterRoles(), ...clusterRoleBindings(), ...namespacedRoles()];
}

/** The account whose name each controller's ClusterRole and its binding carry. */
const controllerPrefix = 'system:controller:';
const rbac = 'rbac.authorization.k8s.io';

/** The rules of nodes, which hold for the group system:nodes without a binding. */
export function nodeRules(): readonly PolicyRule[] {
  return systemRoles().find(({ name }) => name === 'system:node')!.rules;
}

function namespaces(): Namespace[] {
  return ['default', 'kube-system', 'kube-public', 'kube-node-lease'].map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
    spec: {},
  }));
}

function priorityClasses(): PriorityClass[] {
  const critical = (name: string, value: number, description: string): PriorityClass => ({
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description,
  });
  return [
    critical(
      'system-cluster-critical',
      2_000_000_000,
      'Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.',
    ),
    critical(
      'system-node-critical',
      2_000_001_000,
      'Used for system critical pods that must not be moved from their current node.',
    ),
  ];
}

function clusterRoles(): ClusterRole[] {
  const parts = aggregatedRoles();
  const rulesFor = (...names: string[]) =>
    parts
      .filter(({ name }) => names.some((each) => name === `system:aggregate-to-${each}`))
      .flatMap(({ rules }) => rules);
  return [
    aggregate('admin', {}, [...rulesFor('edit'), ...rulesFor('view'), ...rulesFor('admin')]),
    aggregate('edit', { [`${rbac}/aggregate-to-admin`]: 'true' }, [...rulesFor('edit'), ...rulesFor('view')]),
    aggregate('view', { [`${rbac}/aggregate-to-edit`]: 'true' }, rulesFor('view')),
    ...parts.map(({ name, rules }) =>
      clusterRole(name, rules, { [`${rbac}/${name.slice('system:'.length)}`]: 'true' }),
    ),
    ...systemRoles().map(({ name, rules }) => clusterRole(name, rules)),
    ...controllerRoles().map(({ name, rules }) => clusterRole(controllerPrefix + name, rules)),
  ];
}

function clusterRole(name: string, rules: PolicyRule[], labels: Record<string, string> = {}): ClusterRole {
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: metadata(name, labels), rules };
}

function aggregate(name: string, labels: Record<string, string>, rules: PolicyRule[]): ClusterRole {
  return {
    ...clusterRole(name, rules, labels),
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: { [`${rbac}/aggregate-to-${name}`]: 'true' } }] },
  };
}

/** Roles that come with a cluster are marked so, but not those that kubeadm adds. */
function metadata(name: string, labels: Record<string, string> = {}) {
  const added = name.startsWith('kubeadm:') || name === 'system:coredns' || name === 'kube-proxy';
  if (added) return { name };
  return {
    name,
    annotations: { 'rbac.authorization.kubernetes.io/autoupdate': 'true' },
    labels: { 'kubernetes.io/bootstrapping': 'rbac-defaults', ...labels },
  };
}

function group(name: string): Subject {
  return { apiGroup: rbac, kind: 'Group', name };
}

function user(name: string): Subject {
  return { apiGroup: rbac, kind: 'User', name };
}

function account(name: string, namespace = 'kube-system'): Subject {
  return { kind: 'ServiceAccount', name, namespace };
}

function clusterRoleBindings(): ClusterRoleBinding[] {
  const bind = (name: string, subjects: Subject[], role = name): ClusterRoleBinding => ({
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: metadata(name),
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: role },
    ...(subjects.length > 0 && { subjects }),
  });
  const bootstrappers = group('system:bootstrappers:kubeadm:default-node-token');
  const requests = 'system:certificates.k8s.io:certificatesigningrequests';
  return [
    bind('cluster-admin', [group('system:masters')]),
    bind('system:monitoring', [group('system:monitoring')]),
    bind('system:discovery', [group('system:authenticated')]),
    bind('system:basic-user', [group('system:authenticated')]),
    bind('system:public-info-viewer', [group('system:authenticated'), group('system:unauthenticated')]),
    bind('system:node-proxier', [user('system:kube-proxy')]),
    bind('system:kube-controller-manager', [user('system:kube-controller-manager')]),
    bind('system:kube-dns', [account('kube-dns')]),
    bind('system:kube-scheduler', [user('system:kube-scheduler')]),
    bind('system:volume-scheduler', [user('system:kube-scheduler')]),
    bind('system:node', []),
    bind('system:service-account-issuer-discovery', [group('system:serviceaccounts')]),
    bind('kubeadm:cluster-admins', [group('kubeadm:cluster-admins')], 'cluster-admin'),
    bind('kubeadm:apiserver-kubelet-client', [user('kube-apiserver-kubelet-client')], 'system:kubelet-api-admin'),
    bind('kubeadm:get-nodes', [bootstrappers]),
    bind('kubeadm:kubelet-bootstrap', [bootstrappers], 'system:node-bootstrapper'),
    bind('kubeadm:node-autoapprove-bootstrap', [bootstrappers], `${requests}:nodeclient`),
    bind('kubeadm:node-autoapprove-certificate-rotation', [group('system:nodes')], `${requests}:selfnodeclient`),
    bind('kubeadm:node-proxier', [account('kube-proxy')], 'system:node-proxier'),
    bind('system:coredns', [account('coredns')]),
    ...controllerRoles().map(({ name }) => bind(controllerPrefix + name, [account(name)])),
  ];
}

/** Roles within namespaces, in the notation of rules-table.ts, and who has them. */
function namespacedRoles(): (Role | RoleBinding)[] {
  const [reader, manager, scheduler] = parseRules(`
extension-apiserver-authentication-reader
  read  core  configmaps  extension-apiserver-authentication
system::leader-locking-kube-controller-manager
  watch  core  configmaps
  get,update  core  configmaps  kube-controller-manager
  create,get,list,update,watch  coordination.k8s.io  leases
  create,get,list,update,watch  coordination.k8s.io  leasecandidates
system::leader-locking-kube-scheduler
  watch  core  configmaps
  get,update  core  configmaps  kube-scheduler
  create,get,list,update,watch  coordination.k8s.io  leases
  create,get,list,update,watch  coordination.k8s.io  leasecandidates
`);
  const components = [user('system:kube-controller-manager'), user('system:kube-scheduler')];
  const granted = [
    { role: reader!, binding: 'system::extension-apiserver-authentication-reader', subjects: components },
    {
      role: manager!,
      binding: manager!.name,
      subjects: [components[0]!, account('kube-controller-manager'), account('leader-election-controller')],
    },
    { role: scheduler!, binding: scheduler!.name, subjects: [components[1]!, account('kube-scheduler')] },
  ];
  return granted.flatMap(({ role, binding, subjects }) => [
    {
      apiVersion: `${rbac}/v1`,
      kind: 'Role',
      metadata: { ...metadata(role.name), namespace: 'kube-system' },
      rules: role.rules,
    } satisfies Role,
    {
      apiVersion: `${rbac}/v1`,
      kind: 'RoleBinding',
      metadata: { ...metadata(binding), namespace: 'kube-system' },
      roleRef: { apiGroup: rbac, kind: 'Role', name: role.name },
      subjects,
    } satisfies RoleBinding,
  ]);
}
