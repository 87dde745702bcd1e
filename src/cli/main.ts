import { Command, CommanderError } from 'commander';
import { bundleCommand } from './commands/bundle.ts';
import { clusterCommand } from './commands/cluster.ts';
import { devCommand } from './commands/dev.ts';
import { doctorCommand } from './commands/doctor.ts';
import { importCommand } from './commands/import.ts';
import { learnCommand } from './commands/learn.ts';
import { lintCommand } from './commands/lint.ts';
import { newCommand } from './commands/new.ts';
import { nodeCommand } from './commands/node.ts';
import { validateCommand } from './commands/validate.ts';
import { report } from './failure.ts';
import { version } from './version.ts';

/**
 * The program. Each command is a file of its own, which says what it takes and loads what it does only when it is run:
 * a cluster that must be up in half a second does not wait for the learner's server to load.
 */
const program = new Command('ordinal')
  .description('Learn how Kubernetes runs stateful workloads, on a cluster that comes along.')
  .version(version, '-V, --version')
  .configureHelp({ showGlobalOptions: true })
  .addCommand(learnCommand())
  .addCommand(clusterCommand())
  .addCommand(nodeCommand())
  .addCommand(validateCommand())
  .addCommand(lintCommand())
  .addCommand(newCommand())
  .addCommand(devCommand())
  .addCommand(importCommand())
  .addCommand(bundleCommand())
  .addCommand(doctorCommand())
  .addHelpText(
    'after',
    `
Examples:
  ordinal learn                            open the lessons in the browser
  ordinal cluster up --kubeconfig kube     a Kubernetes cluster of your own, until Ctrl-C
  ordinal validate                         prove every lesson
In a checkout, "ordinal …" is "npm run -s ordinal -- …".`,
  );

// Commands that are added whole take over nothing of the program's settings.
for (const command of [program, ...allCommands(program)]) {
  command.exitOverride().showHelpAfterError(`       Run "${pathOf(command)} --help" to see what it takes.`);
}

// What nobody has caught leaves a state that nobody vouches for. All that was acknowledged is on disk already.
process.on('uncaughtException', (error) => process.exit(report(error, process.stderr)));

// Whoever reads may have enough of it, as `head` has: what else there is to say goes nowhere, and what is done is done.
for (const output of [process.stdout, process.stderr]) {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version are thrown too; commander has printed what there is to say.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  } else {
    process.exitCode = report(error, process.stderr);
  }
}

/** "ordinal cluster up" */
function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function allCommands(command: Command): Command[] {
  return command.commands.flatMap((each) => [each, ...allCommands(each as Command)]) as Command[];
}
