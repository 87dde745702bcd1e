import { Command, Option } from 'commander';
import type { Mistakes } from '../../progress/rehearsal/selection.ts';
import {
  addContextOptions,
  type ContextOptions,
  configOption,
  type ImageChoice,
  imageOption,
  imagesOption,
  type KindOptions,
  type ProviderName,
  providerOption,
} from '../options.ts';
import { ownLessons } from '../paths.ts';

export interface ValidateOptions extends KindOptions, ContextOptions {
  readonly lessons: string;
  readonly provider: ProviderName;
  readonly images: ImageChoice;
  readonly data?: string;
  readonly mistakes: Mistakes;
  readonly reporter: readonly string[];
  /** What to compare with; true for the usual base. */
  readonly changed?: string | true;
}

export function validateCommand(): Command {
  const command = new Command('validate')
    .description(
      'Rehearse lessons: every check fails before its commands and passes after them, and mistakes are found.',
    )
    .argument('[lesson...]', 'ids of lessons; all when absent')
    .option('--lessons <folder>', 'where the lessons are', ownLessons)
    .addOption(providerOption())
    .option('--data <folder>', 'with kind: use the cluster kept there, and leave it')
    .option(
      '--reporter <name[=file]>',
      'list (the default), junit, json or github; may be repeated',
      (written: string, all: string[]) => [...all, written],
      [] as string[],
    )
    .addOption(
      new Option('--mistakes <which>', 'of each step: all wrong attempts, one, or none; a real cluster takes long')
        .choices(['all', 'one', 'none'] satisfies Mistakes[])
        .default('all' satisfies Mistakes),
    )
    .option(
      '--changed [base]',
      'only lessons that differ from where this branch left the base (the branch it is to be merged into)',
    )
    .addOption(imageOption())
    .addOption(configOption())
    .addOption(imagesOption())
    .addHelpText(
      'after',
      `
Examples:
  ordinal validate                              every lesson
  ordinal validate 01-first-statefulset         one lesson
  ordinal validate --lessons ./lessons          your own
  ordinal validate --provider kind              on real clusters, made for this and removed
  ordinal validate --provider kind --mistakes one    the same in half the time
  ordinal validate --provider kind --images real 10-quiz 11-mysql
                                                with the databases themselves
  ordinal validate --changed                    only what this branch changes
  ordinal validate --changed=origin/release     the same, with a base of your choice
  ordinal validate --reporter list --reporter junit=reports/lessons.xml
                                                for people, and for a CI system
  ordinal validate --reporter github            annotations, where GitHub Actions runs it
Lessons that let nodes fail have clusters of their own: beside the others where the machine has room for more (with
kind 2 GB of memory and 48 inotify instances each), after them where it has not.
Reporters write to standard output, or to the file that is named after them.
Exits with 1 where a lesson does not hold what it promises, and says which command or check it was.`,
    )
    .action(async (ids: string[], options: ValidateOptions) => {
      const { validate } = await import('../validate/run.ts');
      await validate(ids, options);
    });
  return addContextOptions(command);
}
