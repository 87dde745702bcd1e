import { GoLiteral } from '../../../kubernetes/go-format.ts';
import { isDNS1123Subdomain, nameIsDNSLabel, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type {
  PersistentVolumeClaimSpec,
  PersistentVolumeClaimTemplate,
  TypedObjectReference,
} from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { validatePositiveQuantity, validateResourceQuantity } from './compute-resources.ts';
import { type FieldError, forbidden, invalid, invalidEach, notSupported, required } from './field.ts';
import { validateLabelSelector } from './labels.ts';
import { validateTemplateObjectMeta } from './object-meta.ts';

/** What a claim asks for, in a claim, in a StatefulSet's claim template or in a Pod's ephemeral volume. */

export const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
export const volumeModes = ['Block', 'Filesystem'];

export interface ClaimSpecOptions {
  /** Of a claim stored with a data source: it keeps its group, valid or not. */
  readonly anyDataSourceGroup?: boolean;
}

export function validatePersistentVolumeClaimTemplate(
  template: PersistentVolumeClaimTemplate,
  path: string,
): FieldError[] {
  return [
    ...validateTemplateObjectMeta(template.metadata, `${path}.metadata`),
    ...validatePersistentVolumeClaimSpec(template.spec ?? {}, `${path}.spec`),
  ];
}

export function validatePersistentVolumeClaimSpec(
  spec: PersistentVolumeClaimSpec,
  path: string,
  options: ClaimSpecOptions = {},
): FieldError[] {
  const errors = validateAccessModes(spec.accessModes, `${path}.accessModes`, () =>
    validateLabelSelector(spec.selector, `${path}.selector`),
  );
  const storagePath = `${path}.resources[storage]`;
  const storage = Quantity.tryParse(spec.resources?.requests?.storage);
  if (!storage) errors.push(required(storagePath));
  else {
    const positive = validatePositiveQuantity(storage, storagePath);
    errors.push(...(positive.length > 0 ? positive : validateResourceQuantity('storage', storage, storagePath)));
  }
  const { storageClassName, volumeMode, dataSource, dataSourceRef } = spec;
  if (storageClassName) {
    errors.push(
      ...invalidEach(`${path}.storageClassName`, storageClassName, nameIsDNSSubdomain(storageClassName, false)),
    );
  }
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode)) {
    errors.push(notSupported(`${path}.volumeMode`, volumeMode, volumeModes));
  }
  if (dataSource) errors.push(...validateDataSource(dataSource, `${path}.dataSource`, options));
  if (dataSourceRef) {
    errors.push(...validateDataSource(dataSourceRef, `${path}.dataSourceRef`, options));
    const { namespace } = dataSourceRef;
    if (namespace) {
      errors.push(...invalidEach(`${path}.dataSourceRef.namespace`, namespace, nameIsDNSLabel(namespace, false)));
    }
  }
  // Upstream passes the path of dataSource as the value.
  const shown = new GoLiteral('field.Path{name:"dataSource", index:"", parent:(*field.Path)(0xc000000000)}');
  if (dataSource && dataSourceRef?.namespace) {
    errors.push(invalid(path, shown, 'may not be specified when dataSourceRef.namespace is specified'));
  } else if (dataSource && dataSourceRef && !isSameSource(dataSource, dataSourceRef)) {
    errors.push(invalid(path, shown, 'must match dataSourceRef'));
  }
  return errors;
}

/** Shared with PersistentVolumes; `between` is what upstream checks after finding modes at all. */
export function validateAccessModes(
  modes: readonly string[] | undefined,
  path: string,
  between: () => FieldError[] = () => [],
): FieldError[] {
  const errors: FieldError[] = [];
  if (!modes?.length) errors.push(required(path, 'at least 1 access mode is required'));
  errors.push(...between());
  for (const mode of modes ?? []) {
    if (!accessModes.includes(mode)) errors.push(notSupported(path, mode, accessModes));
  }
  const known = (modes ?? []).filter((mode) => accessModes.includes(mode));
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
  return errors;
}

function validateDataSource(
  { name, kind, apiGroup }: Partial<TypedObjectReference>,
  path: string,
  { anyDataSourceGroup = false }: ClaimSpecOptions,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${path}.name`));
  if (!kind) errors.push(required(`${path}.kind`));
  if (!apiGroup && kind !== 'PersistentVolumeClaim') {
    const detail = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalid(path, kind ?? '', detail));
  }
  if (apiGroup && !anyDataSourceGroup) {
    errors.push(...invalidEach(`${path}.apiGroup`, apiGroup, isDNS1123Subdomain(apiGroup)));
  }
  return errors;
}

function isSameSource(a: Partial<TypedObjectReference>, b: Partial<TypedObjectReference>): boolean {
  return a.apiGroup === b.apiGroup && a.kind === b.kind && a.name === b.name;
}
