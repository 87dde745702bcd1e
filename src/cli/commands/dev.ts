import { join } from 'node:path';
import { Command, Option } from 'commander';
import { openBrowser } from '../browser.ts';
import { ownFolder } from '../data-folder.ts';
import { type ProviderName, parsePort, providerOption } from '../options.ts';
import { defaultDataFolder } from '../paths.ts';

export interface DevOptions {
  readonly lessons?: string;
  readonly data?: string;
  readonly port?: number;
  readonly open: boolean;
  readonly provider: ProviderName;
}

export function devCommand(): Command {
  return new Command('dev')
    .description('Write lessons: the page follows what you save, and a prompt tries checks against the cluster.')
    .option('--lessons <folder>', 'where the lessons are: ./lessons, or this folder, or those that came along')
    .option('--data <folder>', 'where progress and the cluster are kept; a folder beside the learner’s when absent')
    .addOption(new Option('--port <number>', 'port of the page; 0 for any that is free').argParser(parsePort))
    .option('--no-open', 'do not open the browser')
    .addOption(providerOption())
    .addHelpText(
      'after',
      `
Examples:
  ordinal dev                              the lessons of ./lessons
  ordinal dev --lessons ./course           those of another folder
  ordinal dev --data ./fresh               with a cluster of its own
At the prompt, in the namespace of the lesson that was saved last:
  check> ready(get("statefulset/kubia"))                       an expression
  check> statefulset/kubia object.spec.replicas == 2           one about an object
  check> {dns: kubia, assert: size(answer.records) == 2}       a check, as in checks.yaml
  check> statefulset/running                                   a task's own check
  check> help                                                  everything else`,
    )
    .action(dev);
}

async function dev(options: DevOptions): Promise<void> {
  const folder = options.data ?? join(defaultDataFolder(process.env, process.platform), 'dev');
  const quiet = !options.open || Boolean(process.env.CI);
  const release = await ownFolder(folder, 'ordinal dev');
  try {
    const [{ runLearn }, { Prompt }, { nearestLessons }] = await Promise.all([
      import('../learn/run.ts'),
      import('../dev/prompt.ts'),
      import('../dev/nearest-lessons.ts'),
    ]);
    await runLearn({
      ...options,
      lessons: options.lessons ?? nearestLessons('.'),
      host: '127.0.0.1',
      allowedHost: [],
      folder,
      opened: (link) => !quiet && openBrowser(link, process.platform),
      attend: (desk) => new Prompt(desk, { input: process.stdin, output: process.stdout }),
    });
  } finally {
    release();
  }
}
