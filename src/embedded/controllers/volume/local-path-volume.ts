import type { PersistentVolume, PersistentVolumeClaim, StorageClass } from '../../../kubernetes/objects.ts';
import { localPathRoot } from '../../kubelet/volumes/node-disk.ts';
import { betaStorageProvisioner, provisionedBy, selectedNode, storageProvisioner } from './annotations.ts';

/** What local-path-provisioner decides: which claims are its, what it refuses, what its volumes look like. */

export const localPath = 'rancher.io/local-path';
const nodeAnnotation = 'local.path.provisioner/selected-node';

/** Whether the claim waits for a volume from this provisioner, and for its node to be known where that matters. */
export function isToProvision({ metadata, spec }: PersistentVolumeClaim, storageClass: StorageClass): boolean {
  const { annotations = {} } = metadata;
  if (spec.volumeName || metadata.deletionTimestamp) return false;
  if ((annotations[storageProvisioner] ?? annotations[betaStorageProvisioner]) !== localPath) return false;
  if (storageClass.provisioner !== localPath) return false;
  return storageClass.volumeBindingMode !== 'WaitForFirstConsumer' || !!annotations[selectedNode];
}

export function isToDelete({ metadata, spec, status }: PersistentVolume): boolean {
  return (
    spec.persistentVolumeReclaimPolicy === 'Delete' &&
    metadata.annotations?.[provisionedBy] === localPath &&
    !metadata.deletionTimestamp &&
    (status?.phase === 'Released' || status?.phase === 'Failed')
  );
}

/** Why there is no volume for such a claim, in the provisioner's words; undefined where there can be one. */
export function whyRefused({ metadata, spec }: PersistentVolumeClaim): string | undefined {
  if (spec.selector) return 'claim.Spec.Selector is not supported';
  if (spec.accessModes?.some((mode) => mode !== 'ReadWriteOnce' && mode !== 'ReadWriteOncePod')) {
    return 'NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes';
  }
  if (!metadata.annotations?.[selectedNode]) return 'configuration error, no node was specified';
  return undefined;
}

export function volumeName({ metadata }: PersistentVolumeClaim): string {
  return `pvc-${metadata.uid}`;
}

/** The folder under the provisioner's root on the node. */
export function volumeFolder(claim: PersistentVolumeClaim): string {
  return `${volumeName(claim)}_${claim.metadata.namespace}_${claim.metadata.name}`;
}

/** The node and the folder of a volume that this provisioner made; undefined where they cannot be told. */
export function placeOf({ metadata, spec }: PersistentVolume): { node: string; folder: string } | undefined {
  const path = spec.hostPath?.path ?? spec.local?.path ?? '';
  const node = metadata.annotations?.[nodeAnnotation] ?? nodeInAffinity(spec);
  if (node === undefined || !path.startsWith(`${localPathRoot}/`)) return undefined;
  return { node, folder: path.slice(localPathRoot.length + 1).split('/')[0]! };
}

function nodeInAffinity({ nodeAffinity }: PersistentVolume['spec']): string | undefined {
  return nodeAffinity?.required?.nodeSelectorTerms
    .flatMap(({ matchExpressions }) => matchExpressions ?? [])
    .find(({ key }) => key === 'kubernetes.io/hostname')?.values?.[0];
}

/**
 * @param node whose disk holds it
 * @param hostname the node's label
 */
export function provisionedVolume(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  node: string,
  hostname: string,
): PersistentVolume {
  const { name, namespace, uid, resourceVersion, annotations } = claim.metadata;
  const path = `${localPathRoot}/${volumeFolder(claim)}`;
  const type = annotations?.volumeType ?? storageClass.metadata.annotations?.defaultVolumeType ?? 'hostPath';
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: volumeName(claim),
      annotations: { [nodeAnnotation]: node, [provisionedBy]: localPath },
    },
    spec: {
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? 'Delete',
      ...(storageClass.mountOptions && { mountOptions: storageClass.mountOptions }),
      accessModes: claim.spec.accessModes,
      volumeMode: claim.spec.volumeMode,
      storageClassName: storageClass.metadata.name,
      capacity: { storage: claim.spec.resources?.requests?.storage ?? '0' },
      claimRef: { kind: claim.kind, apiVersion: claim.apiVersion, name, namespace, uid, resourceVersion },
      ...(type === 'local' ? { local: { path } } : { hostPath: { path, type: 'DirectoryOrCreate' } }),
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: [hostname] }] },
          ],
        },
      },
    },
  };
}
