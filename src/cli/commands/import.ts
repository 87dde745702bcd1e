import { Command } from 'commander';

export interface ImportOptions {
  readonly lessons: string;
  readonly name?: string;
}

export function importCommand(): Command {
  const command = new Command('import')
    .description('Make lessons of what was written for other platforms.')
    .addHelpText(
      'after',
      `
Examples:
  ordinal import killercoda ./scenario       a lesson in ./lessons, with the next free number`,
    );
  command
    .command('killercoda')
    .description('Make a lesson of a scenario of Killercoda or Katacoda.')
    .argument('<folder>', 'the scenario: where its index.json is')
    .option('--lessons <folder>', 'where the lessons are; made where it is not there', 'lessons')
    .option('--name <name>', 'what the lesson’s folder is called; after the scenario’s when absent')
    .addHelpText(
      'after',
      `
Examples:
  ordinal import killercoda ./scenario
  ordinal import killercoda ./scenario --name 20-volumes --lessons ./course
Texts become steps, {{exec}} and {{copy}} blocks, what verify scripts ask of Kubernetes checks, assets files.
What cannot be carried over is listed as TODO, in checks.yaml and in the output, with the file and line it is in.`,
    )
    .action(async (folder: string, options: ImportOptions) => {
      const { importKillercoda } = await import('../import/killercoda/run.ts');
      importKillercoda(folder, options, (line) => console.log(line));
    });
  return command;
}
