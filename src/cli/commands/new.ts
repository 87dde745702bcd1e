import { Command } from 'commander';

export interface NewLessonOptions {
  readonly lessons: string;
}

export function newCommand(): Command {
  const command = new Command('new').description('Begin something of your own.').addHelpText(
    'after',
    `
Examples:
  ordinal new lesson labels       a lesson in ./lessons, with the next free number`,
  );
  command
    .command('lesson')
    .description('Write a small lesson that works, to be changed into yours.')
    .argument('<name>', 'what its folder is called, after the number: labels')
    .option('--lessons <folder>', 'where the lessons are; made where it is not there', 'lessons')
    .addHelpText(
      'after',
      `
Examples:
  ordinal new lesson labels                     lessons/03-labels, if two lessons are there
  ordinal new lesson 50-labels                  with a number of your choice
  ordinal new lesson labels --lessons ./course  in a folder of your own
Then: ordinal lint, ordinal validate, ordinal dev. Nothing that is there is overwritten.`,
    )
    .action(async (name: string, options: NewLessonOptions) => {
      const { newLesson } = await import('../new/lesson.ts');
      const lesson = newLesson(name, options.lessons);
      console.log(lesson.files.join('\n'));
      console.log(`Prove it:                  ordinal validate --lessons ${options.lessons} ${lesson.id}`);
      console.log(`Look at it and change it:  ordinal dev --lessons ${options.lessons}`);
    });
  return command;
}
