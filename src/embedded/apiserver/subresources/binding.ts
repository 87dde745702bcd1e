import { badRequest } from '../../../kubernetes/errors.ts';
import type { Binding, Pod, PodCondition } from '../../../kubernetes/objects.ts';
import { withPodCondition } from '../../../kubernetes/readiness.ts';
import type { ApiError, Status } from '../../../kubernetes/status.ts';
import { timestamp } from '../../clock.ts';
import { decodeBody } from '../engine/decoding.ts';
import type { Engine } from '../engine/engine.ts';
import { ensureNamespace } from '../engine/metadata.ts';
import type { Body, Caller, WriteOptions } from '../engine/request.ts';
import { transact } from '../engine/transaction.ts';
import { uidMismatch } from '../engine/update.ts';
import { conflict, invalid as invalidObject, notFound } from '../failures.ts';
import { type FieldError, notSupported, required } from '../validation/field.ts';
import type { SubresourceHandler } from './handler.ts';

const bindingKind = { group: '', version: 'v1', kind: 'Binding', schema: 'io.k8s.api.core.v1.Binding' };

/** POST pods/NAME/binding: how the scheduler says where a Pod runs. */
export function bindingHandler(engine: Engine): SubresourceHandler {
  return {
    ...bindingKind,
    create: ({ caller, namespace, name }, body, options) => bind(engine, caller, namespace, name, body, options),
  };
}

/**
 * @param name '' where the Binding alone names the Pod (POST bindings)
 * @throws ApiError BadRequest, NotFound, Conflict
 */
export async function bind(
  engine: Engine,
  caller: Caller,
  namespace: string,
  name: string,
  body: Body,
  options: WriteOptions,
): Promise<Status> {
  const binding = decodeBody(engine.parts, bindingKind, body, options, caller) as Binding;
  ensureNamespace(binding.metadata, namespace);
  if (name && binding.metadata.name !== name) throw badRequest('name in URL does not match name in Binding object');
  validate(binding);
  const definition = engine.registry.named('pods')!;
  const at = { namespace, name: binding.metadata.name };
  const dryRun = options.dryRun ?? false;
  engine.admit(caller, {
    operation: 'CREATE',
    definition,
    ...at,
    subresource: 'binding',
    object: binding,
    dryRun,
  });
  await transact(engine.parts, caller, definition, at, dryRun, (current) => {
    if (!current) throw notFound(definition, at.name);
    const { uid } = binding.metadata;
    if (uid && uid !== current.metadata.uid) {
      throw uidMismatch(definition, namespace, at.name, uid, current.metadata.uid!);
    }
    const why = obstacle(current as Pod);
    if (why) throw alreadyDecided(at.name, why);
    return { next: bound(current as Pod, binding, timestamp(engine.clock)) };
  });
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };
}

function validate({ metadata, target }: Binding): void {
  const errors: FieldError[] = [];
  if (target?.kind && target.kind !== 'Node')
    errors.push(notSupported('target.kind', target.kind, ['Node', '<empty>']));
  if (!target?.name) errors.push(required('target.name'));
  if (errors.length > 0) throw invalidObject({ group: '', kind: 'Binding' }, metadata.name, errors);
}

function obstacle({ metadata, spec }: Pod): string | undefined {
  const { name } = metadata;
  if (metadata.deletionTimestamp) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if (spec.nodeName) return `pod ${name} is already assigned to node "${spec.nodeName}"`;
  return spec.schedulingGates?.length ? `pod ${name} has non-empty .spec.schedulingGates` : undefined;
}

function alreadyDecided(name: string, why: string): ApiError {
  return conflict({ group: '', plural: 'pods/binding' }, name, why);
}

function bound(pod: Pod, { metadata, target }: Binding, now: string): Pod {
  const scheduled = { type: 'PodScheduled', status: 'True', lastProbeTime: null } as unknown as PodCondition;
  const { annotations } = pod.metadata;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...((annotations || metadata.annotations) && { annotations: { ...annotations, ...metadata.annotations } }),
    },
    spec: { ...pod.spec, nodeName: target.name },
    status: { ...pod.status, conditions: withPodCondition(pod.status?.conditions, scheduled, now) },
  };
}
