import { Command, Option } from 'commander';
import { ownLessons } from '../paths.ts';

export interface LintOptions {
  readonly lessons: string;
  readonly schema?: boolean;
  readonly online?: boolean;
  readonly reporter: 'list' | 'json' | 'github';
}

export function lintCommand(): Command {
  return new Command('lint')
    .description('Look for mistakes in lessons, without a cluster.')
    .argument('[lesson...]', 'ids of lessons; all when absent')
    .option('--lessons <folder>', 'where the lessons are', ownLessons)
    .option('--online', 'ask the addresses that links lead to as well')
    .addOption(
      new Option('--reporter <name>', 'how mistakes are told').choices(['list', 'json', 'github']).default('list'),
    )
    .option('--schema', 'print the JSON schema of checks.yaml, for editors, and do nothing else')
    .addHelpText(
      'after',
      `
Examples:
  ordinal lint                          every lesson
  ordinal lint 03-identity              one lesson
  ordinal lint --lessons ./lessons      your own
  ordinal lint --online                 and whether the pages are there that links lead to
  ordinal lint --schema > checks.json   for your editor: # yaml-language-server: $schema=checks.json
Prints file:line:column of each mistake. Exits with 1 where there are errors; warnings alone are fine.`,
    )
    .action(async (ids: string[], options: LintOptions) => {
      const { lint } = await import('../lint/run.ts');
      await lint(ids, options);
    });
}
