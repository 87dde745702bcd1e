import type { Endpoint, EndpointSlice, Service } from '../../../kubernetes/objects.ts';
import type { SliceChanges } from '../shared/endpoint-slices.ts';

/** Where a Service asks for it, ready endpoints are meant for clients in their own zone: upstream's trafficdist. */
export function withHints(
  { spec }: Service,
  slices: readonly EndpointSlice[],
  { create, update, remove }: SliceChanges,
): SliceChanges {
  const near = spec.trafficDistribution === 'PreferClose';
  const written = new Set([...update, ...remove].map(({ metadata }) => metadata.name));
  const outdated = slices.filter(
    ({ metadata, endpoints }) => !written.has(metadata.name) && (endpoints ?? []).some((each) => !isHinted(each, near)),
  );
  const hint = (slice: EndpointSlice): EndpointSlice => ({
    ...slice,
    endpoints: (slice.endpoints ?? []).map((endpoint) => hinted(endpoint, near)),
  });
  return { create: create.map(hint), update: [...update, ...outdated].map(hint), remove };
}

function isHinted(endpoint: Endpoint, near: boolean): boolean {
  const zones = (endpoint.hints?.forZones ?? []).map(({ name }) => name);
  if (!near) return endpoint.hints === undefined;
  if (!endpoint.conditions?.ready) return true;
  return endpoint.zone ? zones.length === 1 && zones[0] === endpoint.zone : zones.length === 0;
}

function hinted({ hints, ...endpoint }: Endpoint, near: boolean): Endpoint {
  if (!near) return endpoint;
  if (!endpoint.conditions?.ready) return hints ? { ...endpoint, hints } : endpoint;
  return endpoint.zone ? { ...endpoint, hints: { forZones: [{ name: endpoint.zone }] } } : endpoint;
}
