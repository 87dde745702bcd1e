import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { usage } from '../../failure.ts';
import { GithubReporter } from './github.ts';
import { JsonReporter } from './json.ts';
import { JunitReporter } from './junit.ts';
import { ListReporter, type Output } from './list.ts';
import { ProgressReporter, type TerminalOutput } from './progress.ts';
import type { Reporter } from './reporter.ts';

export const reporterNames = ['list', 'junit', 'json', 'github'] as const;
type ReporterName = (typeof reporterNames)[number];

export interface ReporterStreams {
  readonly stdout: TerminalOutput;
  readonly stderr: TerminalOutput;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The reporters that were asked for, `list` when none was, and how far it is where somebody watches.
 * @param written "list", "junit=report.xml"
 * @throws Failure for a reporter that there is not, a file that cannot be written, documents that would end up in one stream
 */
export function chooseReporters(written: readonly string[], { stdout, stderr, env }: ReporterStreams): Reporter[] {
  const asked = (written.length > 0 ? written : ['list']).map(parse);
  const onStdout = asked.filter(({ file }) => file === undefined).map(({ name }) => name);
  const document = onStdout.find((name) => name === 'json' || name === 'junit');
  if (document && onStdout.length > 1) {
    throw usage(
      `${onStdout.join(' and ')} would be written into one another on standard output.`,
      `Give ${document} a file of its own: --reporter ${document}=FILE`,
    );
  }
  const progress = stderr.isTTY ? new ProgressReporter(stderr) : undefined;
  const out: Output = progress && stdout.isTTY ? progress.above(stdout) : stdout;
  const reporters = asked.map(({ name, file }) => create(name, file === undefined ? out : fileOutput(file), env));
  // Last, so that its line stands below what the others have written.
  return progress ? [...reporters, progress] : reporters;
}

function parse(written: string): { name: ReporterName; file?: string } {
  const [, name, file] = /^([^=]*)(?:=(.*))?$/s.exec(written) ?? [];
  const known = reporterNames.find((each) => each === name);
  if (!known) {
    throw usage(`There is no reporter "${name}".`, `There are: ${reporterNames.join(', ')}, each also as NAME=FILE`);
  }
  if (file === '') throw usage(`--reporter ${written} names no file.`, `Write --reporter ${known}=FILE`);
  return { name: known, ...(file !== undefined && { file }) };
}

function create(name: ReporterName, out: Output, env: ReporterStreams['env']): Reporter {
  switch (name) {
    case 'list':
      return new ListReporter(out);
    case 'junit':
      return new JunitReporter(out);
    case 'json':
      return new JsonReporter(out);
    case 'github':
      return new GithubReporter(out, env.GITHUB_STEP_SUMMARY);
  }
}

/** Begun at once: who cannot have the report wants to know before minutes have passed, not after. */
function fileOutput(file: string): Output {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, '');
  } catch (error) {
    throw usage(`${file} cannot be written: ${(error as Error).message}`, 'Name a file in a folder of yours.');
  }
  return { write: (text) => writeFileSync(file, text, { flag: 'a' }) };
}
