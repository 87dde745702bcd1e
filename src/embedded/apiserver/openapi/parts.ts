import type { ResourceDefinition } from '../resource.ts';
import type { StoredParameter } from '../schema/stored.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly description: string;
  readonly required?: true;
  readonly schema: { readonly type: string; readonly uniqueItems: true };
}

export interface Operation {
  readonly tags: readonly string[];
  readonly description: string;
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: object;
  readonly responses: Readonly<Record<string, object>>;
  readonly [extension: `x-kubernetes-${string}`]: unknown;
}

export type PathItem = Readonly<Record<string, Operation | readonly Parameter[]>>;

/** What is served below one group and version. */
export interface Place {
  /** "/apis/apps/v1" */
  readonly root: string;
  /** "apps_v1" */
  readonly tag: string;
  /** As operation ids have it: "AppsV1". */
  readonly id: string;
}

export const statusTexts: Readonly<Record<string, string>> = { '200': 'OK', '201': 'Created', '202': 'Accepted' };
export const unauthorized = { description: 'Unauthorized' };

export function textResponses(types: readonly string[]): Readonly<Record<string, object>> {
  const content = types.map((type) => [
    type.includes('/') ? type : `application/${type}`,
    { schema: { type: 'string' } },
  ]);
  return { '200': { description: 'OK', content: Object.fromEntries(content) }, '401': unauthorized };
}

export function inQuery({ name, type, description }: StoredParameter): Parameter {
  return { name, in: 'query', description, schema: { type, uniqueItems: true } };
}

export function inPath(name: string, description: string): Parameter {
  return { name, in: 'path', description, required: true, schema: { type: 'string', uniqueItems: true } };
}

/** @param kind of the object that a name is given of. */
export function pathParameters(namespaced: boolean, kind?: string): Parameter[] {
  return [
    ...(kind === undefined ? [] : [inPath('name', `name of the ${kind}`)]),
    ...(namespaced ? [inPath('namespace', 'object name and auth scope, such as for teams and projects')] : []),
  ];
}

export function sameParameter(a: Parameter, b: Parameter): boolean {
  return a.name === b.name && a.in === b.in && a.description === b.description;
}

export function placeOf({ group, version }: Pick<ResourceDefinition, 'group' | 'version'>): Place {
  const name = groupId(group);
  return {
    root: group ? `/apis/${group}/${version}` : `/api/${version}`,
    tag: `${name}_${version}`,
    id: capitalise(name) + capitalise(version),
  };
}

/** "rbac.authorization.k8s.io" → "rbacAuthorization", and "core" for the core group. */
export function groupId(group: string): string {
  const [first = '', ...rest] = (group || 'core').replace(/\.k8s\.io$/, '').split('.');
  return first + rest.map(capitalise).join('');
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "a Pod", "an Event"; what is plural already ("Endpoints") has none. */
export function withArticle({ kind, plural }: Pick<ResourceDefinition, 'kind' | 'plural'>): string {
  if (kind.toLowerCase() === plural) return kind;
  return `${/^[AEIOU]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

export function collection(root: string, { namespaced, plural }: ResourceDefinition): string {
  return `${root}/${namespaced ? 'namespaces/{namespace}/' : ''}${plural}`;
}

export function allows({ verbs }: ResourceDefinition, verb: string): boolean {
  return verbs === undefined || (verbs as readonly string[]).includes(verb);
}

/** What every operation says of itself. */
export function describer(place: Place, kind: { group: string; version: string; kind: string }) {
  return (action: string, description: string, operationId: string) => ({
    tags: [place.tag],
    description,
    operationId,
    'x-kubernetes-action': action,
    'x-kubernetes-group-version-kind': { group: kind.group, version: kind.version, kind: kind.kind },
  });
}
