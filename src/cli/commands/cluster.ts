import { Command, Option } from 'commander';
import {
  addContextOptions,
  type ContextOptions,
  configOption,
  imageOption,
  type KindOptions,
  type ProviderName,
  parsePort,
  providerOption,
} from '../options.ts';

export interface ClusterUpOptions extends KindOptions {
  readonly provider: ProviderName;
  readonly kubeconfig?: string;
  readonly data?: string;
  readonly port?: number;
  readonly speed: 'learner' | 'max';
  readonly detach?: boolean;
}

export interface ClusterDownOptions extends ContextOptions {
  readonly provider: ProviderName;
  readonly data?: string;
  readonly delete?: boolean;
}

export interface ClusterLogsOptions {
  readonly provider: ProviderName;
  readonly data?: string;
}

export function clusterCommand(): Command {
  return new Command('cluster')
    .description('A Kubernetes cluster of your own.')
    .addCommand(upCommand())
    .addCommand(downCommand())
    .addCommand(logsCommand())
    .addHelpText(
      'after',
      `
Examples:
  ordinal cluster up --kubeconfig kube     serve one until Ctrl-C
  ordinal cluster up --detach              leave one in the background
  ordinal cluster down                     and stop it`,
    );
}

function upCommand(): Command {
  return new Command('up')
    .description('Start a cluster and serve it until Ctrl-C.')
    .addOption(providerOption())
    .addOption(imageOption())
    .addOption(configOption())
    .option('--kubeconfig <file>', 'write the kubeconfig there once the cluster serves')
    .option('--data <folder>', 'keep the cluster there; without it, it is in memory and gone when it stops')
    .addOption(new Option('--port <number>', 'port of the Kubernetes API; 0 for any that is free').argParser(parsePort))
    .addOption(
      new Option('--speed <speed>', 'how long simulated work takes: short enough to watch, or no time at all')
        .choices(['learner', 'max'])
        .default('learner'),
    )
    .option('--detach', 'go on in the background; "ordinal cluster down" stops it')
    .addHelpText(
      'after',
      `
Examples:
  ordinal cluster up --kubeconfig kube & export KUBECONFIG=$PWD/kube
  ordinal cluster up --data ./mine --detach
  ordinal cluster up --provider kind          a real one, which goes on running by itself
  ordinal cluster down --data ./mine`,
    )
    .action(async (options: ClusterUpOptions) => {
      const { clusterUp } = await import('../cluster/up.ts');
      await clusterUp(options);
    });
}

function downCommand(): Command {
  const command = new Command('down')
    .description('Stop the cluster that "cluster up" left running.')
    .addOption(providerOption())
    .option('--data <folder>', 'the cluster kept there; without it, the one in memory')
    .option('--delete', 'delete what the folder keeps of the cluster, too')
    .addHelpText(
      'after',
      `
Examples:
  ordinal cluster down
  ordinal cluster down --data ./mine --delete
  ordinal cluster down --provider kind        stop its nodes; with --delete, remove them
  ordinal cluster down --provider kubeconfig --context lab    remove the sessions’ namespaces`,
    )
    .action(async (options: ClusterDownOptions) => {
      const { clusterDown } = await import('../cluster/down.ts');
      await clusterDown(options);
    });
  return addContextOptions(command);
}

function logsCommand(): Command {
  return new Command('logs')
    .description('Write what a running cluster says of itself into a folder: objects, Events, logs; no Secrets.')
    .argument('<folder>', 'where to; it must not hold anything yet')
    .addOption(providerOption())
    .option('--data <folder>', 'the data folder of the cluster; without it, that of the lessons')
    .addHelpText(
      'after',
      `
Examples:
  ordinal cluster logs ./report
  ordinal cluster logs ./report --provider kind     with what its nodes and their systems have logged`,
    )
    .action(async (folder: string, options: ClusterLogsOptions) => {
      const { clusterLogs } = await import('../cluster/logs.ts');
      await clusterLogs(folder, options);
    });
}
