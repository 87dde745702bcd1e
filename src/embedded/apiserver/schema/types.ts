import { type SpecialType, type StoredStructure, specialTypes } from './stored.ts';

/** The types of the Kubernetes API as Go has them, with what patches and server-side apply need to know. */
export type Type = ScalarType | ListType | MapType | StructType;

export type ScalarName = 'string' | 'bytes' | 'int32' | 'int64' | 'double' | 'boolean' | SpecialType;

export interface ScalarType {
  readonly kind: 'scalar';
  readonly scalar: ScalarName;
  /** As Go prints the type: "int32", "v1.PullPolicy", "[]uint8". */
  readonly go: string;
}

export interface ListType {
  readonly kind: 'list';
  readonly items: Type;
  readonly go: string;
  /** Server-side apply: one value, a set of scalars, or structs told apart by `keys`. */
  readonly relation: 'atomic' | 'set' | 'map';
  readonly keys: readonly string[];
  /** False for the few lists whose relation is atomic only because nothing says otherwise. */
  readonly stated: boolean;
}

/** Keys are strings. */
export interface MapType {
  readonly kind: 'map';
  readonly values: Type;
  readonly go: string;
  /** Server-side apply treats the map as one value. */
  readonly atomic: boolean;
}

export interface Field {
  readonly name: string;
  readonly type: Type;
  readonly required: boolean;
  /** Go holds a pointer: absent and zero differ. */
  readonly pointer: boolean;
  /** Written although empty. */
  readonly kept: boolean;
  /** For structs and maps: server-side apply treats this field as one value. */
  readonly atomic: boolean;
  /** Whether `atomic` was said of this field instead of its type. */
  readonly relation: 'atomic' | 'granular' | undefined;
  /** OpenAPI documents call it an atomic list although it is none. */
  readonly atomicList: boolean;
  /** Strategic merge patch. */
  readonly patchStrategies: readonly ('merge' | 'replace' | 'retainKeys')[];
  readonly mergeKey: string | undefined;
  /** Of scalars: what an absent field means, by the OpenAPI documents. */
  readonly default: string | number | boolean | undefined;
}

/** A struct type; its fields are read from the stored words when first needed. */
export class StructType {
  readonly kind = 'struct';
  /** "io.k8s.api.core.v1.Container" */
  readonly name: string;
  /** "v1.Container" */
  readonly go: string;
  /** Server-side apply treats the struct as one value, unless a field says otherwise. */
  readonly atomic: boolean;
  #fields: ReadonlyMap<string, Field> | undefined;
  #written: readonly Field[] | undefined;
  readonly #read: () => ReadonlyMap<string, Field>;

  constructor(name: string, atomic: boolean, read: () => ReadonlyMap<string, Field>) {
    this.name = name;
    this.go = name.split('.').slice(-2).join('.');
    this.atomic = atomic;
    this.#read = read;
  }

  get fields(): ReadonlyMap<string, Field> {
    this.#fields ??= this.#read();
    return this.#fields;
  }

  /** Fields that are written whether or not they were set. */
  get alwaysWritten(): readonly Field[] {
    this.#written ??= [...this.fields.values()].filter(
      ({ type, kept, pointer }) => kept || (!pointer && (type.kind === 'struct' || isValue(type))),
    );
    return this.#written;
  }

  /** "Container" */
  get shortName(): string {
    return this.name.slice(this.name.lastIndexOf('.') + 1);
  }
}

/** All struct types of a stored structure, by name. */
export function readTypes(stored: StoredStructure): ReadonlyMap<string, StructType> {
  const types = new Map<string, StructType>();
  for (const [name, { atomic = false, fields }] of Object.entries(stored.types)) {
    const read = () => new Map(Object.entries(fields).map(([field, words]) => [field, readField(field, words, types)]));
    types.set(name, new StructType(name, atomic, read));
  }
  return types;
}

function readField(name: string, text: string, types: ReadonlyMap<string, StructType>): Field {
  const [expression = '', ...words] = text.split(' ');
  const value = (word: string) => words.find((other) => other.startsWith(`${word}=`))?.slice(word.length + 1);
  const mergeKey = value('merge');
  const stored = value('default');
  const keys = value('map')?.split(',') ?? [];
  const relation = words.includes('set') ? 'set' : keys.length > 0 ? 'map' : 'atomic';
  const stated = relation !== 'atomic' || words.includes('atomic');
  const type = readType(expression, types, { relation, keys, stated }, words.includes('atomic'));
  const said =
    type.kind === 'list' ? undefined : (['atomic', 'granular'] as const).find((word) => words.includes(word));
  return {
    name,
    type,
    required: words.includes('required'),
    pointer: words.includes('pointer'),
    kept: words.includes('kept'),
    atomic: said === undefined ? type.kind === 'struct' && type.atomic : said === 'atomic',
    relation: said,
    atomicList: words.includes('atomicList'),
    patchStrategies: [
      ...(mergeKey !== undefined || words.includes('merge') ? (['merge'] as const) : []),
      ...(['replace', 'retainKeys'] as const).filter((word) => words.includes(word)),
    ],
    mergeKey,
    default: stored === undefined ? undefined : (JSON.parse(stored) as string | number | boolean),
  };
}

const goScalars: Readonly<Record<ScalarName, string>> = {
  string: 'string',
  bytes: '[]uint8',
  int32: 'int32',
  int64: 'int64',
  double: 'float64',
  boolean: 'bool',
  quantity: 'resource.Quantity',
  intOrString: 'intstr.IntOrString',
  time: 'v1.Time',
  microTime: 'v1.MicroTime',
  raw: 'runtime.RawExtension',
  fields: 'v1.FieldsV1',
  patch: 'v1.Patch',
  subresourceStatus: 'v1.CustomResourceSubresourceStatus',
  json: 'v1.JSON',
  jsonOrArray: 'v1.JSONSchemaPropsOrArray',
  jsonOrBool: 'v1.JSONSchemaPropsOrBool',
  jsonOrStrings: 'v1.JSONSchemaPropsOrStringArray',
};

/** @param list how the outermost list merges; inner lists are atomic. */
function readType(
  expression: string,
  types: ReadonlyMap<string, StructType>,
  list: Pick<ListType, 'relation' | 'keys' | 'stated'>,
  atomic: boolean,
): Type {
  const named = expression.match(/^<(.+?)>(.*)$/);
  if (named) return { ...readType(named[2]!, types, list, atomic), go: named[1]! } as Type;
  const rest = expression.slice(2);
  if (expression.startsWith('[]')) {
    const items = readType(rest, types, { relation: 'atomic', keys: [], stated: false }, false);
    return { kind: 'list', items, go: `[]${items.go}`, ...list };
  }
  if (expression.startsWith('{}')) {
    const values = readType(rest, types, { relation: 'atomic', keys: [], stated: false }, false);
    return { kind: 'map', values, go: `map[string]${values.go}`, atomic };
  }
  const struct = types.get(expression);
  if (struct) return struct;
  if (!Object.hasOwn(goScalars, expression)) throw new Error(`Unknown type "${expression}" in the stored schemas.`);
  const scalar = expression as ScalarName;
  return { kind: 'scalar', scalar, go: goScalars[scalar] };
}

/** A named type that Go holds as a struct: when not a pointer it is never empty. */
function isValue(type: Type): boolean {
  return type.kind === 'scalar' && Object.hasOwn(specialTypes, type.scalar);
}
