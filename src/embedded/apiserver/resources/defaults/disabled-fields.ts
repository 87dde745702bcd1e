import type { PodSpec, PodStatus } from '../../../../kubernetes/objects.ts';

/**
 * Takes out what belongs to features that are off in 1.33 (pkg/api/pod.DropDisabledPodFields): the API accepts such
 * fields and forgets them. To be called in prepareForCreate and prepareForUpdate of every kind with a Pod's spec.
 */
export function dropDisabledFields(spec: PodSpec | undefined): void {
  if (!spec) return;
  // PodLevelResources and DynamicResourceAllocation.
  delete spec.resources;
  delete spec.resourceClaims;
  const imageVolumes = new Set(spec.volumes?.filter((volume) => volume.image).map(({ name }) => name));
  if (imageVolumes.size > 0) spec.volumes = spec.volumes!.filter((volume) => !volume.image);
  for (const { projected } of spec.volumes ?? []) {
    for (const source of projected?.sources ?? []) delete source.clusterTrustBundle;
  }
  for (const container of [
    ...(spec.containers ?? []),
    ...(spec.initContainers ?? []),
    ...(spec.ephemeralContainers ?? []),
  ]) {
    delete container.resources?.claims;
    if (imageVolumes.size > 0) {
      container.volumeMounts = container.volumeMounts?.filter(({ name }) => !imageVolumes.has(name));
    }
    // ContainerStopSignals, which the types do not know either.
    const lifecycle = container.lifecycle as Record<string, unknown> | undefined;
    if (!lifecycle || lifecycle.stopSignal === undefined) continue;
    delete lifecycle.stopSignal;
    if (Object.keys(lifecycle).length === 0) delete container.lifecycle;
  }
  if (spec.volumes?.length === 0) delete spec.volumes;
}

/** The same for a Pod's status: ResourceHealthStatus, DynamicResourceAllocation and PodObservedGenerationTracking. */
export function dropDisabledStatusFields(status: PodStatus | undefined): void {
  if (!status) return;
  delete status.resourceClaimStatuses;
  delete (status as { observedGeneration?: number }).observedGeneration;
  for (const condition of status.conditions ?? []) {
    delete (condition as { observedGeneration?: number }).observedGeneration;
  }
  for (const container of [
    ...(status.containerStatuses ?? []),
    ...(status.initContainerStatuses ?? []),
    ...(status.ephemeralContainerStatuses ?? []),
  ]) {
    delete container.allocatedResourcesStatus;
  }
}
