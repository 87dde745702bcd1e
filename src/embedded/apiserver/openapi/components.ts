import type { Schemas } from '../schema/schemas.ts';
import { type StoredDocumentation, type StoredFieldDescription, specialTypes } from '../schema/stored.ts';
import type { Field, ScalarName, ScalarType, StructType, Type } from '../schema/types.ts';

/** A schema of OpenAPI 3.0, with Kubernetes' extensions. */
export interface SchemaObject {
  description?: string;
  type?: string;
  format?: string;
  default?: unknown;
  enum?: readonly string[];
  required?: readonly string[];
  properties?: Record<string, SchemaObject>;
  items?: SchemaObject;
  additionalProperties?: SchemaObject;
  allOf?: readonly Reference[];
  oneOf?: readonly SchemaObject[];
  $ref?: string;
  [extension: `x-kubernetes-${string}`]: unknown;
}

export interface Reference {
  readonly $ref: string;
}

export function reference(name: string): Reference {
  return { $ref: `#/components/schemas/${name}` };
}

const metaNames = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Kinds that every API group has under its own name. */
const sharedKinds: Readonly<Record<string, string>> = {
  [`${metaNames}.DeleteOptions`]: 'DeleteOptions',
  [`${metaNames}.WatchEvent`]: 'WatchEvent',
};

/** Kinds of no group that are served all the same. */
const metaKinds: Readonly<Record<string, string>> = {
  [`${metaNames}.APIGroup`]: 'APIGroup',
  [`${metaNames}.APIGroupList`]: 'APIGroupList',
  [`${metaNames}.APIResourceList`]: 'APIResourceList',
  [`${metaNames}.APIVersions`]: 'APIVersions',
  [`${metaNames}.Status`]: 'Status',
};

/** Everything upstream's scheme has ever served: these two kinds are registered in each of them. */
const registeredVersions = `
  v1 admission.k8s.io/v1 admission.k8s.io/v1beta1 admissionregistration.k8s.io/v1 admissionregistration.k8s.io/v1alpha1
  admissionregistration.k8s.io/v1beta1 apiextensions.k8s.io/v1 apiextensions.k8s.io/v1beta1 apiregistration.k8s.io/v1
  apiregistration.k8s.io/v1beta1 apps/v1 apps/v1beta1 apps/v1beta2 authentication.k8s.io/v1
  authentication.k8s.io/v1alpha1 authentication.k8s.io/v1beta1 authorization.k8s.io/v1 authorization.k8s.io/v1beta1
  autoscaling/v1 autoscaling/v2 autoscaling/v2beta1 autoscaling/v2beta2 batch/v1 batch/v1beta1 certificates.k8s.io/v1
  certificates.k8s.io/v1alpha1 certificates.k8s.io/v1beta1 coordination.k8s.io/v1 coordination.k8s.io/v1alpha2
  coordination.k8s.io/v1beta1 discovery.k8s.io/v1 discovery.k8s.io/v1beta1 events.k8s.io/v1 events.k8s.io/v1beta1
  extensions/v1beta1 flowcontrol.apiserver.k8s.io/v1 flowcontrol.apiserver.k8s.io/v1beta1
  flowcontrol.apiserver.k8s.io/v1beta2 flowcontrol.apiserver.k8s.io/v1beta3 imagepolicy.k8s.io/v1alpha1
  internal.apiserver.k8s.io/v1alpha1 networking.k8s.io/v1 networking.k8s.io/v1alpha1 networking.k8s.io/v1beta1
  node.k8s.io/v1 node.k8s.io/v1alpha1 node.k8s.io/v1beta1 policy/v1 policy/v1beta1 rbac.authorization.k8s.io/v1
  rbac.authorization.k8s.io/v1alpha1 rbac.authorization.k8s.io/v1beta1 resource.k8s.io/v1alpha3 resource.k8s.io/v1beta1
  resource.k8s.io/v1beta2 scheduling.k8s.io/v1 scheduling.k8s.io/v1alpha1 scheduling.k8s.io/v1beta1 storage.k8s.io/v1
  storage.k8s.io/v1alpha1 storage.k8s.io/v1beta1 storagemigration.k8s.io/v1alpha1
`;

/** Writes types as the schemas of OpenAPI documents. */
export class Components {
  readonly #schemas: Schemas;
  readonly #documentation: StoredDocumentation['types'];

  constructor(schemas: Schemas, documentation: StoredDocumentation['types']) {
    this.#schemas = schemas;
    this.#documentation = documentation;
  }

  /** The named types and all they refer to, by name, sorted. */
  closure(names: Iterable<string>): Record<string, SchemaObject> {
    const found = new Map<string, SchemaObject>();
    const waiting = [...names];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (found.has(name)) continue;
      const schema = this.#schemaOf(name, waiting);
      if (schema) found.set(name, schema);
    }
    return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** @param referred gets the names of types that the schema refers to. */
  #schemaOf(name: string, referred: string[]): SchemaObject | undefined {
    const documented = this.#documentation[name];
    const description = documented?.description ? { description: documented.description } : {};
    if (!this.#schemas.has(name)) {
      const special = specialSchemas.get(name);
      return special && { ...description, ...special };
    }
    const type = this.#schemas.type(name);
    const properties: Record<string, SchemaObject> = {};
    for (const field of type.fields.values()) {
      properties[field.name] = property(field, documented?.fields?.[field.name] ?? {}, referred);
    }
    const required = [...type.fields.values()].filter((field) => field.required).map((field) => field.name);
    const union = documented?.union;
    return {
      ...description,
      type: 'object',
      ...(required.length > 0 && { required }),
      ...(type.fields.size > 0 && { properties }),
      ...kinds(name, documented),
      ...(type.atomic && { 'x-kubernetes-map-type': 'atomic' }),
      ...(union && {
        'x-kubernetes-unions': [{ discriminator: union.discriminator, 'fields-to-discriminateBy': union.fields }],
      }),
    };
  }
}

function kinds(name: string, documented: { apiVersion?: string; kind?: string } | undefined): SchemaObject {
  const kind = sharedKinds[name] ?? metaKinds[name] ?? documented?.kind;
  if (kind === undefined) return {};
  const versions = name in sharedKinds ? registeredVersions.trim().split(/\s+/) : [documented?.apiVersion ?? 'v1'];
  return {
    'x-kubernetes-group-version-kind': versions.map((apiVersion) => {
      const [version = '', group = ''] = apiVersion.split('/').reverse();
      return { group, kind, version };
    }),
  };
}

function property(field: Field, documented: StoredFieldDescription, referred: string[]): SchemaObject {
  const { type, pointer } = field;
  const description = documented.description ? { description: documented.description } : {};
  const strategies = field.patchStrategies.join(',');
  const patch: SchemaObject = {
    ...(field.mergeKey !== undefined && { 'x-kubernetes-patch-merge-key': field.mergeKey }),
    ...(strategies !== '' && { 'x-kubernetes-patch-strategy': strategies }),
  };
  const relation: SchemaObject = {
    ...(field.relation && { 'x-kubernetes-map-type': field.relation }),
    ...(field.atomicList && { 'x-kubernetes-list-type': 'atomic' }),
  };
  const name = referenceOf(type);
  if (name !== undefined) {
    referred.push(name);
    const fallback = type.kind === 'struct' && !pointer ? { default: {} } : {};
    if (!documented.description && type.kind !== 'struct') return { ...reference(name), ...patch };
    if (!documented.description && pointer) return { ...reference(name), ...patch };
    return { ...description, ...fallback, allOf: [reference(name)], ...relation, ...patch };
  }
  const fallback = field.default === undefined ? {} : { default: field.default };
  return { ...description, ...inline(type, documented.enum, referred), ...fallback, ...relation, ...patch };
}

/** The schema of a type without a name. */
function inline(type: Type, values: readonly string[] | undefined, referred: string[]): SchemaObject {
  switch (type.kind) {
    case 'scalar':
      return { ...scalarSchemas.get(type.scalar), ...(values && { enum: values }) };
    case 'list':
      return {
        type: 'array',
        items: element(type.items, values, referred),
        ...(type.keys.length > 0 && { 'x-kubernetes-list-map-keys': type.keys }),
        ...(type.stated && { 'x-kubernetes-list-type': type.relation }),
      };
    case 'map':
      return { type: 'object', additionalProperties: element(type.values, values, referred) };
    case 'struct':
      throw new Error(`${type.name} has a name.`);
  }
}

/** The schema of what a list or map holds. */
function element(type: Type, values: readonly string[] | undefined, referred: string[]): SchemaObject {
  const name = referenceOf(type);
  if (name !== undefined) {
    referred.push(name);
    return type.kind === 'struct' ? { default: {}, allOf: [reference(name)] } : { ...reference(name) };
  }
  const fallback = type.kind === 'scalar' ? zeros.get(type.scalar) : undefined;
  return { ...inline(type, values, referred), ...(fallback !== undefined && { default: fallback }) };
}

function referenceOf(type: Type): string | undefined {
  if (type.kind === 'struct') return (type as StructType).name;
  if (type.kind !== 'scalar') return undefined;
  const { scalar } = type as ScalarType;
  return Object.hasOwn(specialTypes, scalar) ? specialTypes[scalar as keyof typeof specialTypes] : undefined;
}

const zeros = new Map<ScalarName, unknown>([
  ['string', ''],
  ['int32', 0],
  ['int64', 0],
  ['boolean', false],
]);

const scalarSchemas = new Map<ScalarName, SchemaObject>([
  ['string', { type: 'string' }],
  ['bytes', { type: 'string', format: 'byte' }],
  ['int32', { type: 'integer', format: 'int32' }],
  ['int64', { type: 'integer', format: 'int64' }],
  ['double', { type: 'number', format: 'double' }],
  ['boolean', { type: 'boolean' }],
]);

const specialSchemas = new Map<string, SchemaObject>([
  [specialTypes.quantity, { oneOf: [{ type: 'string' }, { type: 'number' }] }],
  [specialTypes.intOrString, { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] }],
  [specialTypes.time, { type: 'string', format: 'date-time' }],
  [specialTypes.microTime, { type: 'string', format: 'date-time' }],
  [specialTypes.raw, { type: 'object' }],
  [specialTypes.fields, { type: 'object' }],
  [specialTypes.patch, { type: 'object' }],
  [specialTypes.subresourceStatus, { type: 'object' }],
  [specialTypes.json, {}],
  [specialTypes.jsonOrArray, {}],
  [specialTypes.jsonOrBool, {}],
  [specialTypes.jsonOrStrings, {}],
]);
