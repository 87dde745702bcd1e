import type { KubeObject } from '../../../kubernetes/object.ts';
import type { CertificateSigningRequest, Pod } from '../../../kubernetes/objects.ts';
import type { Engine } from '../engine/engine.ts';
import { keepAllBut, mainStrategy, type UpdateStrategy } from '../engine/update.ts';
import type { ResourceDefinition } from '../resource.ts';
import { certificateApproval } from '../resources/certificatesigningrequest.ts';
import { ephemeralContainers, type PodSubresourceStrategy, resize } from '../resources/pod-subresources.ts';
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
  return podHandler(engine, 'ephemeralcontainers', ephemeralContainers);
}

/** pods/NAME/resize: the resources of containers that run. */
export function resizeHandler(engine: Engine): SubresourceHandler {
  return podHandler(engine, 'resize', resize);
}

function podHandler(engine: Engine, subresource: string, strategy: PodSubresourceStrategy): SubresourceHandler {
  const prepare = (draft: KubeObject, current: KubeObject) => strategy.prepareForUpdate(draft as Pod, current as Pod);
  return partHandler(engine, 'io.k8s.api.core.v1.Pod', (definition) => ({
    ...mainStrategy(definition),
    subresource,
    allowCreate: false,
    // Nobody is to become the manager of what is put back anyway.
    confine: prepare,
    prepare,
    validate: (object, current) => strategy.validateUpdate(object as Pod, current as Pod),
    warnings: () => [],
  }));
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
    prepare: (draft, current, transaction) =>
      certificateApproval.prepareForUpdate(
        draft as CertificateSigningRequest,
        current as CertificateSigningRequest,
        transaction,
      ),
    validate: (object, current) =>
      certificateApproval.validateUpdate(object as CertificateSigningRequest, current as CertificateSigningRequest),
    warnings: () => [],
  }));
}
