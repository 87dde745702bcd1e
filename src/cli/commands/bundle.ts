import { Command } from 'commander';
import { imageOption } from '../options.ts';
import { ownLessons } from '../paths.ts';

export interface BundleCreateOptions {
  readonly image?: string;
  readonly lessons: string;
}

export function bundleCommand(): Command {
  return new Command('bundle')
    .description('Everything a kind cluster takes in one file, for machines without internet.')
    .addCommand(createCommand())
    .addCommand(loadCommand())
    .addHelpText(
      'after',
      `
Examples:
  ordinal bundle create workshop.ordinal      where there is internet: with the nodes’ image, the lessons’, kind and kubectl
  ordinal bundle load workshop.ordinal        on each machine of the workshop
  ordinal learn --provider kind               and this needs nothing more from outside`,
    );
}

function createCommand(): Command {
  return new Command('create')
    .description('Make the file; once more, after an interruption, to go on from there.')
    .argument('<file>', 'where to write it')
    .addOption(imageOption())
    .option('--lessons <folder>', 'where the lessons are whose images are packed', ownLessons)
    .addHelpText('after', '\nExamples:\n  ordinal bundle create workshop.ordinal')
    .action(async (file: string, options: BundleCreateOptions) => {
      const { bundleCreate } = await import('../bundle/run.ts');
      await bundleCreate(file, options);
    });
}

function loadCommand(): Command {
  return new Command('load')
    .description('Put what is in the file where it is looked for; what is there already is left alone.')
    .argument('<file>', 'made by "ordinal bundle create"')
    .addHelpText('after', '\nExamples:\n  ordinal bundle load workshop.ordinal')
    .action(async (file: string) => {
      const { bundleLoad } = await import('../bundle/run.ts');
      await bundleLoad(file);
    });
}
