import { badRequest } from '../../../kubernetes/errors.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import type { Clock } from '../../clock.ts';
import type { ListResult } from '../engine/list.ts';
import { groupVersion } from '../registry.ts';
import type { ResourceDefinition } from '../resource.ts';
import { errorBody, invalid } from '../validation/field.ts';
import type { Encoder } from './encoding.ts';
import type { Exchange } from './exchange.ts';
import type { Format } from './negotiation.ts';
import { text } from './query.ts';
import { type IncludeObject, type ListMeta, partialMetadata, table } from './tables.ts';

const endOfList = Buffer.from(']}\n');

/** Writes objects and lists as the client wants them: themselves, their metadata alone, or a table. */
export class ObjectAnswers {
  readonly #encoder: Encoder;
  readonly #clock: Clock;

  constructor(encoder: Encoder, clock: Clock) {
    this.#encoder = encoder;
    this.#clock = clock;
  }

  /** @throws ApiError NotAcceptable, BadRequest */
  async object(
    exchange: Exchange,
    code: number,
    definition: ResourceDefinition,
    object: KubeObject,
    format: Format = exchange.format(),
  ): Promise<void> {
    if (format.as) {
      await exchange.sendValue(code, this.#converted(exchange, definition, object, format), format);
    } else if (format.type === 'yaml' || format.pretty) {
      const { kind, apiVersion, metadata, ...rest } = object;
      await exchange.sendValue(code, { kind, apiVersion, metadata, ...rest }, format);
    } else {
      await exchange.sendJson(code, this.#encoder.object(object));
    }
  }

  /** @throws ApiError NotAcceptable, BadRequest */
  async list(
    exchange: Exchange,
    definition: ResourceDefinition,
    result: ListResult,
    format: Format = exchange.format(),
  ): Promise<void> {
    const { items, ...listMeta } = result;
    const metadata: ListMeta = {
      resourceVersion: listMeta.resourceVersion,
      ...(listMeta.continue && { continue: listMeta.continue }),
      ...(listMeta.remainingItemCount && { remainingItemCount: listMeta.remainingItemCount }),
    };
    const kind = `${definition.kind}List`;
    const apiVersion = groupVersion(definition);
    if (format.as?.kind === 'Table') {
      await exchange.sendValue(200, this.#table(exchange, definition, items, metadata, format), format);
    } else if (format.as) {
      const { version } = format.as;
      const value = {
        kind: 'PartialObjectMetadataList',
        apiVersion: `meta.k8s.io/${version}`,
        metadata,
        items: items.map((object) => partialMetadata(object, version)),
      };
      await exchange.sendValue(200, value, format);
    } else {
      const head = `{"kind":"${kind}","apiVersion":"${apiVersion}","metadata":${JSON.stringify(metadata)},"items":[`;
      const whole = [Buffer.from(head), this.#encoder.items(items), endOfList];
      if (format.type === 'yaml' || format.pretty) {
        await exchange.sendValue(200, JSON.parse(Buffer.concat(whole).toString()) as object, format);
      } else {
        await exchange.sendJsonParts(200, whole);
      }
    }
  }

  #converted(exchange: Exchange, definition: ResourceDefinition, object: KubeObject, format: Format): object {
    const { kind, version } = format.as!;
    if (kind === 'Table') {
      const { resourceVersion } = object.metadata;
      return this.#table(exchange, definition, [object], resourceVersion ? { resourceVersion } : {}, format);
    }
    if (kind === 'PartialObjectMetadata') return partialMetadata(object, version);
    throw new ApiError(
      406,
      'NotAcceptable',
      `you requested PartialObjectMetadataList, but the requested object is not a list (*${definition.group.split('.')[0] || 'core'}.${definition.kind})`,
    );
  }

  #table(
    exchange: Exchange,
    definition: ResourceDefinition,
    objects: readonly KubeObject[],
    metadata: ListMeta,
    format: Format,
  ): object {
    return table(definition, objects, metadata, {
      version: format.as!.version,
      includeObject: includeObject(exchange),
      headers: true,
      now: this.#clock.now(),
    });
  }
}

/** What the rows of a table are to carry. @throws ApiError BadRequest */
export function includeObject(exchange: Exchange): IncludeObject {
  const wanted = text(exchange.query, 'includeObject') || 'Metadata';
  if (wanted === 'None' || wanted === 'Metadata' || wanted === 'Object') return wanted;
  const problem = errorBody(invalid('includeObject', wanted, "must be 'Metadata', 'Object', 'None', or empty"));
  throw badRequest(`Unable to convert to Table as requested: includeObject: ${problem}`);
}
