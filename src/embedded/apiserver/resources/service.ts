import { nameIsDNS1035Label } from '../../../kubernetes/names.ts';
import type { Service, ServiceSpec } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { cidrWarnings, ipWarnings } from '../validation/ip.ts';
import {
  isExternallyAccessible,
  validateService,
  validateServiceStatusUpdate,
  validateServiceUpdate,
} from '../validation/service.ts';
import { serviceColumns } from './columns/service.ts';
import { allocateForNew, allocateForUpdate, hasNodePorts, needsHealthCheck } from './defaults/service-allocation.ts';
import { sameList } from './defaults/service-families.ts';
import { heldByService } from './defaults/service-pools.ts';
import { keepStatus } from './defaults/strategies.ts';

const stickySeconds = 10_800;

/** pkg/registry/core/service and SetDefaults_Service. */
export const service = defineResource<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Service',

  validateName: nameIsDNS1035Label,

  defaults({ spec, status }) {
    defaultAffinity(spec);
    spec.type ||= 'ClusterIP';
    for (const port of spec.ports ?? []) {
      port.protocol ||= 'TCP';
      port.targetPort ||= port.port;
    }
    if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster';
    if (['ClusterIP', 'NodePort', 'LoadBalancer'].includes(spec.type)) spec.internalTrafficPolicy ??= 'Cluster';
    if (spec.type !== 'LoadBalancer') return;
    spec.allocateLoadBalancerNodePorts ??= true;
    for (const ingress of status?.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP';
  },

  prepareForCreate(draft, context) {
    allocateForNew(draft, context);
    draft.status = { loadBalancer: {} };
  },
  prepareForUpdate(draft, current, context) {
    allocateForUpdate(draft, current, context);
    keepStatus(draft, current);
    dropWhatNoLongerApplies(draft, current);
  },
  validateCreate: (object) => validateService(object),
  validateUpdate: validateServiceUpdate,
  warnings,
  allowCreateOnUpdate: true,

  status: {
    validateUpdate: validateServiceStatusUpdate,
    warnings: ({ status }) =>
      (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, index) =>
        ip ? ipWarnings(`status.loadBalancer.ingress[${index}]`, ip) : [],
      ),
  },

  returnsDeletedObject: true,
  holds: heldByService,

  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },

  columns: serviceColumns,

  subresources: {
    proxy: { kind: 'ServiceProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
  },
});

function defaultAffinity(spec: ServiceSpec): void {
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity !== 'ClientIP' || spec.sessionAffinityConfig?.clientIP?.timeoutSeconds !== undefined) return;
  spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: stickySeconds } };
}

/**
 * A Service of another type than before loses what belongs to the former type, unless the same write sets it to
 * something else: that is a mistake to be told of.
 */
function dropWhatNoLongerApplies(draft: Service, current: Service): void {
  const { spec } = draft;
  const { spec: stored } = current;
  if (stored.type !== 'ExternalName' && spec.type === 'ExternalName') {
    if ((spec.clusterIP ?? '') === (stored.clusterIP ?? '') && sameList(stored.clusterIPs, spec.clusterIPs)) {
      delete spec.clusterIP;
      delete spec.clusterIPs;
    }
    if (sameList(stored.ipFamilies, spec.ipFamilies)) delete spec.ipFamilies;
    if (stored.ipFamilyPolicy === spec.ipFamilyPolicy) delete spec.ipFamilyPolicy;
  }
  if (hasNodePorts(current) && !hasNodePorts(draft)) {
    const before = new Set(stored.ports?.map(({ nodePort }) => nodePort));
    if (spec.ports?.every(({ nodePort }) => !nodePort || before.has(nodePort))) {
      for (const port of spec.ports) delete port.nodePort;
    }
  }
  const unless = (applied: boolean, applies: boolean, field: keyof ServiceSpec) => {
    if (applied && !applies && spec[field] === stored[field]) delete spec[field];
  };
  const [wasBalanced, isBalanced] = [stored.type === 'LoadBalancer', spec.type === 'LoadBalancer'];
  unless(needsHealthCheck(current), needsHealthCheck(draft), 'healthCheckNodePort');
  unless(wasBalanced, isBalanced, 'allocateLoadBalancerNodePorts');
  unless(wasBalanced, isBalanced, 'loadBalancerClass');
  unless(isExternallyAccessible(stored), isExternallyAccessible(spec), 'externalTrafficPolicy');
  if (!isBalanced) draft.status = { ...draft.status, loadBalancer: {} };
}

/** pkg/api/service/warnings.go */
function warnings({ metadata, spec }: Service): string[] {
  const found: string[] = [];
  const hints = 'service.kubernetes.io/topology-aware-hints';
  if (Object.hasOwn(metadata.annotations ?? {}, hints)) {
    found.push(`annotation ${hints} is deprecated, please use service.kubernetes.io/topology-mode instead`);
  }
  if (spec.clusterIP && spec.clusterIP !== 'None') {
    spec.clusterIPs?.forEach((address, index) => {
      found.push(...ipWarnings(`spec.clusterIPs[${index}]`, address));
    });
  }
  spec.externalIPs?.forEach((address, index) => {
    found.push(...ipWarnings(`spec.externalIPs[${index}]`, address));
  });
  if (spec.loadBalancerIP) found.push(...ipWarnings('spec.loadBalancerIP', spec.loadBalancerIP));
  spec.loadBalancerSourceRanges?.forEach((range, index) => {
    found.push(...cidrWarnings(`spec.loadBalancerSourceRanges[${index}]`, range));
  });
  if (spec.type === 'ExternalName' && spec.externalIPs?.length) {
    found.push('spec.externalIPs is ignored when spec.type is "ExternalName"');
  }
  if (spec.type !== 'ExternalName' && spec.externalName) {
    found.push('spec.externalName is ignored when spec.type is not "ExternalName"');
  }
  return found;
}
