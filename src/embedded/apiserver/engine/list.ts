import { badRequest, expired as resourceExpired } from '../../../kubernetes/errors.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import { CompactedError } from '../../storage/store.ts';
import { storageResource } from '../registry.ts';
import type { ResourceDefinition } from '../resource.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { parseResourceVersion, tooLargeResourceVersion, validateListOptions } from './list-options.ts';
import type { EngineParts } from './parts.ts';
import type { ListOptions } from './request.ts';
import { select } from './selection.ts';

export interface ListResult {
  /** The same array for the same state and limit where nothing was selected: responses can be cached by it. */
  readonly items: readonly KubeObject[];
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

const expired = 'The resourceVersion for the provided list is too old.';
const inconsistent =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or ' +
  'deleted between the time the first chunk was returned and now may show up in the list.';

/**
 * @param namespace all of them where absent; ignored for cluster-scoped kinds.
 * @throws ApiError BadRequest, Invalid, Expired (410), Timeout (504) for a revision that is yet to come.
 */
export function list(
  parts: EngineParts,
  definition: ResourceDefinition,
  namespace: string | undefined,
  options: ListOptions = {},
): ListResult {
  const { registry, store } = parts;
  validateListOptions(options);
  const selection = select(definition, options);
  const scope = definition.namespaced ? (namespace ?? selection.namespace) : undefined;
  const { revision, after } = startOf(parts, definition, options);
  const stored = read(parts, definition, scope, revision, options, after);
  const limit = options.limit && options.limit > 0 && options.resourceVersion !== '0' ? options.limit : 0;
  const resourceVersion = String(revision ?? store.revision);
  if (selection.all && !after) {
    if (!limit || stored.length <= limit) return { items: registry.serveAll(definition, stored), resourceVersion };
    return {
      items: registry.serveFirst(definition, stored, limit),
      continue: tokenAfter(stored[limit - 1]!, resourceVersion),
      remainingItemCount: stored.length - limit,
      resourceVersion,
    };
  }
  const items: KubeObject[] = [];
  for (let i = after ? indexAfter(stored, after) : 0; i < stored.length; i++) {
    if (limit && items.length === limit) {
      const token = tokenAfter(stored[i - 1]!, resourceVersion);
      const remaining = selection.all && { remainingItemCount: stored.length - i };
      return { items, continue: token, ...remaining, resourceVersion };
    }
    const object = registry.serve(definition, stored[i]!);
    if (selection.matches(object)) items.push(object);
  }
  return { items, resourceVersion };
}

function tokenAfter({ metadata: { namespace = '', name } }: KubeObject, resourceVersion: string): string {
  return encodeContinue({ revision: Number(resourceVersion), after: { namespace, name } });
}

/** The revision to show (the newest where absent) and the object to go on after. */
function startOf(parts: EngineParts, definition: ResourceDefinition, options: ListOptions) {
  if (options.continue) {
    const token = decodeContinue(options.continue, definition.namespaced);
    if (options.resourceVersion && options.resourceVersion !== '0') {
      throw badRequest('specifying resource version is not allowed when using continue');
    }
    if (token.revision > parts.store.revision) throw tooLargeResourceVersion(token.revision, parts.store.revision);
    return { revision: token.revision > 0 ? token.revision : undefined, after: token.after };
  }
  const wanted = parseResourceVersion(options.resourceVersion, 'invalid resource version: ');
  if (!wanted) return {};
  if (wanted > parts.store.revision) throw tooLargeResourceVersion(wanted, parts.store.revision);
  const exact = options.resourceVersionMatch === 'Exact' || (!options.resourceVersionMatch && !!options.limit);
  return exact ? { revision: wanted } : {};
}

function read(
  { store }: EngineParts,
  definition: ResourceDefinition,
  namespace: string | undefined,
  revision: number | undefined,
  options: ListOptions,
  after: { readonly namespace: string; readonly name: string } | undefined,
): readonly KubeObject[] {
  const resource = storageResource(definition);
  if (revision === undefined) return store.list(resource, namespace);
  try {
    return store.listAt(revision, resource, namespace);
  } catch (error) {
    if (!(error instanceof CompactedError)) throw error;
    if (!options.continue) throw resourceExpired(expired);
    const failure = resourceExpired(inconsistent);
    failure.status.metadata.continue = encodeContinue({ revision: -1, after: after! });
    throw failure;
  }
}

/** Objects stand in order of namespace and name. */
function indexAfter(objects: readonly KubeObject[], after: { readonly namespace: string; readonly name: string }) {
  let low = 0;
  let high = objects.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const { namespace = '', name } = objects[middle]!.metadata;
    if (namespace < after.namespace || (namespace === after.namespace && name <= after.name)) low = middle + 1;
    else high = middle;
  }
  return low;
}
