import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeAction } from '../../clusters/provider.ts';
import { ProviderError } from '../../clusters/provider.ts';
import { detachedFolder } from '../cluster/detached.ts';
import { Failure } from '../failure.ts';
import { defaultDataFolder } from '../paths.ts';
import { createProvider } from '../providers.ts';
import { askChannel } from './channel.ts';

const done: Record<NodeAction, string> = { stop: 'stopped', start: 'started', partition: 'cut off' };

/** Acts on a node of the cluster that runs: the one of the folder, else of the lessons, else in the background. */
export async function actOnNode(action: NodeAction, name: string, options: { readonly data?: string }): Promise<void> {
  const usual = defaultDataFolder(process.env, process.platform);
  const named = options.data ?? process.env.ORDINAL_DATA;
  for (const folder of named === undefined ? [usual, detachedFolder()] : [named]) {
    if (await act(folder, action, name)) {
      console.log(`${name} ${done[action]}`);
      return;
    }
  }
  throw new Failure(
    named === undefined ? 'No cluster runs whose nodes could be reached.' : `No cluster runs in ${named}.`,
    'Start the lessons (ordinal learn), or a cluster with a folder of its own: ordinal cluster up --data FOLDER',
  );
}

async function act(folder: string, action: NodeAction, name: string): Promise<boolean> {
  try {
    if (await askChannel(folder, action, name)) return true;
  } catch (error) {
    throw new Failure((error as Error).message, 'The nodes there are: kubectl get nodes');
  }
  if (!existsSync(join(folder, 'kind', 'kind.json'))) return false;
  const kind = await createProvider('kind', { data: folder, speed: 'learner' });
  if (!kind.node) throw new ProviderError('The nodes of this cluster cannot be stopped.', 'Use another provider.');
  await kind.node(action, name);
  return true;
}
