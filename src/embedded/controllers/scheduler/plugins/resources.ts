import type { Plugin } from '../framework.ts';
import { type NodeInfo, podRequests, type Resources } from '../node-info.ts';

/** Plugins about what nodes have and Pods ask for. */

const scored = ['cpu', 'memory'] as const;

export const nodeResourcesFit: Plugin = {
  name: 'NodeResourcesFit',
  weight: 1,
  prepare(pod) {
    const { requested, counted } = podRequests(pod);
    return {
      filter: (node) => {
        const reasons = insufficient(requested, node);
        return reasons.length > 0 ? { plugin: this.name, resolvable: true, reasons } : undefined;
      },
      score: (nodes) => nodes.map((node) => leastAllocated(counted, node)),
    };
  },
};

function insufficient(requested: Resources, node: NodeInfo): string[] {
  const reasons: string[] = [];
  const places = node.allocatable.get('pods') ?? 0;
  if (node.pods.length + 1 > places) reasons.push('Too many pods');
  for (const [name, amount] of requested) {
    if (amount === 0) continue;
    const free = (node.allocatable.get(name) ?? 0) - (node.requested.get(name) ?? 0);
    if (amount > free) reasons.push(`Insufficient ${name}`);
  }
  return reasons;
}

/** The emptier the better. */
function leastAllocated(counted: Resources, node: NodeInfo): number {
  let score = 0;
  let weights = 0;
  for (const name of scored) {
    const capacity = node.allocatable.get(name) ?? 0;
    if (capacity === 0) continue;
    const used = (node.counted.get(name) ?? 0) + (counted.get(name) ?? 0);
    score += used > capacity ? 0 : Math.trunc(((capacity - used) * 100) / capacity);
    weights++;
  }
  return weights === 0 ? 0 : Math.trunc(score / weights);
}

export const balancedAllocation: Plugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: 1,
  prepare(pod) {
    const { requested } = podRequests(pod);
    // Best-effort Pods would all go to the node that happens to be balanced best.
    if (scored.every((name) => !requested.get(name))) return {};
    return { score: (nodes) => nodes.map((node) => balance(requested, node)) };
  },
};

/** The closer the used parts of CPU and memory are to each other the better. */
function balance(requested: Resources, node: NodeInfo): number {
  const parts = scored.flatMap((name) => {
    const capacity = node.allocatable.get(name) ?? 0;
    if (capacity === 0) return [];
    return [Math.min(1, ((node.requested.get(name) ?? 0) + (requested.get(name) ?? 0)) / capacity)];
  });
  const deviation = parts.length === 2 ? Math.abs(parts[0]! - parts[1]!) / 2 : 0;
  return Math.trunc((1 - deviation) * 100);
}

const mebibyte = 1024 * 1024;
const smallImage = 23 * mebibyte;
const largeImage = 1000 * mebibyte;

export const imageLocality: Plugin = {
  name: 'ImageLocality',
  weight: 1,
  prepare({ spec }, { nodes: all }) {
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    const wanted = containers.map(({ image = '' }) => normalizedName(image));
    const present = new Map(all.map((node) => [node.name, imageSizes(node)]));
    return {
      score: (nodes) =>
        nodes.map(({ name }) => {
          let sum = 0;
          for (const image of wanted) {
            const size = present.get(name)?.get(image) ?? 0;
            const having = [...present.values()].filter((images) => images.has(image)).length;
            // An image that few nodes have must not draw all Pods to them.
            sum += Math.trunc(size * (having / all.length));
          }
          const most = largeImage * containers.length;
          const bounded = Math.min(Math.max(sum, smallImage), most);
          return Math.trunc((100 * (bounded - smallImage)) / (most - smallImage));
        }),
    };
  },
};

function imageSizes({ node }: NodeInfo): ReadonlyMap<string, number> {
  return new Map(
    (node.status?.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) => names.map((name) => [name, sizeBytes])),
  );
}

/** With a tag, as a node's status names images that were asked for so. */
function normalizedName(image: string): string {
  return image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image;
}
