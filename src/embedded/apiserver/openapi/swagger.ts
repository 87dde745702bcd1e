import type { SchemaObject } from './components.ts';

/** OpenAPI v2, in which older clients and parts of kubectl still read what kinds look like. */

export interface SwaggerSchema extends Omit<SchemaObject, 'allOf' | 'oneOf' | 'properties' | 'items'> {
  properties?: Record<string, SwaggerSchema>;
  items?: SwaggerSchema;
  additionalProperties?: SwaggerSchema;
}

export interface SwaggerDocument {
  readonly swagger: '2.0';
  readonly info: { readonly title: string; readonly version: string };
  /** Described by the third version alone. */
  readonly paths: Readonly<Record<string, never>>;
  readonly definitions: Readonly<Record<string, SwaggerSchema>>;
}

/** @param schemas of OpenAPI v3, by name */
export function swagger(schemas: Readonly<Record<string, SchemaObject>>): SwaggerDocument {
  const entries = Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: '1.33' },
    paths: {},
    definitions: Object.fromEntries(entries.map(([name, schema]) => [name, convert(schema)])),
  };
}

/** As upstream converts them: no defaults, references beside a description, and text for what may be of two types. */
function convert({ allOf, oneOf, default: _, ...schema }: SchemaObject): SwaggerSchema {
  const { $ref = allOf?.[0]?.$ref, properties, items, additionalProperties, ...rest } = schema;
  return {
    ...rest,
    ...(oneOf && { type: rest.type ?? 'string' }),
    ...($ref && { $ref: $ref.replace('#/components/schemas/', '#/definitions/') }),
    ...(properties && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, convert(each)])),
    }),
    ...(items && { items: convert(items) }),
    ...(additionalProperties && { additionalProperties: convert(additionalProperties) }),
  };
}

/** The same document in protocol buffers, which is how client-go wants it: gnostic's openapi.v2.Document. */
export function swaggerProtobuf({ swagger: version, info, definitions }: SwaggerDocument): Buffer {
  return message(
    text(1, version),
    field(2, message(text(1, info.title), text(2, info.version))),
    field(8, message()),
    field(9, named(definitions)),
  );
}

function named(schemas: Readonly<Record<string, SwaggerSchema>>): Buffer {
  return message(
    ...Object.entries(schemas).map(([name, schema]) => field(1, message(text(1, name), field(2, schemaBytes(schema))))),
  );
}

function schemaBytes(schema: SwaggerSchema): Buffer {
  const { $ref, format, description, required = [], additionalProperties, type, items, properties } = schema;
  const extensions = Object.entries(schema).filter(([name]) => name.startsWith('x-'));
  return message(
    text(1, $ref),
    text(2, format),
    text(4, description),
    ...required.map((name) => text(19, name)),
    ...(schema.enum ?? []).map((value) => field(20, yaml(value))),
    additionalProperties && field(21, message(field(1, schemaBytes(additionalProperties)))),
    type && field(22, message(text(1, type))),
    items && field(23, message(field(1, schemaBytes(items)))),
    properties && field(25, named(properties)),
    ...extensions.map(([name, value]) => field(31, message(text(1, name), field(2, yaml(value))))),
  );
}

/** A value of any type stands there as YAML, which JSON is. */
function yaml(value: unknown): Buffer {
  return message(text(2, `${JSON.stringify(value)}\n`));
}

function message(...fields: readonly (Buffer | undefined | '')[]): Buffer {
  return Buffer.concat(fields.filter((each) => Buffer.isBuffer(each)));
}

function text(number: number, value: string | undefined): Buffer | undefined {
  return value ? field(number, Buffer.from(value)) : undefined;
}

function field(number: number, value: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
