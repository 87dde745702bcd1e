import { badRequest, expired as resourceExpired } from '../../../kubernetes/errors.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import { CompactedError } from '../../storage/store.ts';
import { storageResource } from '../registry.ts';
import type { ResourceDefinition } from '../resource.ts';
import { decodeContinue, encodeContinue } from './continue-token.ts';
import { parseResourceVersion, tooLargeResourceVersion, validateListOptions } from './list-options.ts';
import type { EngineParts } from './parts.ts';
import type { ListOptions } from './request.ts';
import { type Selection, select } from './selection.ts';

export interface ListResult {
  /** The same array for the same state where nothing was selected: responses can be cached by it. */
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
  validateListOptions(options);
  const selection = select(definition, options);
  const scope = definition.namespaced ? (namespace ?? selection.namespace) : undefined;
  const { revision, after } = startOf(parts, definition, options);
  const stored = read(parts, definition, scope, revision, options, after);
  const limit = options.limit && options.limit > 0 && options.resourceVersion !== '0' ? options.limit : 0;
  const resourceVersion = String(revision ?? parts.store.revision);
  if (selection.all && !after && (!limit || stored.length <= limit)) {
    return { items: parts.registry.serveAll(definition, stored), resourceVersion };
  }
  const cut = () => page(parts, definition, selection, stored, limit, after, resourceVersion);
  if (!selection.all || after) return { ...cut(), resourceVersion };
  const known = firstPages.get(stored);
  const first = known?.definition === definition && known.limit === limit ? known.page : cut();
  firstPages.set(stored, { definition, limit, page: first });
  return {
    ...first,
    ...(first.continue && { continue: tokenAfter(first.items.at(-1)!, resourceVersion) }),
    resourceVersion,
  };
}

type Page = Omit<ListResult, 'resourceVersion'>;

/** What most clients ask for first, of a list that has not changed: the page that was cut last. */
const firstPages = new WeakMap<
  readonly KubeObject[],
  { readonly definition: ResourceDefinition; readonly limit: number; readonly page: Page }
>();

function tokenAfter({ metadata: { namespace = '', name } }: KubeObject, resourceVersion: string): string {
  return encodeContinue({ revision: Number(resourceVersion), after: { namespace, name } });
}

function page(
  parts: EngineParts,
  definition: ResourceDefinition,
  selection: Selection,
  stored: readonly KubeObject[],
  limit: number,
  after: { readonly namespace: string; readonly name: string } | undefined,
  resourceVersion: string,
): Page {
  const items: KubeObject[] = [];
  let last: KubeObject | undefined;
  for (let i = after ? indexAfter(stored, after) : 0; i < stored.length; i++) {
    if (limit && items.length === limit) {
      const token = tokenAfter(last!, resourceVersion);
      return { items, continue: token, ...(selection.all && { remainingItemCount: stored.length - i }) };
    }
    last = stored[i]!;
    const object = parts.registry.serve(definition, last);
    if (selection.matches(object)) items.push(object);
  }
  return { items };
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
