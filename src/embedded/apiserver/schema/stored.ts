/**
 * The two files that scripts/generate-schemas.ts writes and Schemas.load reads. The first is needed for every request
 * and stays small; the second is read when somebody asks for OpenAPI documents.
 */

/** Where the files are, below the folder of the built program. */
export const structureFile = 'schemas.json';
export const documentationFile = 'schemas-documentation.json';

export interface StoredStructure {
  /** Differs where either file, or the code that makes OpenAPI documents of them, does. */
  readonly fingerprint: string;
  /** By OpenAPI name ("io.k8s.api.apps.v1.StatefulSet"). */
  readonly types: Readonly<Record<string, StoredStruct>>;
}

export interface StoredStruct {
  /** Server-side apply treats the struct as one value. */
  readonly atomic?: true;
  /**
   * Each field as words: its type, then what is special about it.
   *
   * Types: a scalar ("string", "int32", …), another type's name, "[]T" for lists, "{}T" for maps with string keys;
   * "<v1.Protocol>T" names the Go type where errors mention a name that cannot be derived.
   *
   * Words: "required"; "pointer" (of a struct or scalar: nil and zero differ); "kept" (written although empty);
   * "atomic", "granular", "set", "map=KEYS" (server-side apply); "atomicList" (said, without effect, of what is no list); "merge", "merge=KEY", "replace", "retainKeys"
   * (strategic merge patch); "default=JSON".
   */
  readonly fields: Readonly<Record<string, string>>;
}

export interface StoredDocumentation {
  /** Of structs and special types, by OpenAPI name. */
  readonly types: Readonly<Record<string, StoredDescription>>;
  /** Query parameters of each kind of operation ("list", "patch", …) and connecting subresource ("pods/exec"). */
  readonly parameters: Readonly<Record<string, readonly StoredParameter[]>>;
}

export interface StoredParameter {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean';
  readonly description: string;
}

export interface StoredDescription {
  readonly description: string;
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly union?: { readonly discriminator: string; readonly fields: Readonly<Record<string, string>> };
  readonly fields?: Readonly<Record<string, StoredFieldDescription>>;
}

export interface StoredFieldDescription {
  readonly description?: string;
  readonly enum?: readonly string[];
}

/** Named types that are not structs, by the word that stands for them. */
export const specialTypes = {
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  intOrString: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  time: 'io.k8s.apimachinery.pkg.apis.meta.v1.Time',
  microTime: 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime',
  raw: 'io.k8s.apimachinery.pkg.runtime.RawExtension',
  fields: 'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1',
  patch: 'io.k8s.apimachinery.pkg.apis.meta.v1.Patch',
  subresourceStatus: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceSubresourceStatus',
  json: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON',
  jsonOrArray: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray',
  jsonOrBool: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool',
  jsonOrStrings: 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray',
} as const;

export type SpecialType = keyof typeof specialTypes;
