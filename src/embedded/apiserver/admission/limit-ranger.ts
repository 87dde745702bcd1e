import type { Container, LimitRange, LimitRangeItem, PersistentVolumeClaim, Pod } from '../../../kubernetes/objects.ts';
import type { Quantity } from '../../../kubernetes/quantity.ts';
import type { AdmissionPlugin, AdmissionRequest, ClusterView } from './chain.ts';
import { type Amounts, amountsOf, podAmounts, toAmounts } from './pod-resources.ts';
import { isAbout, objectOf, refuse } from './requests.ts';

const annotation = 'kubernetes.io/limit-ranger';

/** Keeps what Pods and claims ask for within a namespace's LimitRanges, and fills in their defaults. */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',

  mutate(request: AdmissionRequest, cluster: ClusterView): void {
    if (!concerns(request) || !isAbout(request, 'pods')) return;
    for (const range of rangesOf(request, cluster)) fillIn(objectOf<Pod>(request), range);
  },

  validate(request: AdmissionRequest, cluster: ClusterView): void {
    if (!concerns(request)) return;
    for (const { spec } of rangesOf(request, cluster)) {
      const problems = spec.limits.flatMap((limit) =>
        isAbout(request, 'pods')
          ? podProblems(limit, objectOf<Pod>(request))
          : claimProblems(limit, objectOf<PersistentVolumeClaim>(request)),
      );
      if (problems.length > 0) throw refuse(request, aggregate(problems));
    }
  },
};

function concerns(request: AdmissionRequest): boolean {
  const { operation, subresource, previous } = request;
  if (previous?.metadata.deletionTimestamp) return false;
  if (isAbout(request, 'pods')) {
    return (operation === 'CREATE' && !subresource) || (operation === 'UPDATE' && subresource === 'resize');
  }
  return (
    isAbout(request, 'persistentvolumeclaims') && !subresource && (operation === 'CREATE' || operation === 'UPDATE')
  );
}

function rangesOf({ namespace }: AdmissionRequest, cluster: ClusterView): readonly LimitRange[] {
  return cluster.list('limitranges', namespace) as readonly LimitRange[];
}

/** Go's utilerrors.Aggregate: the same complaint once, several in brackets. */
function aggregate(problems: readonly string[]): string {
  const distinct = [...new Set(problems)];
  return distinct.length > 1 ? `[${distinct.join(', ')}]` : distinct[0]!;
}

function fillIn(pod: Pod, { spec }: LimitRange): void {
  const limits = defaultsOf(spec.limits, 'default');
  const requests = defaultsOf(spec.limits, 'defaultRequest');
  const notes: string[] = [];
  const complete = (container: Container, description: string) => {
    const set = (of: 'requests' | 'limits', defaults: Readonly<Record<string, string | number>>) => {
      const known = container.resources?.[of];
      const missing = Object.keys(defaults).filter((name) => known?.[name] === undefined);
      if (missing.length === 0) return;
      const added = Object.fromEntries(missing.map((name) => [name, defaults[name]!]));
      container.resources = { ...container.resources, [of]: { ...known, ...added } };
      notes.push(
        `${missing.sort().join(', ')} ${of === 'requests' ? 'request' : 'limit'} for ${description} ${container.name}`,
      );
    };
    set('requests', requests);
    set('limits', limits);
  };
  for (const container of pod.spec.containers ?? []) complete(container, 'container');
  for (const container of pod.spec.initContainers ?? []) complete(container, 'init container');
  if (notes.length > 0) {
    pod.metadata.annotations = {
      ...pod.metadata.annotations,
      [annotation]: `LimitRanger plugin set: ${notes.join('; ')}`,
    };
  }
}

function defaultsOf(limits: readonly LimitRangeItem[], field: 'default' | 'defaultRequest') {
  const ofContainers = limits.filter(({ type }) => type === 'Container');
  return Object.assign({}, ...ofContainers.map((limit) => limit[field])) as Record<string, string | number>;
}

function podProblems(limit: LimitRangeItem, { spec }: Pod): string[] {
  if (limit.type === 'Container') {
    return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap((container) =>
      problems(limit, amountsOf(container, 'requests'), amountsOf(container, 'limits')),
    );
  }
  if (limit.type !== 'Pod') return [];
  return problems(limit, podAmounts(spec, 'requests', false), podAmounts(spec, 'limits', false));
}

function problems(limit: LimitRangeItem, requests: Amounts, limits: Amounts): string[] {
  const { type } = limit;
  return [
    ...each(limit.min, (name, least) => tooLittle(type, name, least, requests.get(name), limits.get(name))),
    ...each(limit.max, (name, most) => tooMuch(type, name, most, requests.get(name), limits.get(name))),
    ...each(limit.maxLimitRequestRatio, (name, most) =>
      tooFarApart(type, name, most, requests.get(name), limits.get(name)),
    ),
  ];
}

function claimProblems(limit: LimitRangeItem, { spec }: PersistentVolumeClaim): string[] {
  if (limit.type !== 'PersistentVolumeClaim') return [];
  const requests = toAmounts(spec.resources?.requests);
  return [
    ...each(limit.min, (name, least) => tooLittle(limit.type, name, least, requests.get(name), undefined)),
    ...each(limit.max, (name, most) => {
      const request = requests.get(name);
      if (!request) return `maximum ${name} usage per ${limit.type} is ${most}.  No request is specified`;
      if (request.compare(most) <= 0) return undefined;
      return `maximum ${name} usage per ${limit.type} is ${most}, but request is ${request}`;
    }),
  ];
}

function each(
  list: Readonly<Record<string, string | number>> | undefined,
  check: (name: string, bound: Quantity) => string | undefined,
): string[] {
  return [...toAmounts(list)].flatMap(([name, bound]) => check(name, bound) ?? []);
}

function tooLittle(type: string, name: string, least: Quantity, request?: Quantity, limit?: Quantity) {
  const rule = `minimum ${name} usage per ${type} is ${least}`;
  if (!request) return `${rule}.  No request is specified`;
  if (request.compare(least) < 0) return `${rule}, but request is ${request}`;
  if (limit && limit.compare(least) < 0) return `${rule}, but limit is ${limit}`;
  return undefined;
}

function tooMuch(type: string, name: string, most: Quantity, request?: Quantity, limit?: Quantity) {
  const rule = `maximum ${name} usage per ${type} is ${most}`;
  if (!limit) return `${rule}.  No limit is specified`;
  if (limit.compare(most) > 0) return `${rule}, but limit is ${limit}`;
  if (request && request.compare(most) > 0) return `${rule}, but request is ${request}`;
  return undefined;
}

function tooFarApart(type: string, name: string, most: Quantity, request?: Quantity, limit?: Quantity) {
  const rule = `${name} max limit to request ratio per ${type} is ${most}`;
  if (!request || request.isZero) return `${rule}, but no request is specified or request is 0`;
  if (!limit || limit.isZero) return `${rule}, but no limit is specified or limit is 0`;
  const ratio = limit.toNumber() / request.toNumber();
  return ratio > most.toNumber() ? `${rule}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}
