import { ProviderError } from '../provider.ts';

/** What only the user can decide or put right, with the command that does. */

export function foreignCluster(cluster: string, folder: string): ProviderError {
  return new ProviderError(
    `There is a kind cluster ${cluster} that was not made from ${folder}.`,
    `If nobody needs it: kind delete cluster --name ${cluster}. Else use another folder: --data FOLDER`,
  );
}

/**
 * Nodes are gone for good while the others have what they stored: kind adds no node to a cluster, and to make it anew
 * would take the rest from its owner.
 * @param give the command that deletes the cluster
 */
export function lostNodes(
  { lost, left }: { readonly lost: readonly string[]; readonly left: readonly string[] },
  { kubeconfig, give }: { readonly kubeconfig: string; readonly give: string },
): ProviderError {
  return new ProviderError(
    `The container of ${lost.join(' and ')} is gone, and with it what Pods stored on that node: something has removed ` +
      'it (docker rm, docker system prune). What is on the other nodes is still there, and was left alone.',
    `To give it up for a new cluster: ${give}, then start again. To look at it before: ` +
      `docker start ${left.join(' ')}; export KUBECONFIG=${kubeconfig}`,
  );
}

/**
 * Whether a cluster that does not get ready is slow or broken cannot be told from here, and what it stores would be gone
 * with it: so it is not made anew.
 */
export function notReady(
  cluster: string,
  { what, minutes, missing }: { readonly what: string; readonly minutes: number; readonly missing: string },
  give: string,
): ProviderError {
  return new ProviderError(
    `The cluster ${cluster} was ${what}, but is not ready after ${minutes} minutes: ${missing}`,
    'Close other programs if the machine is busy, and start again: the cluster is still there. To give it up, with ' +
      `all it stores: ${give}`,
  );
}
