import type { ManagedFieldsEntry } from '../../../kubernetes/object.ts';
import { equal } from '../json.ts';
import { type FieldSet, inOrder, isEmpty, readFieldSet, union } from './field-set.ts';

/** One manager's part of an object. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  /** RFC 3339; absent when the manager has never changed the object itself. */
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** Managers by what tells them apart. */
export type Managers = ReadonlyMap<string, Manager>;

/** So many managers have entries of their own for updates; older ones share one. */
const mostUpdaters = 10;
const ancient = 'ancient-changes';

/** Name, operation and subresource; for updates the version, too, because their fields are in its terms. */
export function managerId({ name, operation, apiVersion, subresource }: Omit<Manager, 'time' | 'fields'>): string {
  return JSON.stringify([name, operation, operation === 'Apply' ? '' : apiVersion, subresource]);
}

/**
 * From metadata.managedFields. Entries keep their sets as they are: those the API server wrote are in its own form.
 * @param foreign the entries come from a client and are checked.
 * @throws Error for entries that cannot be read.
 */
export function readManagers(
  entries: readonly ManagedFieldsEntry[] | undefined,
  foreign = false,
): Map<string, Manager> {
  const managers = new Map<string, Manager>();
  for (const entry of entries ?? []) {
    const { manager: name = '', operation, apiVersion, time, fieldsType, fieldsV1 = {}, subresource = '' } = entry;
    if (operation !== 'Apply' && operation !== 'Update') throw new Error('operation must be `Apply` or `Update`');
    if (!apiVersion) throw new Error('apiVersion must not be empty');
    if (fieldsType !== 'FieldsV1') throw new Error(`invalid fieldsType "${fieldsType ?? ''}"`);
    const fields = foreign ? readFieldSet(fieldsV1) : (fieldsV1 as unknown as FieldSet);
    const manager = { name, operation, apiVersion, subresource, time, fields };
    managers.set(managerId(manager), manager);
  }
  return managers;
}

/** For metadata.managedFields. Entries that have not changed are the given ones. */
export function writeManagers(
  managers: Managers,
  known: readonly ManagedFieldsEntry[] | undefined,
): ManagedFieldsEntry[] {
  const sorted = [...managers.values()].sort(compareManagers);
  return sorted.map((manager) => {
    const same = known?.find((entry) => isUnchanged(manager, entry));
    return same ?? writeManager(manager);
  });
}

function isUnchanged(manager: Manager, entry: ManagedFieldsEntry): boolean {
  return (
    (entry.fieldsV1 as unknown) === manager.fields &&
    entry.manager === manager.name &&
    entry.operation === manager.operation &&
    entry.apiVersion === manager.apiVersion &&
    entry.time === manager.time &&
    (entry.subresource ?? '') === manager.subresource
  );
}

function writeManager({ name, operation, apiVersion, time, fields, subresource }: Manager): ManagedFieldsEntry {
  return {
    ...(name !== '' && { manager: name }),
    operation,
    apiVersion,
    ...(time !== undefined && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: inOrder(fields) as unknown as Record<string, unknown>,
    ...(subresource !== '' && { subresource }),
  };
}

function compareManagers(a: Manager, b: Manager): number {
  return (
    compareText(a.operation, b.operation) ||
    seconds(a.time) - seconds(b.time) ||
    compareText(a.name, b.name) ||
    compareText(a.apiVersion, b.apiVersion) ||
    compareText(a.subresource, b.subresource)
  );
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function seconds(time: string | undefined): number {
  return time === undefined ? 0 : Math.floor(Date.parse(time) / 1000);
}

/** The managers without those that own nothing any more. */
export function withoutIdle(managers: Managers): Map<string, Manager> {
  return new Map([...managers].filter(([, manager]) => !isEmpty(manager.fields)));
}

/** Merges the entries of the longest-ago updaters, per version, until few enough are left. */
export function capUpdaters(managers: Map<string, Manager>): void {
  const updaters = [...managers].filter(([, manager]) => manager.operation === 'Update');
  let left = updaters.length;
  if (left <= mostUpdaters) return;
  updaters.sort(([a, x], [b, y]) => seconds(x.time) - seconds(y.time) || compareText(a, b));
  const firstOfVersion = new Map<string, [string, Manager]>();
  for (const [id, manager] of updaters) {
    if (left <= mostUpdaters) break;
    const { apiVersion, time } = manager;
    const first = firstOfVersion.get(apiVersion);
    if (!first) {
      firstOfVersion.set(apiVersion, [id, manager]);
      continue;
    }
    const bucket: Omit<Manager, 'fields'> = { name: ancient, operation: 'Update', apiVersion, subresource: '', time };
    const bucketId = managerId(bucket);
    const [firstId, { fields }] = first;
    let known = managers.get(bucketId)?.fields;
    if (!known) {
      managers.delete(firstId);
      known = fields;
    }
    managers.set(bucketId, { ...bucket, fields: union(manager.fields, known) });
    if (id !== bucketId) managers.delete(id);
    left--;
  }
}

/**
 * Whether a request sets managedFields back: an empty list, or one with a single empty entry.
 */
export function isReset(entries: readonly ManagedFieldsEntry[] | undefined): boolean {
  if (!entries) return false;
  return entries.length === 0 || (entries.length === 1 && equal(entries[0], {}));
}
