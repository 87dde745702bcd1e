/**
 * The kinds lessons speak of, under every name kubectl knows them by. A kind that is not listed (a custom resource) is
 * still read from the cluster under the name it was written with.
 */
export interface KindNames {
  readonly plural: string;
  readonly kind: string;
  readonly group: string;
  readonly short: readonly string[];
  readonly namespaced: boolean;
}

const table = `
bindings Binding - namespaced
configmaps ConfigMap cm namespaced
endpoints Endpoints ep namespaced
events Event ev namespaced
limitranges LimitRange limits namespaced
namespaces Namespace ns cluster
nodes Node no cluster
persistentvolumeclaims PersistentVolumeClaim pvc namespaced
persistentvolumes PersistentVolume pv cluster
pods Pod po namespaced
podtemplates PodTemplate - namespaced
replicationcontrollers ReplicationController rc namespaced
resourcequotas ResourceQuota quota namespaced
secrets Secret - namespaced
serviceaccounts ServiceAccount sa namespaced
services Service svc namespaced
controllerrevisions.apps ControllerRevision - namespaced
daemonsets.apps DaemonSet ds namespaced
deployments.apps Deployment deploy namespaced
replicasets.apps ReplicaSet rs namespaced
statefulsets.apps StatefulSet sts namespaced
horizontalpodautoscalers.autoscaling HorizontalPodAutoscaler hpa namespaced
cronjobs.batch CronJob cj namespaced
jobs.batch Job - namespaced
endpointslices.discovery.k8s.io EndpointSlice - namespaced
ingresses.networking.k8s.io Ingress ing namespaced
networkpolicies.networking.k8s.io NetworkPolicy netpol namespaced
poddisruptionbudgets.policy PodDisruptionBudget pdb namespaced
rolebindings.rbac.authorization.k8s.io RoleBinding - namespaced
roles.rbac.authorization.k8s.io Role - namespaced
clusterroles.rbac.authorization.k8s.io ClusterRole - cluster
clusterrolebindings.rbac.authorization.k8s.io ClusterRoleBinding - cluster
priorityclasses.scheduling.k8s.io PriorityClass pc cluster
csidrivers.storage.k8s.io CSIDriver - cluster
csinodes.storage.k8s.io CSINode - cluster
storageclasses.storage.k8s.io StorageClass sc cluster
volumeattachments.storage.k8s.io VolumeAttachment - cluster
leases.coordination.k8s.io Lease - namespaced
customresourcedefinitions.apiextensions.k8s.io CustomResourceDefinition crd cluster`;

const kinds: readonly KindNames[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [resource, kind, short, scope] = line.split(' ') as [string, string, string, string];
    const [plural, ...group] = resource.split('.') as [string, ...string[]];
    return {
      plural,
      kind,
      group: group.join('.'),
      short: short === '-' ? [] : [short],
      namespaced: scope === 'namespaced',
    };
  });

const byName: ReadonlyMap<string, KindNames> = new Map(
  kinds.flatMap((names) =>
    [names.plural, names.kind.toLowerCase(), ...names.short].map((name) => [name, names] as const),
  ),
);

/** @param name as kubectl takes it: "statefulset", "sts", "StatefulSet", "statefulsets.apps", "deployments.v1.apps" */
export function kindNames(name: string): KindNames | undefined {
  const [resource, ...rest] = name.toLowerCase().split('.');
  const names = byName.get(resource ?? '');
  if (!names || rest.length === 0) return names;
  const group = /^v\d/.test(rest[0] ?? '') ? rest.slice(1) : rest;
  return group.join('.') === names.group ? names : undefined;
}

/** One name per kind, so that names can be compared: the plural; what is not listed stays as it is written. */
export function canonical(name: string): string {
  return kindNames(name)?.plural ?? name.toLowerCase();
}

/** "StatefulSet" for "sts". */
export function kindTitle(name: string): string {
  return kindNames(name)?.kind ?? name;
}

/** Every name of every kind, for "did you mean". */
export function knownKindNames(): readonly string[] {
  return [...byName.keys()];
}
