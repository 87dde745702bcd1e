import type { NodeContainer } from './containers.ts';
import type { ClusterRecord } from './record.ts';

/** What is to be done so that a cluster runs. */
export type Plan =
  | { readonly type: 'create' }
  /** It has our name, and is somebody else's. */
  | { readonly type: 'foreign' }
  /** Nothing is left of it that anybody could reach. */
  | { readonly type: 'rebuild'; readonly why: string; readonly loses: boolean }
  /** Nodes are gone for good, and the others have what they stored: nobody but its owner may give that up. */
  | { readonly type: 'incomplete'; readonly lost: readonly string[]; readonly left: readonly string[] }
  /**
   * Containers to stop first, as they run under other addresses than they had, to start, in this order, and to connect
   * to the network again while they run.
   */
  | {
      readonly type: 'repair';
      readonly stop: readonly string[];
      readonly start: readonly string[];
      readonly connect: readonly string[];
    }
  | { readonly type: 'reuse' };

export function planUp(record: ClusterRecord | undefined, containers: readonly NodeContainer[]): Plan {
  if (!record) return { type: containers.length === 0 ? 'create' : 'foreign' };
  if (record.state === 'creating') return { type: 'rebuild', why: 'its creation was interrupted', loses: false };
  if (containers.length === 0) return { type: 'rebuild', why: 'its containers are gone', loses: true };
  const ours = new Map(Object.entries(record.nodes).map(([name, { id }]) => [id, name]));
  if (containers.some(({ id }) => !ours.has(id))) return { type: 'foreign' };
  const lost = [...ours].flatMap(([id, name]) => (containers.some((each) => each.id === id) ? [] : [name]));
  if (lost.length > 0) {
    // All that is in the API is in the control plane's container.
    if (!containers.some(({ role }) => role === 'control-plane')) {
      return { type: 'rebuild', why: `the container of ${lost.join(', ')} is gone`, loses: true };
    }
    return { type: 'incomplete', lost, left: containers.map(({ name }) => name) };
  }
  const connect = containers.filter(({ addresses, running }) => running && Object.keys(addresses).length === 0);
  const moved = containers.filter(({ name, running, addresses }) => {
    const known = record.nodes[name]?.address;
    return running && known && Object.keys(addresses).length > 0 && !Object.values(addresses).includes(known);
  });
  const stopped = [...containers.filter(({ running }) => !running), ...moved];
  if (stopped.length === 0 && connect.length === 0) return { type: 'reuse' };
  // Where an address cannot be asked for, Docker gives them out in the order of starting: mostly the one each had.
  const rank = ({ name }: NodeContainer) => addressNumber(record.nodes[name]?.address ?? '');
  return {
    type: 'repair',
    stop: moved.map(({ name }) => name),
    start: stopped.sort((a, b) => rank(a) - rank(b)).map(({ name }) => name),
    connect: connect.map(({ name }) => name),
  };
}

function addressNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
