import type { KubeObject } from '../../../../kubernetes/object.ts';
import { Quantity } from '../../../../kubernetes/quantity.ts';

/** What the tables of claims and volumes have in common (pkg/printers/internalversion). */

const shortModes: ReadonlyMap<string, string> = new Map([
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
]);

/** "RWO,RWX" */
export function formatAccessModes(modes: readonly string[] | undefined): string {
  return [...shortModes]
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');
}

export function formatStorage(list: { readonly [name: string]: string | number } | undefined): string {
  return String(Quantity.tryParse(list?.storage) ?? '0');
}

/** The class that the annotation of old names comes before the one of the spec. */
export function storageClassOf({ metadata }: KubeObject, storageClassName: string | undefined): string {
  return metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? storageClassName ?? '';
}

export function phaseOf({ metadata }: KubeObject, phase: string | undefined): string {
  return metadata.deletionTimestamp === undefined ? (phase ?? '') : 'Terminating';
}
