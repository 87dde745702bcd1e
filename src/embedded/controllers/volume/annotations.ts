/** What is noted on claims and volumes while they are provisioned and bound. */

export const bindCompleted = 'pv.kubernetes.io/bind-completed';
export const boundByController = 'pv.kubernetes.io/bound-by-controller';
export const provisionedBy = 'pv.kubernetes.io/provisioned-by';
export const selectedNode = 'volume.kubernetes.io/selected-node';
export const storageProvisioner = 'volume.kubernetes.io/storage-provisioner';
export const betaStorageProvisioner = 'volume.beta.kubernetes.io/storage-provisioner';
export const defaultClass = 'storageclass.kubernetes.io/is-default-class';
export const betaDefaultClass = 'storageclass.beta.kubernetes.io/is-default-class';

interface Annotated {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}

export function isAnnotated({ metadata }: Annotated, annotation: string): boolean {
  return metadata.annotations?.[annotation] !== undefined;
}
