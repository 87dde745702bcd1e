/** How many nodes a cluster may have before it is taken for one that others depend on. */
const manyNodes = 20;

const words = /(^|[^a-z0-9])(prod|prd|production|live|customer|customers)([^a-z]|$)/i;

/** Why a cluster looks like one to stay away from; undefined where nothing says so. */
export function looksLikeProduction(cluster: {
  /** Of the context, the cluster's entry and the server. */
  readonly names: readonly string[];
  readonly nodes: number;
}): string | undefined {
  const telling = cluster.names.find((name) => words.test(name));
  if (telling) return `it is called ${telling}`;
  return cluster.nodes > manyNodes ? `it has ${cluster.nodes} nodes` : undefined;
}
