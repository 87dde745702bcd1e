import type { KubeObject } from '../../../kubernetes/object.ts';
import type { Body, Caller, WriteOptions } from '../engine/request.ts';
import type { ResourceDefinition } from '../resource.ts';

/** A resource of which nothing is stored: questions that are answered, and lists that are made up when asked for. */
export interface VirtualResource {
  readonly definition: ResourceDefinition;
  create?(caller: Caller, namespace: string, body: Body, options: WriteOptions): Promise<object>;
  list?(): readonly KubeObject[];
}

/** A definition with what the registry and discovery need to know. */
export function virtualDefinition(
  facts: Pick<ResourceDefinition, 'group' | 'version' | 'kind' | 'plural' | 'singular' | 'namespaced' | 'schema'> &
    Partial<ResourceDefinition>,
): ResourceDefinition {
  return { verbs: ['create'], validateName: () => [], columns: [], ...facts };
}
