import { badRequest } from '../../../kubernetes/errors.ts';
import { goQuote } from '../../../kubernetes/go-format.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import { isObject } from '../json.ts';
import { DecodeError, Decoder, type DecodeSource } from './decoder.ts';
import type { Schemas } from './schemas.ts';

export { type ParsedText, parseJson } from './json-text.ts';
export { parseYaml } from './yaml-text.ts';

/**
 * Turns a JSON value into what the Go types of Kubernetes would hold and write again: unknown fields are dropped, empty
 * fields too where Go omits them, zeros appear where Go writes them (`creationTimestamp: null`, `resources: {}`), and
 * quantities, times and bytes take their canonical form. The result shares nothing with `value`.
 *
 * @param schemaName OpenAPI name of the expected type: "io.k8s.api.apps.v1.StatefulSet".
 * @param duplicates what parseJson or parseYaml found, to be complained of where the schema has the field.
 * @param source "strategic-merge-patch" for the result of such a patch, which upstream converts without going through
 *   JSON: its errors have other words, and whole floats and overflowing integers pass.
 * @returns the object and what strict decoding complains of, in upstream's words: `unknown field "spec.foo"`.
 * @throws ApiError BadRequest when a value has the wrong type: "StatefulSet in version "v1" cannot be handled as …".
 */
export function decode(
  schemas: Schemas,
  schemaName: string,
  value: unknown,
  duplicates: readonly string[] = [],
  source: DecodeSource = 'json',
): { object: KubeObject; complaints: string[] } {
  const type = schemas.type(schemaName);
  try {
    const decoder = new Decoder(duplicates, source);
    const object = decoder.root(type, value) as unknown as KubeObject;
    return { object, complaints: decoder.complaints };
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    const given = isObject(value) ? value : {};
    const kind = typeof given.kind === 'string' && given.kind !== '' ? given.kind : type.shortName;
    const apiVersion = typeof given.apiVersion === 'string' && given.apiVersion !== '' ? given.apiVersion : type.go;
    const version = apiVersion.slice(apiVersion.indexOf('/') + 1).split('.')[0]!;
    throw badRequest(
      `${kind} in version ${goQuote(version)} cannot be handled as a ${type.shortName}: ${error.message}`,
    );
  }
}
