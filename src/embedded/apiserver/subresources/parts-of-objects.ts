import type { KubeObject } from '../../../kubernetes/object.ts';
import type { CertificateSigningRequest, Container, Pod } from '../../../kubernetes/objects.ts';
import type { Engine } from '../engine/engine.ts';
import { keepAllBut, mainStrategy, type UpdateStrategy } from '../engine/update.ts';
import { equal } from '../json.ts';
import type { ResourceDefinition } from '../resource.ts';
import { podQOSClass } from '../resources/defaults/qos.ts';
import { type FieldError, forbidden, invalid } from '../validation/field.ts';
import { validatePodMetadataAndSpec } from '../validation/pod.ts';
import { validateEphemeralContainersUpdate } from '../validation/pod-update.ts';
import type { SubresourceHandler } from './handler.ts';

/** Subresources that are the object itself, of which they let one part be changed. */

function partHandler(engine: Engine, schema: string, strategyFor: (definition: ResourceDefinition) => UpdateStrategy) {
  const handler: SubresourceHandler = {
    kind: schema.slice(schema.lastIndexOf('.') + 1),
    schema,
    get: ({ definition, namespace, name }) => engine.get(definition, { namespace, name }),
    update: async ({ caller, definition, namespace, name }, body, options) => {
      const at = { namespace, name };
      return (await engine.update(caller, definition, at, strategyFor(definition), body, options)).object;
    },
    patch: async ({ caller, definition, namespace, name }, body, options) => {
      const at = { namespace, name };
      return (await engine.patch(caller, definition, at, strategyFor(definition), body, options)).object;
    },
  };
  return handler;
}

/** pods/NAME/ephemeralcontainers: `kubectl debug`. */
export function ephemeralContainersHandler(engine: Engine): SubresourceHandler {
  return partHandler(engine, 'io.k8s.api.core.v1.Pod', (definition) => ({
    ...podStrategy(definition),
    subresource: 'ephemeralcontainers',
    confine: (draft, current) => {
      const { ephemeralContainers } = (draft as Pod).spec;
      keepPod(draft, current);
      (draft as Pod).spec = { ...(current as Pod).spec, ephemeralContainers };
    },
    validate: (object, current) => validateEphemeralContainersUpdate(object as Pod, current as Pod),
  }));
}

/** pods/NAME/resize: the resources of containers that run. */
export function resizeHandler(engine: Engine): SubresourceHandler {
  return partHandler(engine, 'io.k8s.api.core.v1.Pod', (definition) => ({
    ...podStrategy(definition),
    subresource: 'resize',
    confine: (draft, current) => {
      const { containers, initContainers } = (draft as Pod).spec;
      const stored = (current as Pod).spec;
      keepPod(draft, current);
      (draft as Pod).spec = {
        ...stored,
        containers: resized(containers, stored.containers) ?? containers,
        ...(stored.initContainers && {
          initContainers: resized(initContainers, stored.initContainers) ?? initContainers,
        }),
      };
    },
    validate: (object, current) => [
      ...validatePodMetadataAndSpec(object as Pod),
      ...resizeErrors(object as Pod, current as Pod),
    ],
  }));
}

/** ValidatePodResize */
function resizeErrors({ spec }: Pod, { spec: stored }: Pod): FieldError[] {
  const errors: FieldError[] = [];
  for (const list of ['containers', 'initContainers'] as const) {
    const before = stored[list] ?? [];
    const after = spec[list] ?? [];
    if (after.length !== before.length)
      errors.push(forbidden(`spec.${list}`, `${list} may not be added or removed on resize`));
    else if (after.some(({ name }, i) => name !== before[i]!.name)) {
      errors.push(forbidden(`spec.${list}`, `${list} may not be renamed or reordered on resize`));
    }
  }
  if (errors.length > 0) return errors;
  if (podQOSClass(spec) !== podQOSClass(stored)) {
    errors.push(invalid('spec', podQOSClass(spec), 'Pod QOS Class may not change as a result of resizing'));
  }
  const unscaled = (containers: readonly Container[] = []) =>
    containers.map(({ resources }) => ({ requests: fixed(resources?.requests), limits: fixed(resources?.limits) }));
  if (!equal(unscaled(spec.containers), unscaled(stored.containers))) {
    errors.push(forbidden('spec', 'only cpu and memory resources are mutable'));
  }
  return errors;
}

/** The resources that stay what they are for as long as a container runs. */
function fixed(resources: Readonly<Record<string, string | number>> = {}): object {
  return Object.fromEntries(Object.entries(resources).filter(([name]) => name !== 'cpu' && name !== 'memory'));
}

/** The stored containers with the wanted resources; undefined where the containers are not the same. */
function resized(wanted: readonly Container[] = [], stored: readonly Container[]): Container[] | undefined {
  if (wanted.length !== stored.length || wanted.some(({ name }, i) => name !== stored[i]!.name)) return undefined;
  return stored.map((container, i) => {
    const { resources, resizePolicy } = wanted[i]!;
    return { ...container, resources, ...(resizePolicy && { resizePolicy }) };
  });
}

function podStrategy(definition: ResourceDefinition): UpdateStrategy {
  return { ...mainStrategy(definition), allowCreate: false, warnings: () => [] };
}

/** Everything but the part in question stays; what came with the request of the metadata, too, other than its version. */
function keepPod(draft: KubeObject, current: KubeObject): void {
  const { resourceVersion, uid, managedFields } = draft.metadata;
  keepAllBut(draft, current, ['metadata']);
  draft.metadata = { ...current.metadata, resourceVersion, uid, managedFields };
}

/** PUT namespaces/NAME/finalize: takes finalizers from the spec, the last of which lets the Namespace go. */
export function finalizeHandler(engine: Engine): SubresourceHandler {
  const {
    patch: _,
    get: __,
    ...handler
  } = partHandler(engine, 'io.k8s.api.core.v1.Namespace', (definition) => ({
    ...mainStrategy(definition),
    subresource: 'finalize',
    allowCreate: false,
    confine: (draft, current) => keepAllBut(draft, current, ['metadata', 'spec']),
    prepare: () => {},
    warnings: () => [],
  }));
  return handler;
}

/** certificatesigningrequests/NAME/approval: the conditions Approved and Denied. */
export function approvalHandler(engine: Engine): SubresourceHandler {
  return partHandler(engine, 'io.k8s.api.certificates.v1.CertificateSigningRequest', (definition) => ({
    ...mainStrategy(definition),
    subresource: 'approval',
    allowCreate: false,
    confine: (draft, current) => {
      const { conditions } = (draft as CertificateSigningRequest).status ?? {};
      keepAllBut(draft, current, ['metadata']);
      const { status } = current as CertificateSigningRequest;
      (draft as CertificateSigningRequest).status = { ...status, ...(conditions && { conditions }) };
    },
    prepare: () => {},
    warnings: () => [],
  }));
}
