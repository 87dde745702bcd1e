import { CommandError, type Program } from './program.ts';

const label = 'ordinal.cluster';

/**
 * Makes a network for a cluster's nodes, whose range of addresses is said when it is made: only then does Docker let
 * somebody ask for an address, and a node that is connected or started again has to be where it was. kind's own network
 * is made without, and what is asked for there is refused until Docker itself has been started again. Resolves with its
 * name; with undefined where Docker cannot make one, and kind's own has to do.
 */
export async function makeNetwork(docker: Program, cluster: string, signal: AbortSignal): Promise<string | undefined> {
  const name = `${cluster}-nodes`;
  await removeNetwork(docker, cluster);
  const size = await docker
    .run(['network', 'inspect', 'bridge', '--format', '{{index .Options "com.docker.network.driver.mtu"}}'], { signal })
    .catch(() => '');
  const options = [
    ...(/^\d+$/.test(size.trim()) ? ['--opt', `com.docker.network.driver.mtu=${size.trim()}`] : []),
    '--label',
    `${label}=${cluster}`,
  ];
  try {
    // Docker knows best which range is free, and chooses one if none is said.
    await docker.run(['network', 'create', ...options, name], { signal });
    const range = ['network', 'inspect', name, '--format', '{{(index .IPAM.Config 0).Subnet}}'];
    const subnet = (await docker.run(range, { signal })).trim();
    await docker.run(['network', 'rm', name], { signal });
    await docker.run(['network', 'create', ...options, '--subnet', subnet, name], { signal });
    return name;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    await removeNetwork(docker, cluster);
    return undefined;
  }
}

/** Removes a cluster's own network, once its nodes are gone; fine where there is none. */
export async function removeNetwork(docker: Program, cluster: string): Promise<void> {
  const list = ['network', 'ls', '--quiet', '--filter', `label=${label}=${cluster}`];
  const found = (await docker.run(list).catch(() => '')).split('\n').filter(Boolean);
  if (found.length > 0) await docker.run(['network', 'rm', ...found]).catch(() => {});
}
