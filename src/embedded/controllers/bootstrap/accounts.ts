import type { KubeObject } from '../../../kubernetes/object.ts';
import type { RoleRef, ServiceAccount, Subject } from '../../../kubernetes/objects.ts';
import { parseRules } from '../../apiserver/bootstrap/rules-table.ts';
import { storageNamespace } from './essentials.ts';

/** Who the components of the cluster are, and what kubeadm's and kind's may do. */

/** The accounts that the controller manager makes as its controllers begin to use them. */
const controllerAccounts =
  'attachdetach-controller bootstrap-signer certificate-controller clusterrole-aggregation-controller ' +
  'cronjob-controller daemon-set-controller deployment-controller disruption-controller endpoint-controller ' +
  'endpointslice-controller endpointslicemirroring-controller ephemeral-volume-controller expand-controller ' +
  'generic-garbage-collector horizontal-pod-autoscaler job-controller legacy-service-account-token-cleaner ' +
  'namespace-controller node-controller persistent-volume-binder pod-garbage-collector pv-protection-controller ' +
  'pvc-protection-controller replicaset-controller replication-controller resourcequota-controller ' +
  'root-ca-cert-publisher service-account-controller service-cidrs-controller statefulset-controller token-cleaner ' +
  'ttl-after-finished-controller ttl-controller validatingadmissionpolicy-status-controller';

const rbac = 'rbac.authorization.k8s.io';
const provisionerAccount = 'local-path-provisioner-service-account';

export function controllerManagerAccounts(): ServiceAccount[] {
  return controllerAccounts.split(' ').map((name) => account('kube-system', name));
}

export function kubeadmAccounts(): KubeObject[] {
  const bootstrappers = group('system:bootstrappers:kubeadm:default-node-token');
  return [
    account('kube-system', 'coredns'),
    account('kube-system', 'kube-proxy'),
    ...role('kube-public', 'kubeadm:bootstrap-signer-clusterinfo', 'get  core  configmaps  cluster-info', [
      { apiGroup: rbac, kind: 'User', name: 'system:anonymous' },
    ]),
    ...role('kube-system', 'kube-proxy', 'get  core  configmaps  kube-proxy', [bootstrappers]),
    ...role('kube-system', 'kubeadm:kubelet-config', 'get  core  configmaps  kubelet-config', [
      group('system:nodes'),
      bootstrappers,
    ]),
    ...role('kube-system', 'kubeadm:nodes-kubeadm-config', 'get  core  configmaps  kubeadm-config', [
      bootstrappers,
      group('system:nodes'),
    ]),
  ];
}

export function kindnetAccounts(): KubeObject[] {
  return [
    account('kube-system', 'kindnet'),
    ...clusterRole('kindnet', 'kindnet', account('kube-system', 'kindnet'), [
      'list,watch,patch  core  nodes',
      'list,watch  core  pods,namespaces',
      'list,watch  networking.k8s.io  networkpolicies',
    ]),
  ];
}

/** As `kubectl apply` makes them. */
export function localPathAccounts(): KubeObject[] {
  const owner = account(storageNamespace, provisionerAccount);
  const name = 'local-path-provisioner';
  const [own, binding] = role(
    storageNamespace,
    `${name}-role`,
    'get,list,watch,create,patch,update,delete  core  pods',
    [subject(owner)],
  );
  binding!.metadata.name = `${name}-bind`;
  return [
    owner,
    own!,
    binding!,
    ...clusterRole(`${name}-role`, `${name}-bind`, owner, [
      'get,list,watch  core  nodes,persistentvolumeclaims,configmaps,pods,pods/log',
      'get,list,watch,create,patch,update,delete  core  persistentvolumes',
      'create,patch  core  events',
      'get,list,watch  storage.k8s.io  storageclasses',
    ]),
  ].map((object) => ({ ...object, metadata: { ...object.metadata, annotations: {} } }));
}

function account(namespace: string, name: string): ServiceAccount {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } };
}

function group(name: string): Subject {
  return { apiGroup: rbac, kind: 'Group', name };
}

function subject({ metadata: { name, namespace } }: ServiceAccount): Subject {
  return { kind: 'ServiceAccount', name, namespace: namespace! };
}

function roleRef(kind: 'Role' | 'ClusterRole', name: string): RoleRef {
  return { apiGroup: rbac, kind, name };
}

function role(namespace: string, name: string, rule: string, subjects: Subject[]): KubeObject[] {
  const { rules } = parseRules(`${name}\n  ${rule}`)[0]!;
  const base = { apiVersion: `${rbac}/v1`, metadata: { name, namespace } };
  return [
    { ...base, kind: 'Role', rules } as KubeObject,
    {
      ...base,
      metadata: { name, namespace },
      kind: 'RoleBinding',
      roleRef: roleRef('Role', name),
      subjects,
    } as KubeObject,
  ];
}

function clusterRole(name: string, binding: string, owner: ServiceAccount, lines: readonly string[]): KubeObject[] {
  const { rules } = parseRules([name, ...lines.map((line) => `  ${line}`)].join('\n'))[0]!;
  const apiVersion = `${rbac}/v1`;
  const subjects = [subject(owner)];
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name }, rules } as KubeObject,
    {
      apiVersion,
      kind: 'ClusterRoleBinding',
      metadata: { name: binding },
      roleRef: roleRef('ClusterRole', name),
      subjects,
    } as KubeObject,
  ];
}
