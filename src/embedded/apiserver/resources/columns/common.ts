import { since } from '../../../../kubernetes/durations.ts';
import type { KubeObject } from '../../../../kubernetes/object.ts';
import type { LabelSelector, PodTemplateSpec } from '../../../../kubernetes/objects.ts';
import { formatLabelSelector } from '../../../../kubernetes/selectors.ts';
import type { Column } from '../../resource.ts';

/** Columns that many kinds have, and short forms to write others (pkg/printers/internalversion). */

type Value<T extends KubeObject> = Column<T>['value'];

/** A column that is always shown. */
export function column<T extends KubeObject>(
  name: string,
  type: Column['type'],
  description: string,
  value: Value<T>,
): Column<T> {
  return { name, type, description, priority: 0, value };
}

/** A column of -o wide. */
export function wideColumn<T extends KubeObject>(name: string, description: string, value: Value<T>): Column<T> {
  return { name, type: 'string', description, priority: 1, value };
}

/** Of the column "Name", for kinds that list it themselves. */
export const nameColumnDescription =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a ' +
  'client to request the generation of an appropriate name automatically. Name is primarily intended for creation ' +
  'idempotence and configuration definition. Cannot be updated. More info: ' +
  'https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';

const creationTimestamp =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed ' +
  'to be set in happens-before order across separate operations. Clients may not set this value. It is represented ' +
  'in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: ' +
  'https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

export function ageColumn<T extends KubeObject>(): Column<T> {
  return column('Age', 'string', creationTimestamp, ({ metadata }, now) => since(metadata.creationTimestamp, now));
}

/** What kinds without columns of their own have. */
export function createdAtColumn<T extends KubeObject>(): Column<T> {
  return column('Created At', 'date', creationTimestamp, ({ metadata }) => metadata.creationTimestamp ?? null);
}

/** The names and images of the containers in a template. */
export function containerColumns<T extends KubeObject>(
  template: (object: T) => PodTemplateSpec | undefined,
): Column<T>[] {
  const list = (object: T, field: 'name' | 'image') =>
    (template(object)?.spec?.containers ?? []).map((container) => container[field] ?? '').join(',');
  return [
    wideColumn('Containers', 'Names of each container in the template.', (object) => list(object, 'name')),
    wideColumn('Images', 'Images referenced by each container in the template.', (object) => list(object, 'image')),
  ];
}

/** "a=1,b=2"; "<none>" where there are none (labels.FormatLabels). */
export function formatLabels(labels: Readonly<Record<string, string>> | undefined): string {
  const listed = Object.entries(labels ?? {}).map(([name, value]) => `${name}=${value}`);
  return listed.sort().join(',') || '<none>';
}

export function selectorColumn<T extends KubeObject>(
  description: string,
  selector: (object: T) => LabelSelector | undefined,
): Column<T> {
  return wideColumn('Selector', description, (object) => formatLabelSelector(selector(object)));
}
