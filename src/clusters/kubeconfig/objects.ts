import type { KubeObject } from '../../kubernetes/object.ts';

/** What a session gets on a cluster that is not its own: pure descriptions, applied by space.ts. */

export type PodSecurity = 'baseline' | 'restricted';

/** By these, namespaces of sessions are found again, and by nothing else are they deleted. */
export const sessionLabel = 'ordinal.dev/session-of';
export const usedAnnotation = 'ordinal.dev/last-used';
export const managedBy = { 'app.kubernetes.io/managed-by': 'ordinal' };
/** The learner's ServiceAccount, Role and RoleBinding; the quota's and the LimitRange's name too. */
export const learner = 'learner';

/**
 * The namespace with its limits and the learner's account, in the order in which they are applied.
 *
 * @param owner who made it: a label's value
 * @param now ISO 8601
 */
export function sessionObjects(namespace: string, owner: string, security: PodSecurity, now: string): KubeObject[] {
  const metadata = { name: learner, namespace, labels: managedBy };
  return [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: {
          ...managedBy,
          [sessionLabel]: owner,
          'pod-security.kubernetes.io/enforce': security,
          'pod-security.kubernetes.io/warn': security,
        },
        annotations: { [usedAnnotation]: now },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata,
      spec: {
        hard: {
          pods: '30',
          'requests.cpu': '2',
          'requests.memory': '4Gi',
          'limits.memory': '8Gi',
          persistentvolumeclaims: '20',
          'requests.storage': '20Gi',
          // Both reach beyond the namespace.
          'services.loadbalancers': '0',
          'services.nodeports': '0',
        },
      },
    } as KubeObject,
    {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata,
      spec: {
        limits: [
          {
            type: 'Container',
            default: { cpu: '500m', memory: '256Mi' },
            defaultRequest: { cpu: '10m', memory: '32Mi' },
          },
        ],
      },
    } as KubeObject,
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false } as KubeObject,
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata, rules } as KubeObject,
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'RoleBinding',
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: learner },
      subjects: [{ kind: 'ServiceAccount', name: learner, namespace }],
    } as KubeObject,
  ];
}

const everything = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const reading = ['get', 'list', 'watch'];

/** All that lessons work with. Roles, quotas and the namespace itself are not among it: they hold the learner in. */
const rules = [
  {
    apiGroups: [''],
    resources: [
      'pods',
      'pods/attach',
      'pods/ephemeralcontainers',
      'pods/eviction',
      'pods/exec',
      'pods/log',
      'pods/portforward',
      'pods/proxy',
      'pods/status',
      'services',
      'services/proxy',
      'endpoints',
      'configmaps',
      'secrets',
      'persistentvolumeclaims',
      'replicationcontrollers',
    ],
    verbs: everything,
  },
  { apiGroups: ['', 'events.k8s.io'], resources: ['events'], verbs: reading },
  { apiGroups: [''], resources: ['serviceaccounts', 'resourcequotas', 'limitranges'], verbs: reading },
  { apiGroups: ['apps', 'batch', 'autoscaling', 'policy'], resources: ['*'], verbs: everything },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: everything },
  { apiGroups: ['networking.k8s.io'], resources: ['networkpolicies'], verbs: everything },
];

/** The learner's kubeconfig: the cluster of another one, with the account's token, in the session's namespace. */
export function sessionKubeconfig(cluster: unknown, token: string, namespace: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'ordinal',
    clusters: [{ name: 'ordinal', cluster }],
    contexts: [{ name: 'ordinal', context: { cluster: 'ordinal', user: learner, namespace } }],
    users: [{ name: learner, user: { token } }],
  };
}
