import { methodNotAllowed } from '../../../kubernetes/errors.ts';
import { notFound } from '../failures.ts';
import type { VirtualResource } from '../virtual/resource.ts';
import type { BodyReader } from './bodies.ts';
import type { Exchange } from './exchange.ts';
import type { ObjectAnswers } from './object-answers.ts';
import { writeOptions } from './query.ts';
import type { RequestInfo } from './request-info.ts';
import { requireVerb } from './resource-routes.ts';

/** Serves resources of which nothing is stored. */
export async function serveVirtual(
  exchange: Exchange,
  { definition, create, list }: VirtualResource,
  { verb, resource }: RequestInfo,
  answers: ObjectAnswers,
  bodies: BodyReader,
): Promise<void> {
  const { namespace, name } = resource!;
  requireVerb(definition, verb);
  const format = exchange.format(list ? 'object' : 'value');
  if (verb === 'create' && create && !name && (namespace || !definition.namespaced)) {
    const body = await bodies.object(exchange, definition);
    const options = writeOptions(exchange.query, 'CreateOptions');
    return exchange.sendValue(201, await create(exchange, namespace, body, options), format);
  }
  if (verb === 'list' && list) {
    return answers.list(exchange, definition, { items: list(), resourceVersion: '' }, format);
  }
  if (verb === 'get' && list) {
    const found = list().find(({ metadata }) => metadata.name === name);
    if (!found) throw notFound(definition, name);
    return answers.object(exchange, 200, definition, found, format);
  }
  throw methodNotAllowed();
}
