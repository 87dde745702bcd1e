import type { Container, Pod, ResourceList } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { isRestartableInitContainer } from '../../../kubernetes/readiness.ts';
import { podQOSClass } from '../resources/defaults/qos.ts';
import { semanticEqual } from './equality.ts';
import { type FieldError, forbidden, invalid } from './field.ts';
import { validateObjectMetaUpdate } from './object-meta.ts';
import { validatePodMetadataAndSpec } from './pod.ts';
import { mirrorPodAnnotation } from './pod-annotations.ts';

/** ValidatePodResize (pkg/apis/core/validation): what a running Pod's containers may be given instead. */
export function validatePodResize(pod: Pod, current: Pod): FieldError[] {
  if (Object.hasOwn(current.metadata.annotations ?? {}, mirrorPodAnnotation)) {
    return [forbidden('', 'static pods cannot be resized')];
  }
  if (current.spec.os?.name === 'windows') return [forbidden('', 'windows pods cannot be resized')];
  const errors = [...validateObjectMetaUpdate(pod.metadata, current.metadata), ...validatePodMetadataAndSpec(pod)];
  if ((current.status?.qosClass || podQOSClass(current.spec)) !== podQOSClass(pod.spec)) {
    errors.push(invalid('spec', pod.status?.qosClass ?? '', 'Pod QOS Class may not change as a result of resizing'));
  }
  const running = current.status?.containerStatuses?.find(({ state }) => state?.running);
  if (running && !running.resources) {
    errors.push(forbidden('spec', 'Pod running on node without support for resize'));
  }
  const order = validateSameContainers(pod, current);
  if (order.length > 0) return [...errors, ...order];
  for (const field of ['initContainers', 'containers'] as const) {
    current.spec[field]?.forEach((container, index) => {
      if (field === 'initContainers' && !isRestartableInitContainer(container)) return;
      const path = `spec.${field}[${index}].resources`;
      errors.push(...validateContainerResize(pod.spec[field]![index]!, container, path));
    });
  }
  errors.push(...validateOnlyResized(pod, current));
  return errors;
}

function validateSameContainers({ spec }: Pod, current: Pod): FieldError[] {
  return (['containers', 'initContainers'] as const).flatMap((field) => {
    const containers = spec[field] ?? [];
    const before = current.spec[field] ?? [];
    if (containers.length !== before.length) {
      return [forbidden(`spec.${field}`, `${field} may not be added or removed on resize`)];
    }
    return before.flatMap(({ name }, index) =>
      containers[index]!.name === name
        ? []
        : [forbidden(`spec.${field}[${index}].name`, `${field} may not be renamed or reordered on resize`)],
    );
  });
}

function validateContainerResize(container: Container, current: Container, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { resources = {}, resizePolicy } = container;
  const before = current.resources ?? {};
  if (isRemoved(resources.requests, before.requests)) {
    errors.push(forbidden(`${path}.requests`, 'resource requests cannot be removed'));
  }
  if (isRemoved(resources.limits, before.limits)) {
    errors.push(forbidden(`${path}.limits`, 'resource limits cannot be removed'));
  }
  const policy = resizePolicy?.find(({ resourceName }) => resourceName === 'memory')?.restartPolicy;
  const limit = Quantity.tryParse(resources.limits?.memory);
  if (!limit || (policy !== undefined && policy !== 'NotRequired')) return errors;
  const previous = Quantity.tryParse(before.limits?.memory);
  const refuse = (what: string) =>
    errors.push(
      forbidden(`${path}.limits[memory]`, `memory limits cannot be ${what} unless resizePolicy is RestartContainer`),
    );
  if (!previous) refuse('added');
  else if (limit.compare(previous) < 0) refuse('decreased');
  return errors;
}

function isRemoved(list: ResourceList | undefined, before: ResourceList | undefined): boolean {
  return Object.keys(before ?? {}).some((name) => list?.[name] === undefined);
}

/** With the amounts of CPU and memory put back, nothing may be left that differs. */
function validateOnlyResized({ spec }: Pod, current: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const restored = { ...spec };
  restored.containers = (spec.containers ?? []).map((container, index) => {
    const before = current.spec.containers[index]!;
    const rest = withAmountsOf(container, before);
    if (!semanticEqual(rest, before)) errors.push(forbidden('spec', 'only cpu and memory resources are mutable'));
    return rest;
  });
  restored.initContainers = spec.initContainers?.map((container, index) => {
    const before = current.spec.initContainers![index]!;
    const sidecar = isRestartableInitContainer(container);
    const rest = sidecar ? withAmountsOf(container, before) : container;
    if (!semanticEqual(rest, before)) {
      const detail = sidecar
        ? 'only cpu and memory resources for sidecar containers are mutable'
        : 'resources for non-sidecar init containers are immutable';
      errors.push(forbidden('spec', detail));
    }
    return rest;
  });
  if (errors.length > 0 || semanticEqual(restored, current.spec)) return errors;
  return [forbidden('spec', 'only cpu and memory resources are mutable')];
}

function withAmountsOf(container: Container, before: Container): Container {
  const restore = (list: 'limits' | 'requests') => {
    const old = before.resources?.[list];
    if (!old) return undefined;
    const { cpu: _cpu, memory: _memory, ...rest } = container.resources?.[list] ?? {};
    return {
      ...rest,
      ...(old.cpu !== undefined && { cpu: old.cpu }),
      ...(old.memory !== undefined && { memory: old.memory }),
    };
  };
  return { ...container, resources: { limits: restore('limits'), requests: restore('requests') } };
}
