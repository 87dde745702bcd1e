/** The machines of the cluster, as kind makes and names them for a cluster called "ordinal". */
export interface NodePlan {
  readonly name: string;
  readonly controlPlane: boolean;
  /** Its InternalIP. */
  readonly address: string;
  /** Its Pods' addresses. */
  readonly podRange: string;
}

/** One control plane and two workers. */
export function nodePlan(): readonly NodePlan[] {
  return ['ordinal-control-plane', 'ordinal-worker', 'ordinal-worker2'].map((name, index) => ({
    name,
    controlPlane: index === 0,
    address: `172.18.0.${index + 2}`,
    podRange: `10.244.${index}.0/24`,
  }));
}
