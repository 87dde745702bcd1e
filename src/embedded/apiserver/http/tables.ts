import type { KubeObject } from '../../../kubernetes/object.ts';
import type { ResourceDefinition } from '../resource.ts';

/** What a Table's rows carry besides their cells. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions {
  readonly version: 'v1' | 'v1beta1';
  readonly includeObject: IncludeObject;
  /** Left out of all events of a watch but the first. */
  readonly headers: boolean;
  /** Milliseconds since the epoch: what ages are counted to. */
  readonly now: number;
}

export interface ListMeta {
  readonly resourceVersion?: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

const nameDescription =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';

/** meta.k8s.io Table: what `kubectl get` asks for. */
export function table(
  definition: ResourceDefinition,
  objects: readonly KubeObject[],
  metadata: ListMeta,
  { version, includeObject, headers, now }: TableOptions,
): object {
  const { columns } = definition;
  const named = hasNameColumn(definition);
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: headers ? columnDefinitions(definition) : null,
    rows: objects.map((object) => {
      const cells = columns.map((column) => column.value(object, now));
      return {
        cells: named ? cells : [object.metadata.name, ...cells],
        object: rowObject(object, includeObject, version),
      };
    }),
  };
}

/** Kinds whose table does not begin with the name (Events) list that column themselves. */
function hasNameColumn({ columns }: ResourceDefinition): boolean {
  return columns.some(({ name }) => name === 'Name');
}

function columnDefinitions(definition: ResourceDefinition): object[] {
  const own = definition.columns.map(({ name, type, format, description, priority }) => ({
    name,
    type,
    format: format ?? '',
    description,
    priority,
  }));
  if (hasNameColumn(definition)) return own;
  return [{ name: 'Name', type: 'string', format: 'name', description: nameDescription, priority: 0 }, ...own];
}

function rowObject(object: KubeObject, include: IncludeObject, version: string): object | null {
  if (include === 'None') return null;
  return include === 'Object' ? object : partialMetadata(object, version);
}

export function partialMetadata({ metadata }: KubeObject, version: string): object {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata };
}
