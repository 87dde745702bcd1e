import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Endpoints } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateEndpoints, validateEndpointsUpdate } from '../validation/endpoints.ts';
import { ipWarnings } from '../validation/ip.ts';
import { ageColumn, column } from './columns/common.ts';

/** So many are listed in a table. */
const listed = 3;

/** pkg/registry/core/endpoint and SetDefaults_Endpoints. */
export const endpoints = defineResource<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  schema: 'io.k8s.api.core.v1.Endpoints',

  validateName: nameIsDNSSubdomain,

  defaults({ subsets }) {
    for (const { ports } of subsets ?? []) for (const port of ports ?? []) port.protocol ||= 'TCP';
  },

  validateCreate: (object) => validateEndpoints(object),
  validateUpdate: validateEndpointsUpdate,
  warnings({ metadata, subsets = [] }) {
    if (metadata.labels?.['endpoints.kubernetes.io/managed-by'] === 'endpoint-controller') return [];
    return subsets.flatMap((subset, index) =>
      (['addresses', 'notReadyAddresses'] as const).flatMap((field) =>
        (subset[field] ?? []).flatMap(({ ip }, position) =>
          ipWarnings(`subsets[${index}].${field}[${position}].ip`, ip),
        ),
      ),
    );
  },
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  allowCreateOnUpdate: true,

  columns: [
    column(
      'Endpoints',
      'string',
      'The set of all endpoints is the union of all subsets. Addresses are placed into subsets according to the IPs ' +
        'they share. A single address with multiple ports, some of which are ready and some of which are not (because ' +
        'they come from different containers) will result in the address being displayed in different subsets for the ' +
        'different ports. No address will appear in both Addresses and NotReadyAddresses in the same subset. Sets of ' +
        'addresses and ports that comprise a service.',
      formatEndpoints,
    ),
    ageColumn(),
  ],
});

function formatEndpoints({ subsets = [] }: Endpoints): string {
  if (subsets.length === 0) return '<none>';
  const all = subsets.flatMap(({ addresses = [], ports = [] }) => {
    if (ports.length === 0) return addresses.map(({ ip }) => ip);
    return ports.flatMap(({ port }) => addresses.map(({ ip }) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`));
  });
  const shown = all.slice(0, listed).join(',');
  return all.length > listed ? `${shown} + ${all.length - listed} more...` : shown;
}
