import { GoLiteral, goQuote, goStrings } from '../../../kubernetes/go-format.ts';
import { byteLength, isQualifiedName, nameIsDNSLabel, type ValidateName } from '../../../kubernetes/names.ts';
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from '../../../kubernetes/object.ts';
import { type FieldError, forbidden, invalid, invalidEach, required, tooLong } from './field.ts';
import { validateLabels } from './labels.ts';

/** k8s.io/apimachinery/pkg/api/validation: what holds for the metadata of every kind. */

export const immutableField = 'field is immutable';
export const mustNotBeNegative = 'must be greater than or equal to 0';

/** Annotations of one object, keys and values together, in bytes. */
const annotationsMaxSize = 256 * 1024;

export interface ObjectMetaRules {
  readonly namespaced: boolean;
  readonly validateName: ValidateName;
  /**
   * Finalizers need no slash. Upstream asks for it in pkg/apis/core/validation, which most kinds go through, and not in
   * apimachinery's, which the kinds of a few groups call directly (leases, endpoint slices, CSI objects).
   */
  readonly anyFinalizer?: boolean;
}

/** On creation. A PodTemplate's or claim template's metadata is checked by its own rules, not by this. */
export function validateObjectMeta(
  meta: Partial<ObjectMeta> | undefined,
  { namespaced, validateName, anyFinalizer = false }: ObjectMetaRules,
  path = 'metadata',
): FieldError[] {
  const { name = '', generateName = '', namespace = '' } = meta ?? {};
  const errors: FieldError[] = [];
  if (generateName) {
    errors.push(...invalidEach(`${path}.generateName`, generateName, validateName(generateName, true)));
  }
  if (!name) errors.push(required(`${path}.name`, 'name or generateName is required'));
  else errors.push(...invalidEach(`${path}.name`, name, validateName(name, false)));
  if (!namespaced) {
    if (namespace) errors.push(forbidden(`${path}.namespace`, 'not allowed on this type'));
  } else if (!namespace) {
    errors.push(required(`${path}.namespace`));
  } else {
    errors.push(...invalidEach(`${path}.namespace`, namespace, nameIsDNSLabel(namespace, false)));
  }
  return [
    ...errors,
    ...validateNonnegative(meta?.generation, `${path}.generation`),
    ...validateLabels(meta?.labels, `${path}.labels`),
    ...validateAnnotations(meta?.annotations, `${path}.annotations`),
    ...validateOwnerReferences(meta?.ownerReferences, `${path}.ownerReferences`),
    ...validateFinalizers(meta?.finalizers, `${path}.finalizers`),
    ...validateManagedFields(meta?.managedFields, `${path}.managedFields`),
    ...(anyFinalizer ? [] : validateStandardFinalizers(meta?.finalizers, `${path}.finalizers`)),
  ];
}

export function validateObjectMetaUpdate(
  meta: ObjectMeta,
  current: ObjectMeta,
  path = 'metadata',
  { anyFinalizer = false }: Pick<ObjectMetaRules, 'anyFinalizer'> = {},
): FieldError[] {
  const errors: FieldError[] = [];
  if (current.deletionTimestamp) {
    const known = new Set(current.finalizers);
    const added = [...new Set(meta.finalizers)].filter((finalizer) => !known.has(finalizer)).sort();
    if (added.length > 0) {
      errors.push(
        forbidden(
          `${path}.finalizers`,
          `no new finalizers can be added if the object is being deleted, found new finalizers ${goStrings(added)}`,
        ),
      );
    }
  }
  if (!meta.resourceVersion) {
    errors.push(invalid(`${path}.resourceVersion`, '', 'must be specified for an update'));
  }
  if ((meta.generation ?? 0) < (current.generation ?? 0)) {
    errors.push(invalid(`${path}.generation`, meta.generation ?? 0, 'must not be decremented'));
  }
  const immutable = (field: keyof ObjectMeta, value: unknown) => {
    if ((meta[field] ?? '') !== (current[field] ?? '')) errors.push(invalid(`${path}.${field}`, value, immutableField));
  };
  immutable('name', meta.name ?? '');
  immutable('namespace', meta.namespace ?? '');
  immutable('uid', meta.uid ?? '');
  immutable('creationTimestamp', goTime(meta.creationTimestamp ?? '0001-01-01T00:00:00Z'));
  immutable('deletionTimestamp', goTime(meta.deletionTimestamp));
  immutable('deletionGracePeriodSeconds', meta.deletionGracePeriodSeconds);
  return [
    ...errors,
    ...validateLabels(meta.labels, `${path}.labels`),
    ...validateAnnotations(meta.annotations, `${path}.annotations`),
    ...validateOwnerReferences(meta.ownerReferences, `${path}.ownerReferences`),
    ...validateManagedFields(meta.managedFields, `${path}.managedFields`),
    ...(anyFinalizer ? [] : validateStandardFinalizers(meta.finalizers, `${path}.finalizers`)),
  ];
}

/** What a claim template's metadata may hold: labels and annotations. */
export function validateTemplateObjectMeta(
  meta: { labels?: Record<string, string>; annotations?: Record<string, string> } | undefined,
  path: string,
): FieldError[] {
  return [
    ...validateAnnotations(meta?.annotations, `${path}.annotations`),
    ...validateLabels(meta?.labels, `${path}.labels`),
    ...Object.entries(meta ?? {})
      .filter(([field, value]) => field !== 'labels' && field !== 'annotations' && isSet(value))
      .map(([field]) => forbidden(`${path}.${field}`, 'cannot be set')),
  ];
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const key in annotations) {
    errors.push(...invalidEach(path, key, isQualifiedName(key.toLowerCase())));
    size += byteLength(key) + byteLength(annotations[key] ?? '');
  }
  if (size > annotationsMaxSize) errors.push(tooLong(path, annotationsMaxSize));
  return errors;
}

export function validateFinalizerName(name: string, path: string): FieldError[] {
  return invalidEach(path, name, isQualifiedName(name));
}

/** Finalizers from before names had prefixes. */
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** Says so where a finalizer is neither one of those nor has a prefix. */
export function validateStandardFinalizer(name: string, path: string): FieldError[] {
  if (name.includes('/') || standardFinalizers.has(name)) return [];
  return [invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified')];
}

function validateStandardFinalizers(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  return (finalizers ?? []).flatMap((name, index) => validateStandardFinalizer(name, `${path}[${index}]`));
}

function isSet(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== '' && value !== 0;
}

/** Zero where absent, as upstream's counts are. */
export function validateNonnegative(value: number | undefined, path: string): FieldError[] {
  return value !== undefined && value < 0 ? [invalid(path, value, mustNotBeNegative)] : [];
}

function validateOwnerReferences(owners: readonly OwnerReference[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  let controller = '';
  for (const owner of owners ?? []) {
    const { apiVersion = '', kind = '', name = '', uid = '' } = owner;
    const slash = apiVersion.indexOf('/');
    // A version with more than one slash counts as none.
    const version = apiVersion.indexOf('/', slash + 1) > slash && slash >= 0 ? '' : apiVersion.slice(slash + 1);
    if (!version) errors.push(invalid(`${path}.apiVersion`, apiVersion, 'version must not be empty'));
    if (!kind) errors.push(invalid(`${path}.kind`, kind, 'kind must not be empty'));
    if (!name) errors.push(invalid(`${path}.name`, name, 'name must not be empty'));
    if (!uid) errors.push(invalid(`${path}.uid`, uid, 'uid must not be empty'));
    if (apiVersion === 'v1' && kind === 'Event') {
      errors.push(invalid(path, goOwner(owner), '/v1, Kind=Event is disallowed from being an owner'));
    }
    if (!owner.controller) continue;
    const current = `${kind}/${name}`;
    if (controller) {
      const value = new GoLiteral(`[]v1.OwnerReference{${owners!.map(goOwner).join(', ')}}`);
      const detail = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${current}`;
      errors.push(invalid(path, value, detail));
    } else {
      controller = current;
    }
  }
  return errors;
}

function validateFinalizers(finalizers: readonly string[] | undefined, path: string): FieldError[] {
  const errors = (finalizers ?? []).flatMap((finalizer) => validateFinalizerName(finalizer, path));
  if (finalizers?.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const detail = 'finalizer orphan and foregroundDeletion cannot be both set';
    errors.push(invalid(path, new GoLiteral(goStrings(finalizers)), detail));
  }
  return errors;
}

function validateManagedFields(entries: readonly ManagedFieldsEntry[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  entries?.forEach(({ operation, fieldsType, manager, subresource }, index) => {
    const at = `${path}[${index}]`;
    if (operation !== 'Apply' && operation !== 'Update') {
      errors.push(invalid(`${at}.operation`, operation ?? '', 'must be `Apply` or `Update`'));
    }
    if (fieldsType && fieldsType !== 'FieldsV1') {
      errors.push(invalid(`${at}.fieldsType`, fieldsType, 'must be `FieldsV1`'));
    }
    errors.push(...validateFieldManager(manager, `${at}.manager`));
    if (subresource && byteLength(subresource) > 256) errors.push(tooLong(`${at}.subresource`, 256));
  });
  return errors;
}

/** The name a writer gives itself: the request's fieldManager and managedFields' manager. */
export function validateFieldManager(manager: string | undefined, path: string): FieldError[] {
  if (!manager) return [];
  const errors: FieldError[] = [];
  if (byteLength(manager) > 128) errors.push(tooLong(path, 128));
  let position = 0;
  for (const character of manager) {
    if (!/[\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.test(character)) {
      const code = goRune(character.codePointAt(0)!);
      errors.push(invalid(path, manager, `invalid character ${code} (at position ${position})`));
    }
    position += byteLength(character);
  }
  return errors;
}

/** %#U of a character that cannot be printed. */
function goRune(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function goOwner({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }: OwnerReference): GoLiteral {
  const pointer = (value: boolean | undefined) => (value === undefined ? '(*bool)(nil)' : '(*bool)(0xc000000000)');
  return new GoLiteral(
    `v1.OwnerReference{APIVersion:${goQuote(apiVersion ?? '')}, Kind:${goQuote(kind ?? '')}, Name:${goQuote(name ?? '')}, ` +
      `UID:${goQuote(uid ?? '')}, Controller:${pointer(controller)}, BlockOwnerDeletion:${pointer(blockOwnerDeletion)}}`,
  );
}

/** time.Time.String() in UTC. */
function goTime(timestamp: string | undefined): GoLiteral | undefined {
  if (!timestamp) return undefined;
  return new GoLiteral(timestamp.replace('T', ' ').replace(/Z$/, ' +0000 UTC'));
}
