import type { Lease, Node } from '../../../kubernetes/objects.ts';

/** Milliseconds after a node's last sign of life until it counts as unreachable. */
export const gracePeriod = 50_000;
/** The same for a node that has not reported its status yet. */
export const startupGracePeriod = 60_000;

type NodeStatus = NonNullable<Node['status']>;
export type NodeCondition = NonNullable<NodeStatus['conditions']>[number];

/** What the controller remembers of a node's signs of life: times in milliseconds, by its own clock. */
export interface NodeHealth {
  /** When the last sign of life was noticed. A node's own clock may be wrong. */
  readonly noticed: number;
  readonly heartbeat?: string;
  readonly renewed?: string;
}

export function readyCondition({ status }: Node): NodeCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}

/** Takes note of a heartbeat or a renewed Lease. A node that is seen for the first time is taken to be alive. */
export function observe(known: NodeHealth | undefined, node: Node, lease: Lease | undefined, now: number): NodeHealth {
  const ready = readyCondition(node);
  const heartbeat = ready && String(ready.lastHeartbeatTime);
  const renewed = lease?.spec?.renewTime && String(lease.spec.renewTime);
  if (!known) {
    const created = Date.parse(String(node.metadata.creationTimestamp));
    return { noticed: ready ? now : created, ...withDefined(heartbeat, renewed) };
  }
  const alive = heartbeat !== known.heartbeat || (renewed !== undefined && renewed > (known.renewed ?? ''));
  return { noticed: alive ? now : known.noticed, ...withDefined(heartbeat, renewed ?? known.renewed) };
}

function withDefined(heartbeat: string | undefined, renewed: string | undefined): Partial<NodeHealth> {
  return { ...(heartbeat !== undefined && { heartbeat }), ...(renewed !== undefined && { renewed }) };
}

/** When the node will have been silent for too long. */
export function deadline({ noticed }: NodeHealth, node: Node): number {
  return noticed + (readyCondition(node) ? gracePeriod : startupGracePeriod);
}

/** A silent node's conditions: nobody knows any more what holds. Undefined where they say so already. */
export function unknownConditions(node: Node, now: string): NodeCondition[] | undefined {
  const conditions = [...(node.status?.conditions ?? [])];
  const created = node.metadata.creationTimestamp;
  let changed = false;
  for (const type of ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']) {
    const index = conditions.findIndex((condition) => condition.type === type);
    const current = conditions[index];
    if (current?.status === 'Unknown') continue;
    changed = true;
    if (current) {
      conditions[index] = {
        ...current,
        status: 'Unknown',
        reason: 'NodeStatusUnknown',
        message: 'Kubelet stopped posting node status.',
        lastTransitionTime: now,
      };
    } else {
      conditions.push({
        type,
        status: 'Unknown',
        reason: 'NodeStatusNeverUpdated',
        message: 'Kubelet never posted node status.',
        lastHeartbeatTime: created,
        lastTransitionTime: now,
      } as NodeCondition);
    }
  }
  return changed ? conditions : undefined;
}
