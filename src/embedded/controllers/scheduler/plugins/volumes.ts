import type { Pod } from '../../../../kubernetes/objects.ts';
import type { ClusterView, Plugin, Verdict } from '../framework.ts';
import { claimNames, claimsOf, planVolumes } from '../volumes.ts';

/** Plugins about the volumes that Pods bring along. */

/** A claim for one Pod alone is not given to a second one. */
export const volumeRestrictions: Plugin = {
  name: 'VolumeRestrictions',
  weight: 0,
  prepare(pod, cluster) {
    const { namespace = '' } = pod.metadata;
    const exclusive = new Set<string>();
    for (const { name, ephemeral } of claimNames(pod)) {
      const claim = cluster.volumes.claim(namespace, name);
      if (!claim) {
        if (ephemeral) continue;
        return { plugin: this.name, resolvable: false, reasons: [`persistentvolumeclaim "${name}" not found`] };
      }
      if (claim.spec.accessModes?.includes('ReadWriteOncePod')) exclusive.add(name);
    }
    if (exclusive.size === 0 || !isUsed(exclusive, namespace, cluster)) return {};
    const reason = 'node has pod using PersistentVolumeClaim with the same name and ReadWriteOncePod access mode';
    return { filter: () => ({ plugin: this.name, resolvable: true, reasons: [reason] }) };
  },
};

function isUsed(claims: ReadonlySet<string>, namespace: string, { nodes }: ClusterView): boolean {
  const uses = (pod: Pod) =>
    pod.metadata.namespace === namespace && claimNames(pod).some(({ name }) => claims.has(name));
  return nodes.some(({ pods }) => pods.some(uses));
}

/** Volumes have to be there, or to be had, on the node. */
export const volumeBinding: Plugin = {
  name: 'VolumeBinding',
  weight: 0,
  prepare(pod, { volumes }) {
    const fail = (reasons: readonly string[]): Verdict => ({ plugin: this.name, resolvable: false, reasons });
    if (claimNames(pod).length === 0) return {};
    const claims = claimsOf(pod, volumes);
    if (typeof claims === 'string') return fail([claims]);
    if (claims.immediate.length > 0) return fail(['pod has unbound immediate PersistentVolumeClaims']);
    return {
      filter: ({ node }) => {
        const plan = planVolumes(claims, node, volumes);
        return Array.isArray(plan) ? fail(plan) : undefined;
      },
    };
  },
};

const zoneLabels = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

/** A bound volume that says which zone it is in pins its Pods to that zone. */
export const volumeZone: Plugin = {
  name: 'VolumeZone',
  weight: 0,
  prepare(pod, { volumes }) {
    const { namespace = '' } = pod.metadata;
    const places = claimNames(pod).flatMap(({ name }) => {
      const volume = volumes.volume(volumes.claim(namespace, name)?.spec.volumeName ?? '');
      return zoneLabels.flatMap((key) => {
        const zones = volume?.metadata.labels?.[key];
        return zones === undefined ? [] : [{ key, zones: zones.split('__') }];
      });
    });
    if (places.length === 0) return {};
    return {
      filter: ({ labels }) =>
        places.every(({ key, zones }) => zones.includes(labels[key] ?? ''))
          ? undefined
          : { plugin: this.name, resolvable: false, reasons: ['node(s) had no available volume zone'] },
    };
  },
};
