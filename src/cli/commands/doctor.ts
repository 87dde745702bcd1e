import { Command } from 'commander';

export interface DoctorOptions {
  readonly data?: string;
  readonly offline?: boolean;
}

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Look at what this machine has for Ordinal, and say what would help.')
    .option('--data <folder>', 'the data folder to look at')
    .option('--offline', 'fetch nothing')
    .addHelpText('after', '\nExamples:\n  ordinal doctor\n  ordinal doctor --offline')
    .action(async (options: DoctorOptions) => {
      const { doctor } = await import('../doctor/run.ts');
      await doctor(options);
    });
}
