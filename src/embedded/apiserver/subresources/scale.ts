import { badRequest } from '../../../kubernetes/errors.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Scale } from '../../../kubernetes/objects.ts';
import { timestamp } from '../../clock.ts';
import { applyPatch } from '../apply/apply.ts';
import { decodeBody, decodePatched } from '../engine/decoding.ts';
import type { Engine } from '../engine/engine.ts';
import { ensureName } from '../engine/metadata.ts';
import { applyTo } from '../engine/patch.ts';
import { type Body, managerOf, type PatchOptions, type WriteOptions } from '../engine/request.ts';
import { keepAllBut, type UpdateStrategy, write } from '../engine/update.ts';
import { recordManager, setManagedFields } from '../engine/write.ts';
import { invalid as invalidObject, notFound } from '../failures.ts';
import { clone, isObject, member } from '../json.ts';
import { groupVersion } from '../registry.ts';
import type { Column, ResourceDefinition } from '../resource.ts';
import { ageColumn, column } from '../resources/columns/common.ts';
import { invalid } from '../validation/field.ts';
import type { SubresourceCall, SubresourceHandler } from './handler.ts';

const scaleKind = { group: 'autoscaling', version: 'v1', kind: 'Scale', schema: 'io.k8s.api.autoscaling.v1.Scale' };

const columns: readonly Column<Scale>[] = [
  column(
    'Desired',
    'integer',
    'replicas is the desired number of instances for the scaled object.',
    ({ spec }) => spec?.replicas ?? 0,
  ),
  column(
    'Available',
    'integer',
    'replicas is the actual number of observed instances of the scaled object.',
    ({ status }) => status?.replicas ?? 0,
  ),
  ageColumn(),
];

/** …/scale: the number of replicas of anything that has one, behind a common face. */
export function scaleHandler(engine: Engine): SubresourceHandler {
  return {
    ...scaleKind,
    columns: columns as Column[],
    get: ({ definition, namespace, name }) => scaleOf(definition, engine.get(definition, { namespace, name })),
    update: (call, body, options) => {
      const scale = decodeBody(engine.parts, scaleKind, body, options, call.caller) as Scale;
      if (scale.metadata) ensureName(scale, call.name);
      return change(engine, call, options, (current) => {
        const { uid, resourceVersion } = scale.metadata ?? {};
        return { replicas: scale.spec?.replicas ?? 0, uid, resourceVersion, current };
      });
    },
    patch: (call, body, options) =>
      options.type === 'apply' ? apply(engine, call, body, options) : patch(engine, call, body, options),
  };
}

function scaleOf(definition: ResourceDefinition, object: KubeObject): Scale {
  const { getReplicas, statusReplicas, selector } = definition.scale!;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const replicas = getReplicas(object);
  const labels = selector(object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas ? { replicas } : {},
    status: { replicas: statusReplicas(object), ...(labels && { selector: labels }) },
  };
}

/** Only the number of replicas can change through it. */
function strategy(definition: ResourceDefinition): UpdateStrategy {
  return {
    subresource: 'scale',
    allowCreate: false,
    confine: () => {},
    prepare: (draft, current, transaction) => definition.prepareForUpdate?.(draft, current, transaction),
    validate: (object, current, transaction) => definition.validateUpdate?.(object, current, transaction) ?? [],
    warnings: () => [],
  };
}

interface Wanted {
  readonly replicas: number;
  readonly uid?: string;
  readonly resourceVersion?: string;
}

async function change(
  engine: Engine,
  { caller, definition, namespace, name }: SubresourceCall,
  options: WriteOptions,
  want: (current: KubeObject) => Wanted,
  own?: (draft: KubeObject, current: KubeObject) => void,
): Promise<KubeObject> {
  const request = { parts: engine.parts, caller, definition, namespace, subresource: 'scale', options };
  const target = { definition, namespace, name, strategy: strategy(definition) };
  const { object } = await write(
    request,
    target,
    () => {},
    (current) => {
      if (!current) throw notFound(definition, name);
      const { replicas, uid, resourceVersion } = want(current);
      if (replicas < 0) {
        throw invalidObject({ group: 'autoscaling', kind: 'Scale' }, name, [
          invalid('spec.replicas', replicas, 'must be greater than or equal to 0'),
        ]);
      }
      const draft = clone(current);
      definition.scale!.setReplicas(draft, replicas);
      if (uid) draft.metadata.uid = uid;
      if (resourceVersion) draft.metadata.resourceVersion = resourceVersion;
      if (own) own(draft, current);
      else recordManager(request, draft, current);
      return draft;
    },
  );
  return scaleOf(definition, object);
}

function patch(engine: Engine, call: SubresourceCall, body: Body, options: PatchOptions): Promise<KubeObject> {
  return change(engine, call, options, (current) => {
    const scale = scaleOf(call.definition, current);
    const patched = applyTo(engine.parts, scaleKind.schema, scale, body, options);
    const shown = () => JSON.stringify(patched);
    const decoded = decodePatched(
      engine.parts,
      scaleKind,
      patched,
      shown,
      body.duplicates ?? [],
      options,
      call.caller,
    ) as Scale;
    ensureName(decoded, call.name);
    return { replicas: decoded.spec?.replicas ?? 0, resourceVersion: decoded.metadata.resourceVersion };
  });
}

/** Applied to the object behind the Scale, so that its managedFields tell who owns the number. */
function apply(engine: Engine, call: SubresourceCall, { value }: Body, options: PatchOptions): Promise<KubeObject> {
  const { definition, caller, name } = call;
  if (!isObject(value) || value.apiVersion !== 'autoscaling/v1' || value.kind !== 'Scale') {
    throw badRequest(`invalid object type: ${member(value, 'apiVersion') ?? '/'}, Kind=${member(value, 'kind') ?? ''}`);
  }
  const { object: scale } = { object: decodeBody(engine.parts, scaleKind, { value }, options, caller) as Scale };
  const replicas = scale.spec?.replicas ?? 0;
  const apiVersion = groupVersion(definition);
  return change(
    engine,
    call,
    options,
    () => ({ replicas }),
    (draft, current) => {
      const applied = applyPatch({
        schemas: engine.parts.schemas,
        schemaName: definition.schema,
        apiVersion,
        live: current,
        patch: { apiVersion, kind: definition.kind, metadata: { name }, spec: { replicas } } as KubeObject,
        manager: managerOf(options, caller),
        force: options.force ?? false,
        subresource: 'scale',
        time: timestamp(engine.clock),
      });
      keepAllBut(draft, applied, ['metadata']);
      setManagedFields(draft, applied.metadata.managedFields);
    },
  );
}
