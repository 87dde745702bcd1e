import { badRequest } from '../../../kubernetes/errors.ts';

/** What a path and a method ask for: k8s.io/apiserver/pkg/endpoints/request.RequestInfo. */
export interface RequestInfo {
  /** Decoded, without the query. */
  readonly path: string;
  /** "get", "list", "watch", "create", …; the method in lower case where the path is no resource. */
  readonly verb: string;
  /** Absent where the path is no resource. */
  readonly resource?: ResourceInfo;
}

export interface ResourceInfo {
  readonly group: string;
  readonly version: string;
  readonly namespace: string;
  /** "pods" */
  readonly plural: string;
  /** '' for collections. */
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource, undecoded, with its leading slash: a proxy's own path. */
  readonly rest: string;
  /** The old form …/watch/…, in place of ?watch. */
  readonly watchPrefix: boolean;
}

const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  GET: 'get',
  HEAD: 'get',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Subresources of Namespaces: anything else after a namespace's name is a resource inside it. */
const namespaceSubresources = new Set(['status', 'finalize']);

/**
 * @param rawPath as it stands in the request line
 * @param watching whether the query asks to watch
 * @throws ApiError BadRequest
 */
export function requestInfo(method: string, rawPath: string, watching: boolean): RequestInfo {
  const path = decodePath(rawPath);
  const parts = path.replace(/^\/+|\/+$/g, '').split('/');
  const plain = { path, verb: method.toLowerCase() };
  const legacy = parts[0] === 'api';
  if (!legacy && parts[0] !== 'apis') return plain;
  const head = legacy ? 2 : 3;
  if (parts.length <= head) return plain;
  const group = legacy ? '' : parts[1]!;
  const version = parts[head - 1]!;
  let rest = parts.slice(head);
  const watchPrefix = rest[0] === 'watch';
  if (watchPrefix) {
    rest = rest.slice(1);
    if (rest.length === 0) throw badRequest(`unable to determine kind and namespace from url, ${path}`);
  }
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1]!;
    if (rest.length > 2 && !namespaceSubresources.has(rest[2]!)) rest = rest.slice(2);
  }
  const [plural = '', name = '', subresource = ''] = rest;
  const resource: ResourceInfo = {
    group,
    version,
    namespace,
    plural,
    name,
    subresource,
    rest: rawRest(rawPath, parts.length - rest.length + 3),
    watchPrefix,
  };
  return { path, verb: verbOf(method, resource, watching), resource };
}

function verbOf(method: string, { name, watchPrefix }: ResourceInfo, watching: boolean): string {
  if (watchPrefix) return 'watch';
  const verb = verbs[method] ?? '';
  if (name) return verb;
  if (verb === 'get') return watching ? 'watch' : 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}

function decodePath(rawPath: string): string {
  if (!rawPath.includes('%')) return rawPath;
  try {
    return decodeURIComponent(rawPath);
  } catch {
    throw badRequest(`invalid URL escape in path ${JSON.stringify(rawPath)}: use %25 for a percent sign`);
  }
}

/** The path after so many segments, as it was sent. */
function rawRest(rawPath: string, segments: number): string {
  let at = 0;
  for (let i = 0; i < segments; i++) {
    at = rawPath.indexOf('/', at + 1);
    if (at < 0) return '';
  }
  return rawPath.slice(at);
}
