import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { EndpointSlice } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from '../validation/endpoint-slice.ts';
import { semanticEqual } from '../validation/equality.ts';
import { ipWarnings } from '../validation/ip.ts';
import { ageColumn, column } from './columns/common.ts';
import { nextGeneration } from './defaults/strategies.ts';

/** So many are listed in a table. */
const listed = 3;

/** These put right what they are given, so that there is nothing to warn of. */
const controllers = new Set(['endpointslice-controller.k8s.io', 'endpointslicemirroring-controller.k8s.io']);

/** pkg/registry/discovery/endpointslice and SetDefaults_EndpointPort. */
export const endpointslice = defineResource<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  schema: 'io.k8s.api.discovery.v1.EndpointSlice',

  validateName: nameIsDNSSubdomain,

  defaults({ ports }) {
    for (const port of ports ?? []) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },

  prepareForCreate(draft) {
    draft.metadata.generation = 1;
    dropDisabledFields(draft);
  },
  prepareForUpdate(draft, current) {
    const { metadata, ...rest } = draft;
    const { metadata: stored, ...former } = current;
    if (!semanticEqual(rest, former) || !semanticEqual(metadata.labels ?? {}, stored.labels ?? {})) {
      nextGeneration(draft, current);
    }
    dropDisabledFields(draft);
  },
  validateCreate: (object) => validateEndpointSlice(object),
  validateUpdate: validateEndpointSliceUpdate,
  warnings(object, current) {
    const found = !current && object.addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [];
    if (controllers.has(object.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? '')) return found;
    return [
      ...found,
      ...(object.endpoints ?? []).flatMap(({ addresses }, index) =>
        (addresses ?? []).flatMap((address, position) =>
          ipWarnings(`endpoints[${index}].addresses[${position}]`, address),
        ),
      ),
    ];
  },

  columns: [
    column(
      'AddressType',
      'string',
      'addressType specifies the type of address carried by this EndpointSlice. All addresses in this slice must be the ' +
        'same type. This field is immutable after creation. The following address types are currently supported: * ' +
        'IPv4: Represents an IPv4 Address. * IPv6: Represents an IPv6 Address. * FQDN: Represents a Fully Qualified ' +
        'Domain Name.',
      ({ addressType }) => addressType ?? '',
    ),
    column(
      'Ports',
      'string',
      'ports specifies the list of network ports exposed by each endpoint in this slice. Each port must have a unique ' +
        'name. When ports is empty, it indicates that there are no defined ports. When a port is defined with a nil ' +
        'port value, it indicates "all ports". Each slice may include a maximum of 100 ports.',
      ({ ports }) => summarize((ports ?? []).map(({ port, name }) => String(port ?? name ?? '*'))),
    ),
    column(
      'Endpoints',
      'string',
      'endpoints is a list of unique endpoints in this slice. Each slice may include a maximum of 1000 endpoints.',
      ({ endpoints }) => summarize((endpoints ?? []).flatMap(({ addresses }) => addresses ?? [])),
    ),
    ageColumn(),
  ],
});

function summarize(items: readonly string[]): string {
  const shown = items.slice(0, listed).join(',');
  if (items.length > listed) return `${shown} + ${items.length - listed} more...`;
  return shown || '<unset>';
}

/** PreferSameTrafficDistribution, which is off, and a field that only the beta version could write. */
function dropDisabledFields({ endpoints }: EndpointSlice): void {
  for (const endpoint of endpoints ?? []) {
    delete (endpoint.hints as { forNodes?: unknown } | undefined)?.forNodes;
    delete endpoint.deprecatedTopology;
  }
}
