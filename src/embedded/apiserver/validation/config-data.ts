import { byteLength, isConfigMapKey, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { ConfigMap, Secret } from '../../../kubernetes/objects.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { parseJson } from '../schema/json-text.ts';
import { semanticEqual, validateImmutable } from './equality.ts';
import { type FieldError, forbidden, invalid, invalidEach, required, tooLong } from './field.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

/** ConfigMaps and Secrets (pkg/apis/core/validation). */

/** Of all values together, in bytes. */
const maxSize = 1024 * 1024;

const immutableMessage = 'field is immutable when `immutable` is set';

/** What must be there in Secrets of each type, and in which form. */
const secretTypes: Readonly<Record<string, (secret: Secret) => FieldError[]>> = {
  'kubernetes.io/service-account-token': ({ metadata }) => {
    const name = 'kubernetes.io/service-account.name';
    return metadata.annotations?.[name] ? [] : [required(`metadata.annotations[${name}]`)];
  },
  'kubernetes.io/dockercfg': ({ data }) => validateJson(data, '.dockercfg'),
  'kubernetes.io/dockerconfigjson': ({ data }) => validateJson(data, '.dockerconfigjson'),
  'kubernetes.io/basic-auth': ({ data = {} }) =>
    'username' in data || 'password' in data ? [] : [required('data[username]'), required('data[password]')],
  'kubernetes.io/ssh-auth': ({ data = {} }) => (data['ssh-privatekey'] ? [] : [required('data[ssh-privatekey]')]),
  'kubernetes.io/tls': ({ data = {} }) =>
    ['tls.crt', 'tls.key'].filter((key) => !(key in data)).map((key) => required(`data[${key}]`)),
};

export function validateSecret(secret: Secret): FieldError[] {
  const { metadata, data, type = '' } = secret;
  const errors = [
    ...validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateKeys(data, 'data'),
  ];
  if (size(data, decodedLength) > maxSize) errors.push(tooLong('data', maxSize));
  return Object.hasOwn(secretTypes, type) ? [...errors, ...secretTypes[type]!(secret)] : errors;
}

export function validateSecretUpdate(secret: Secret, current: Secret): FieldError[] {
  return [
    ...validateObjectMetaUpdate(secret.metadata, current.metadata),
    ...validateImmutable('string', secret.type ?? '', current.type ?? '', 'type'),
    ...validateUnchanged(secret, current, ['data']),
    ...validateSecret(secret),
  ];
}

export function validateConfigMap({ metadata, data, binaryData }: ConfigMap): FieldError[] {
  const errors = validateObjectMeta(metadata, { namespaced: true, validateName: nameIsDNSSubdomain });
  for (const key in data) {
    errors.push(...invalidEach(`data[${key}]`, key, isConfigMapKey(key)));
    if (binaryData && Object.hasOwn(binaryData, key)) {
      errors.push(invalid(`data[${key}]`, key, 'duplicate of key present in binaryData'));
    }
  }
  errors.push(...validateKeys(binaryData, 'binaryData'));
  // The error is about the whole object, which upstream calls so.
  if (size(data, byteLength) + size(binaryData, decodedLength) > maxSize) errors.push(tooLong('[]', maxSize));
  return errors;
}

export function validateConfigMapUpdate(config: ConfigMap, current: ConfigMap): FieldError[] {
  return [
    ...validateObjectMetaUpdate(config.metadata, current.metadata),
    ...validateUnchanged(config, current, ['data', 'binaryData']),
    ...validateConfigMap(config),
  ];
}

type Config = Pick<ConfigMap, 'immutable' | 'data' | 'binaryData'>;

function validateUnchanged(config: Config, current: Config, fields: readonly ('data' | 'binaryData')[]): FieldError[] {
  if (!current.immutable) return [];
  const errors = config.immutable ? [] : [forbidden('immutable', immutableMessage)];
  const changed = fields.filter((field) => !semanticEqual(config[field] ?? {}, current[field] ?? {}));
  return [...errors, ...changed.map((field) => forbidden(field, immutableMessage))];
}

function validateKeys(data: Readonly<Record<string, string>> | undefined, path: string): FieldError[] {
  return Object.keys(data ?? {}).flatMap((key) => invalidEach(`${path}[${key}]`, key, isConfigMapKey(key)));
}

function validateJson(data: Readonly<Record<string, string>> = {}, key: string): FieldError[] {
  const path = `data[${key}]`;
  if (!Object.hasOwn(data, key)) return [required(path)];
  const problem = jsonObjectProblem(Buffer.from(data[key]!, 'base64').toString());
  return problem === undefined ? [] : [invalid(path, '<secret contents redacted>', problem)];
}

/** Why a text is no JSON object, in the words of Go's encoding/json. */
function jsonObjectProblem(text: string): string | undefined {
  let value: unknown;
  try {
    value = parseJson(text).value;
  } catch (error) {
    if (error instanceof ApiError) return error.status.message;
    throw error;
  }
  if (value === null || (typeof value === 'object' && !Array.isArray(value))) return undefined;
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  return `json: cannot unmarshal ${kind} into Go value of type map[string]interface {}`;
}

function size(data: Readonly<Record<string, string>> | undefined, length: (value: string) => number): number {
  return Object.values(data ?? {}).reduce((sum, value) => sum + length(value), 0);
}

/** In bytes, of a value in base64. */
function decodedLength(value: string): number {
  return Buffer.byteLength(value, 'base64');
}
