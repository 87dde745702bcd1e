import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import { Failure, usage } from '../failure.ts';
import { ownLessons } from '../paths.ts';

interface LintOptions {
  readonly lessons: string;
  readonly schema?: boolean;
}

export function lintCommand(): Command {
  return new Command('lint')
    .description('Look for mistakes in lessons, without a cluster.')
    .argument('[lesson...]', 'ids of lessons; all when absent')
    .option('--lessons <folder>', 'where the lessons are', ownLessons)
    .option('--schema', 'print the JSON schema of checks.yaml, for editors, and do nothing else')
    .addHelpText(
      'after',
      `
Examples:
  ordinal lint                          every lesson
  ordinal lint 03-identity              one lesson
  ordinal lint --lessons ./lessons      your own
Prints file:line:column of each mistake. Exits with 1 where there are errors; warnings alone are fine.`,
    )
    .action(lint);
}

async function lint(ids: readonly string[], options: LintOptions): Promise<void> {
  const [{ createTools, lessonFolders }, { lint: lintLesson }, { chooseLessons }] = await Promise.all([
    import('../../lessons/load.ts'),
    import('../../lessons/lint/lint.ts'),
    import('../lessons.ts'),
  ]);
  if (options.schema) {
    const { jsonSchemas } = await import('../../lessons/schema.ts');
    console.log(JSON.stringify(jsonSchemas().checks, null, 2));
    return;
  }
  if (!existsSync(options.lessons)) throw usage(`There is no folder ${options.lessons}.`, 'Name one: --lessons FOLDER');
  const tools = createTools();
  const folders = chooseLessons(lessonFolders(options.lessons), ids, options.lessons);
  let errors = 0;
  let warnings = 0;
  for (const folder of folders) {
    for (const { file, line, column, message, severity } of lintLesson(folder, tools)) {
      if (severity === 'error') errors++;
      else warnings++;
      console.log(`${relative('.', join(folder, file))}:${line}:${column}: ${severity}: ${message}`);
    }
  }
  const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`;
  console.log(`${count(folders.length, 'lesson')}, ${count(errors, 'error')}, ${count(warnings, 'warning')}`);
  if (errors > 0)
    throw new Failure(
      `${count(errors, 'error')} in the lessons.`,
      'Each line above says where and what to write instead.',
    );
}
