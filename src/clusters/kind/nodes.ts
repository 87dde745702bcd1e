import { type NodeAction, ProviderError } from '../provider.ts';
import { type NodeContainer, nodeContainers } from './containers.ts';
import { CommandError, type Program } from './program.ts';
import type { ClusterRecord } from './record.ts';

/** Stops a node, starts it, or cuts it off from the network while its containers run. */
export async function actOnNode(
  docker: Program,
  record: ClusterRecord,
  action: NodeAction,
  name: string,
): Promise<void> {
  const containers = await nodeContainers(docker, record.name);
  const node = containers.find((each) => each.name === name || each.name === `${record.name}-${name}`);
  if (!node || record.nodes[node.name]?.id !== node.id) {
    const names = containers.map((each) => each.name).join(', ');
    throw new ProviderError(`There is no node ${name}.`, names ? `Name one of these: ${names}` : 'Start the cluster.');
  }
  const connected = Object.keys(node.addresses).length > 0;
  switch (action) {
    case 'stop':
      await docker.run(['stop', node.name]);
      return;
    case 'partition':
      if (!node.running)
        throw new ProviderError(`The node ${node.name} is stopped.`, `ordinal node start ${node.name}`);
      if (connected) await docker.run(['network', 'disconnect', networkOf(record), node.name]);
      return;
    case 'start':
      if (!node.running) await startNode(docker, record, node.name);
      else if (!connected) await connectNode(docker, record, node);
  }
}

/**
 * Connects a node to the network again, under the address it had where it is free. Under another one the node has to
 * be restarted: its start is where kind's node image writes the address into the kubelet's settings. On kind's own
 * network no address can be asked for, and Docker mostly gives the one it had.
 */
export async function connectNode(docker: Program, record: ClusterRecord, node: NodeContainer): Promise<void> {
  const network = networkOf(record);
  const address = record.nodes[node.name]?.address;
  try {
    await docker.run(['network', 'connect', ...(address ? ['--ip', address] : []), network, node.name]);
  } catch (error) {
    if (!(error instanceof CommandError) || !address) throw error;
    await docker.run(['network', 'connect', network, node.name]);
    const given = (await nodeContainers(docker, record.name)).find(({ id }) => id === node.id)?.addresses[network];
    if (node.running && given !== address) await docker.run(['restart', node.name]);
  }
}

/**
 * Starts a stopped node under the address it had. Docker would give it any: a control plane's settings and certificates
 * name its address, and not every node image puts them right. Where somebody else has it, under another one.
 */
export async function startNode(docker: Program, record: ClusterRecord, name: string): Promise<void> {
  const network = networkOf(record);
  const address = record.nodes[name]?.address;
  const reconnect = async (...options: string[]) => {
    // It may be connected to none.
    await docker.run(['network', 'disconnect', '--force', network, name]).catch(() => {});
    await docker.run(['network', 'connect', ...options, network, name]);
  };
  try {
    if (address) await reconnect('--ip', address);
    await docker.run(['start', name]);
  } catch (error) {
    if (!(error instanceof CommandError) || !address) throw error;
    await reconnect();
    await docker.run(['start', name]);
  }
}

function networkOf(record: ClusterRecord): string {
  return record.network ?? 'kind';
}
