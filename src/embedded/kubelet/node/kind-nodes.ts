import type { NodeConfig } from './node-object.ts';

/** The nodes that kind makes for a cluster of this name: one control plane and two workers. */
export function kindNodes(cluster: string): readonly NodeConfig[] {
  return ['control-plane', 'worker', 'worker2'].map((role, index) => ({
    name: `${cluster}-${role}`,
    controlPlane: index === 0,
    address: `172.18.0.${index + 2}`,
    podRange: `10.244.${index}.0/24`,
  }));
}
