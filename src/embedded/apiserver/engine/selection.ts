import { badRequest } from '../../../kubernetes/errors.ts';
import { FieldSelector } from '../../../kubernetes/field-selectors.ts';
import { goQuote } from '../../../kubernetes/go-format.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import { LabelSelector, SelectorError } from '../../../kubernetes/selectors.ts';
import type { ResourceDefinition } from '../resource.ts';

/** What a label selector and a field selector choose, ready to be asked of many objects. */
export interface Selection {
  /** Chooses everything. */
  readonly all: boolean;
  matches(object: KubeObject): boolean;
  /** The one name, or the one namespace, that a field selector allows. */
  readonly name?: string;
  readonly namespace?: string;
}

const everything: Selection = { all: true, matches: () => true };

/** @throws ApiError BadRequest */
export function select(
  definition: ResourceDefinition,
  { labelSelector = '', fieldSelector = '' }: { readonly labelSelector?: string; readonly fieldSelector?: string },
): Selection {
  if (!labelSelector && !fieldSelector) return everything;
  const labels = understood(() => LabelSelector.parse(labelSelector));
  const fields = understood(() => FieldSelector.parse(fieldSelector));
  const readers = new Map(fields.requirements.map(({ field }) => [field, reader(definition, field)]));
  return {
    all: labels.empty && fields.empty,
    matches: (object) =>
      labels.matches(object.metadata.labels ?? {}) && fields.matches((field) => readers.get(field)!(object)),
    name: fields.exact('metadata.name'),
    namespace: fields.exact('metadata.namespace'),
  };
}

function understood<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SelectorError) throw badRequest(error.message);
    throw error;
  }
}

function reader(definition: ResourceDefinition, field: string): (object: KubeObject) => string {
  const fields = definition.selectableFields;
  if (fields && Object.hasOwn(fields, field)) return fields[field]!;
  if (field === 'metadata.name') return (object) => object.metadata.name;
  if (field === 'metadata.namespace') return (object) => object.metadata.namespace ?? '';
  // Upstream's words depend on whether the kind brings a conversion of its own.
  if (definition.kind === 'Job') throw badRequest(`field label ${goQuote(field)} not supported for Job`);
  throw badRequest(
    fields
      ? `field label not supported: ${field}`
      : `${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}
