import { join } from 'node:path';
import { Command, Option } from 'commander';
import { openBrowser } from '../browser.ts';
import { FolderInUse, ownFolder } from '../data-folder.ts';
import { Failure } from '../failure.ts';
import {
  addContextOptions,
  type ContextOptions,
  configOption,
  type ImageChoice,
  imageOption,
  imagesOption,
  type KindOptions,
  type ProviderName,
  parsePort,
  providerOption,
  requireLoopback,
} from '../options.ts';
import { defaultDataFolder, ownLessons } from '../paths.ts';

export interface LearnOptions extends KindOptions, ContextOptions {
  readonly port?: number;
  readonly host: string;
  readonly allowedHost: readonly string[];
  readonly open: boolean;
  readonly data?: string;
  readonly lessons: string;
  readonly provider: ProviderName;
  readonly images: ImageChoice;
}

export function learnCommand(): Command {
  const command = new Command('learn')
    .description('Open the lessons in the browser.')
    .addOption(new Option('--port <number>', 'port of the page; 0 for any that is free').argParser(parsePort))
    .option('--host <address>', 'loopback address to listen on', '127.0.0.1')
    .option(
      '--allowed-host <name>',
      'a name by which a tunnel or a devcontainer’s proxy reaches the page (may be repeated)',
      (name: string, names: string[]) => [...names, name],
      [] as string[],
    )
    .option('--no-open', 'do not open the browser')
    .option('--data <folder>', 'where progress and the cluster are kept')
    .option('--lessons <folder>', 'lessons to learn', ownLessons)
    .addOption(providerOption())
    .addOption(imageOption())
    .addOption(configOption())
    .addOption(imagesOption())
    .addHelpText(
      'after',
      `
Examples:
  ordinal learn                         go on where you were
  ordinal learn --data ./fresh          begin anew, beside what you have
  ordinal learn --lessons ./lessons     your own lessons
  ordinal learn --provider kind         on a real cluster, in Docker`,
    )
    .action(learn);
  return addContextOptions(command);
}

async function learn(options: LearnOptions): Promise<void> {
  const host = requireLoopback(options.host);
  const folder = options.data ?? defaultDataFolder(process.env, process.platform);
  const quiet = !options.open || Boolean(process.env.CI);
  let release: () => void;
  try {
    release = await ownFolder(folder, 'ordinal learn');
  } catch (error) {
    if (error instanceof FolderInUse) return joinRunning(error, quiet);
    throw error;
  }
  try {
    const { runLearn } = await import('../learn/run.ts');
    await runLearn({ ...options, host, folder, opened: (link) => !quiet && openBrowser(link, process.platform) });
  } finally {
    release();
  }
}

/** The folder is another start's: its page is opened instead. */
async function joinRunning({ folder, owner }: FolderInUse, quiet: boolean): Promise<void> {
  const { requestLink } = await import('../../server/control.ts');
  const link = await requestLink(folder);
  if (!link) {
    throw new Failure(
      `The data folder ${folder} is in use by process ${owner.pid} (${owner.what}), which has no page to open.`,
      `Stop it, or choose another folder: --data ${join('.', 'ordinal-data')}`,
    );
  }
  console.log(`Ordinal is running already (process ${owner.pid}). Open ${link}`);
  if (!quiet) openBrowser(link, process.platform);
}
