import { Command } from 'commander';
import type { NodeAction } from '../../clusters/provider.ts';

const actions: readonly (readonly [NodeAction, string])[] = [
  ['stop', 'Switch a node off.'],
  ['start', 'Switch a node on again, or connect it to the network again.'],
  ['partition', 'Cut a node off from the network, while its containers go on running.'],
];

export function nodeCommand(): Command {
  const command = new Command('node').description('Let a node of the running cluster fail, and come back.').addHelpText(
    'after',
    `
Examples:
  ordinal node stop ordinal-worker         the Pods on it are lost once Kubernetes gives it up
  ordinal node partition ordinal-worker    they go on running, and nobody hears of them
  ordinal node start ordinal-worker        and it is back`,
  );
  for (const [action, description] of actions) {
    command
      .command(action)
      .description(description)
      .argument('<name>', 'as "kubectl get nodes" shows it')
      .option('--data <folder>', 'the data folder of the cluster; without it, that of the lessons')
      .addHelpText('after', `\nExamples:\n  ordinal node ${action} ordinal-worker`)
      .action(async (name: string, options: { data?: string }) => {
        const { actOnNode } = await import('../node/run.ts');
        await actOnNode(action, name, options);
      });
  }
  return command;
}
