import type { Scenario } from './scenario.ts';

/** The kinds by every name that the scenarios' commands call them. */
const kinds: Readonly<Record<string, readonly string[]>> = {
  Pod: ['pod', 'pods', 'po'],
  StatefulSet: ['statefulset', 'statefulsets', 'statefulsets.apps', 'sts', 'statefulset.apps'],
  Deployment: ['deployment', 'deployments', 'deploy', 'deployment.apps', 'deployments.apps', 'deployments.v1.apps'],
  ReplicaSet: ['replicaset', 'replicasets', 'rs'],
  DaemonSet: ['daemonset', 'daemonsets', 'ds'],
  Job: ['job', 'jobs'],
  CronJob: ['cronjob', 'cronjobs', 'cj'],
  ReplicationController: ['replicationcontroller', 'rc'],
  Service: ['service', 'services', 'svc', 'clusterip', 'nodeport', 'loadbalancer', 'externalname'],
  EndpointSlice: ['endpointslice', 'endpointslices'],
  Endpoints: ['endpoints', 'ep'],
  Ingress: ['ingress', 'ing'],
  NetworkPolicy: ['networkpolicy', 'netpol'],
  PersistentVolumeClaim: ['persistentvolumeclaim', 'persistentvolumeclaims', 'pvc'],
  PersistentVolume: ['persistentvolume', 'persistentvolumes', 'pv'],
  StorageClass: ['storageclass', 'storageclasses', 'sc'],
  ConfigMap: ['configmap', 'configmaps', 'cm'],
  Secret: ['secret', 'secrets', 'generic', 'tls', 'docker-registry'],
  ServiceAccount: ['serviceaccount', 'serviceaccounts', 'sa', 'token'],
  Role: ['role', 'roles'],
  RoleBinding: ['rolebinding', 'rolebindings'],
  ClusterRole: ['clusterrole', 'clusterroles'],
  ClusterRoleBinding: ['clusterrolebinding', 'clusterrolebindings'],
  PodDisruptionBudget: ['poddisruptionbudget', 'pdb'],
  HorizontalPodAutoscaler: ['horizontalpodautoscaler', 'hpa'],
  ResourceQuota: ['resourcequota', 'quota'],
  LimitRange: ['limitrange', 'limitranges', 'limits'],
  PriorityClass: ['priorityclass', 'pc'],
  ControllerRevision: ['controllerrevision', 'controllerrevisions'],
  Event: ['event', 'events', 'ev'],
  Node: ['node', 'nodes', 'no'],
  Namespace: ['namespace', 'namespaces', 'ns'],
  Lease: ['lease', 'leases'],
  CertificateSigningRequest: ['certificatesigningrequest', 'csr'],
};

const kindByName = new Map(Object.entries(kinds).flatMap(([kind, names]) => names.map((name) => [name, kind])));
const twoWords = new Set(['create', 'set', 'rollout', 'auth', 'config', 'certificate', 'cluster-info', 'apply']);
/** Verbs whose object is a Pod where none is named. */
const ofPods = new Set(['run', 'exec', 'logs', 'attach', 'cp', 'debug', 'port-forward']);
const ofNodes = new Set(['cordon', 'uncordon', 'drain', 'taint']);
const subcommands =
  /^(view-last-applied|set-last-applied|edit-last-applied|status|history|undo|pause|resume|restart|can-i|whoami|reconcile|image|env|resources|serviceaccount|selector|subject|view|get-contexts|current-context|approve|deny|dump|job|deployment|service|quota|secret|configmap|role|rolebinding|clusterrole|clusterrolebinding|namespace|ingress|poddisruptionbudget|priorityclass|cronjob|token|get-clusters|get-users)$/;

/** How often each verb meets each kind, counted from the commands themselves. A file's kinds count by its manifests. */
export function countMatrix(scenarios: readonly Scenario[]): Map<string, Map<string, number>> {
  const matrix = new Map<string, Map<string, number>>();
  for (const scenario of scenarios) {
    for (const step of scenario.steps) {
      const parsed = parseCommand(step.run, scenario.files);
      if (!parsed) continue;
      const row = matrix.get(parsed.verb) ?? new Map<string, number>();
      matrix.set(parsed.verb, row);
      for (const kind of parsed.kinds) row.set(kind, (row.get(kind) ?? 0) + 1);
    }
  }
  return matrix;
}

/** The first kubectl command in a line of shell: "create", "rollout undo"; and the kinds it is about. */
export function parseCommand(
  line: string,
  files: Readonly<Record<string, string>>,
): { verb: string; kinds: string[] } | undefined {
  const words = line
    .match(/\bkubectl (.+)/s)?.[1]
    ?.split(/[\s|;&)"']+/)
    .filter(Boolean);
  const verb = words?.find((word) => !word.startsWith('-'));
  if (!words || !verb) return undefined;
  const rest = words.slice(words.indexOf(verb) + 1);
  const second = rest.find((word) => !word.startsWith('-'));
  const sub = twoWords.has(verb) && second && subcommands.test(second) ? ` ${second}` : '';
  const named = rest.flatMap((word) => word.split(',')).map((word) => kindByName.get(word.replace(/\/.*$/, '')));
  const inFiles = rest.flatMap((word) => files[word.replace(/^--filename=/, '')] ?? []);
  const written = inFiles.flatMap((text) => [...text.matchAll(/^kind: (\w+)$/gm)].map(([, kind]) => kind!));
  const found = [...new Set([...named.filter((kind) => kind !== undefined), ...written])];
  const usual = ofPods.has(verb) ? ['Pod'] : ofNodes.has(verb) ? ['Node'] : ['(none)'];
  return { verb: verb + sub, kinds: found.length ? found : usual };
}
