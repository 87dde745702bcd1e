import { goQuote } from '../../../kubernetes/go-format.ts';
import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Ingress } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import {
  ingressClassAnnotation,
  validateIngressCreate,
  validateIngressStatusUpdate,
  validateIngressUpdate,
} from '../validation/ingress.ts';
import { ipWarnings } from '../validation/ip.ts';

import { ageColumn, column } from './columns/common.ts';
import { countGeneration, keepStatus } from './defaults/strategies.ts';

/** So many hosts are listed by name. */
const shownHosts = 3;

/** pkg/registry/networking/ingress. */
export const ingress = defineResource<Ingress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'Ingress',
  plural: 'ingresses',
  singular: 'ingress',
  shortNames: ['ing'],
  namespaced: true,
  schema: 'io.k8s.api.networking.v1.Ingress',

  validateName: nameIsDNSSubdomain,

  prepareForCreate(draft) {
    draft.status = { loadBalancer: {} };
    draft.metadata.generation = 1;
  },
  prepareForUpdate(draft, current) {
    keepStatus(draft, current);
    countGeneration(draft, current);
  },
  validateCreate: validateIngressCreate,
  validateUpdate: validateIngressUpdate,
  warnings({ metadata, spec }, current) {
    if (current || spec.ingressClassName !== undefined) return [];
    if (metadata.annotations?.[ingressClassAnnotation] === undefined) return [];
    return [`annotation ${goQuote(ingressClassAnnotation)} is deprecated, please use 'spec.ingressClassName' instead`];
  },

  status: {
    validateUpdate: validateIngressStatusUpdate,
    warnings: ({ status }) =>
      (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, index) =>
        ip ? ipWarnings(`status.loadBalancer.ingress[${index}]`, ip) : [],
      ),
  },

  columns: [
    column(
      'Class',
      'string',
      'The name of the IngressClass resource that should be used for additional configuration',
      ({ spec }) => spec.ingressClassName ?? '<none>',
    ),
    column('Hosts', 'string', 'Hosts that incoming requests are matched against before the ingress rule', formatHosts),
    column('Address', 'string', 'Address is a list containing ingress points for the load-balancer', ({ status }) => {
      const points = status?.loadBalancer?.ingress ?? [];
      const addresses = points.map(({ ip, hostname }) => ip || hostname || '').filter((address) => address !== '');
      return [...new Set(addresses)].sort().join(',');
    }),
    column('Ports', 'string', 'Ports of TLS configurations that open', ({ spec }) =>
      spec.tls?.length ? '80, 443' : '80',
    ),
    ageColumn(),
  ],
});

function formatHosts({ spec }: Ingress): string {
  const hosts: string[] = [];
  let more = false;
  for (const { host } of spec.rules ?? []) {
    // A rule counts as one more even if it names no host.
    if (hosts.length === shownHosts) more = true;
    else if (host) hosts.push(host);
  }
  if (hosts.length === 0) return '*';
  const list = hosts.join(',');
  return more ? `${list} + ${spec.rules!.length - shownHosts} more...` : list;
}
