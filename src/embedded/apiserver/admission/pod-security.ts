import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Namespace, Pod } from '../../../kubernetes/objects.ts';
import { invalid as invalidObject } from '../failures.ts';
import { equal, member } from '../json.ts';
import { type FieldError, invalid } from '../validation/field.ts';
import type { AdmissionPlugin, AdmissionRequest, ClusterView } from './chain.ts';
import { type Level, type Violation, violationsOf } from './pod-security-checks.ts';
import { isAbout, objectOf, previousOf, refuse } from './requests.ts';

const prefix = 'pod-security.kubernetes.io/';
const levels = ['privileged', 'baseline', 'restricted'];
type Mode = 'enforce' | 'audit' | 'warn';
/** How many of a namespace's existing Pods are looked at when its level changes. */
const examined = 3000;

/** Where kinds that make Pods keep the template, by plural.group. */
const templates: Readonly<Record<string, readonly string[]>> = {
  podtemplates: ['template'],
  replicationcontrollers: ['spec', 'template'],
  'replicasets.apps': ['spec', 'template'],
  'deployments.apps': ['spec', 'template'],
  'statefulsets.apps': ['spec', 'template'],
  'daemonsets.apps': ['spec', 'template'],
  'jobs.batch': ['spec', 'template'],
  'cronjobs.batch': ['spec', 'jobTemplate', 'spec', 'template'],
};

/** Pod Security Standards, as a namespace's labels ask for them. */
export const podSecurity: AdmissionPlugin = {
  name: 'PodSecurity',

  validate(request: AdmissionRequest, cluster: ClusterView): void {
    const { operation } = request;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return;
    if (isAbout(request, 'namespaces')) {
      if (!request.subresource) checkNamespace(request, cluster);
    } else if (isAbout(request, 'pods')) checkPod(request, cluster);
    else if (!request.subresource) warnOfTemplate(request, cluster);
  },
};

function checkPod(request: AdmissionRequest, cluster: ClusterView): void {
  const { subresource, operation } = request;
  if (subresource !== '' && subresource !== 'ephemeralcontainers' && subresource !== 'resize') return;
  const pod = objectOf<Pod>(request);
  if (operation === 'UPDATE' && !matters(pod, previousOf<Pod>(request))) return;
  const enforced = policy(request.namespace, 'enforce', cluster);
  const violations = violationsOf(enforced.level, pod.metadata, pod.spec);
  if (violations.length > 0) throw refuse(request, `violates PodSecurity "${enforced.name}": ${print(violations)}`);
  warn(request, cluster, pod.metadata, pod.spec);
}

/** Whether an update changes anything that the checks look at. */
function matters(pod: Pod, previous: Pod): boolean {
  const relevant = ({ metadata, spec }: Pod) => {
    const annotations = Object.entries(metadata.annotations ?? {}).filter(([key]) => key.includes('apparmor'));
    return { annotations, spec: { ...spec, tolerations: undefined, activeDeadlineSeconds: undefined } };
  };
  return !equal(relevant(pod), relevant(previous));
}

function warnOfTemplate(request: AdmissionRequest, cluster: ClusterView): void {
  const { definition } = request;
  const name = definition.group ? `${definition.plural}.${definition.group}` : definition.plural;
  if (!Object.hasOwn(templates, name)) return;
  const template = templates[name]!.reduce<unknown>(member, request.object);
  const spec = member(template, 'spec');
  if (spec) warn(request, cluster, (member(template, 'metadata') ?? {}) as Pod['metadata'], spec as Pod['spec']);
}

function warn(request: AdmissionRequest, cluster: ClusterView, meta: Pod['metadata'], spec: Pod['spec']): void {
  const { name, level } = policy(request.namespace, 'warn', cluster);
  const violations = violationsOf(level, meta, spec);
  if (violations.length > 0) request.warn(`would violate PodSecurity "${name}": ${print(violations)}`);
}

function print(violations: readonly Violation[]): string {
  return violations.map(({ reason, detail }) => (detail ? `${reason} (${detail})` : reason)).join(', ');
}

function policy(namespace: string, mode: Mode, cluster: ClusterView): { readonly level: Level; readonly name: string } {
  const found = cluster.get('namespaces', '', namespace) as Namespace | undefined;
  return found ? policyOf(found, mode) : { level: 'privileged', name: 'privileged:latest' };
}

function policyOf({ metadata: { labels = {} } }: KubeObject, mode: Mode) {
  const wanted = labels[prefix + mode];
  // A level nobody knows is held to be the strictest.
  const level = (wanted === undefined ? 'privileged' : levels.includes(wanted) ? wanted : 'restricted') as Level;
  return { level, name: `${level}:${labels[`${prefix}${mode}-version`] ?? 'latest'}` };
}

function checkNamespace(request: AdmissionRequest, cluster: ClusterView): void {
  const namespace = objectOf<Namespace>(request);
  const before = request.previous && previousOf<Namespace>(request);
  const errors = labelErrors(namespace);
  if (errors.length > 0 && (!before || labelErrors(before).length === 0)) {
    throw invalidObject({ group: '', kind: 'Namespace' }, namespace.metadata.name, errors);
  }
  const enforced = policyOf(namespace, 'enforce');
  if (!before || levels.indexOf(enforced.level) <= levels.indexOf(policyOf(before, 'enforce').level)) return;
  warnOfExisting(request, cluster, enforced);
}

function labelErrors({ metadata: { labels = {} } }: KubeObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const mode of ['enforce', 'audit', 'warn']) {
    const level = labels[prefix + mode];
    if (level !== undefined && !levels.includes(level)) {
      errors.push(invalid(`metadata.labels[${prefix}${mode}]`, level, `must be one of ${levels.join(', ')}`));
    }
    const version = labels[`${prefix}${mode}-version`];
    if (version !== undefined && version !== 'latest' && !/^v1\.\d+$/.test(version)) {
      errors.push(invalid(`metadata.labels[${prefix}${mode}-version]`, version, 'must be "latest" or "v1.x"'));
    }
  }
  return errors;
}

/** Tells which Pods that are there already could not be created any more, those with the same owner as one. */
function warnOfExisting(
  request: AdmissionRequest,
  cluster: ClusterView,
  { level, name }: { readonly level: Level; readonly name: string },
): void {
  const pods = cluster.list('pods', request.namespace).slice(0, examined) as Pod[];
  const found = new Map<string, { first: string; count: number }>();
  for (const pod of pods) {
    const violations = violationsOf(level, pod.metadata, pod.spec);
    if (violations.length === 0) continue;
    const reasons = violations.map(({ reason }) => reason).join(', ');
    const known = found.get(reasons);
    if (known) known.count++;
    else found.set(reasons, { first: pod.metadata.name, count: 1 });
  }
  if (found.size === 0) return;
  request.warn(`existing pods in namespace "${request.namespace}" violate the new PodSecurity enforce level "${name}"`);
  const lines = [...found].map(([reasons, { first, count }]) => {
    const others = count > 2 ? ` (and ${count - 1} other pods)` : count > 1 ? ' (and 1 other pod)' : '';
    return `${first}${others}: ${reasons}`;
  });
  for (const line of lines.sort()) request.warn(line);
}
