import { checksFile } from '../checks-file.ts';
import type { LoadedLesson } from '../load.ts';
import type { Problem } from '../problem.ts';
import { textFile } from '../text.ts';
import type { KubectlTable } from './kubectl-flags.ts';

export interface LintOptions {
  /** Images that every provider of the lesson has; not checked where it is not given. */
  readonly images?: ReadonlySet<string>;
}

/** Collects problems, and knows what they are about. */
export class Report {
  readonly problems: Problem[] = [];
  readonly loaded: LoadedLesson;
  readonly table: KubectlTable;
  readonly options: LintOptions;

  constructor(loaded: LoadedLesson, table: KubectlTable, options: LintOptions) {
    this.loaded = loaded;
    this.table = table;
    this.options = options;
  }

  text(line: number, message: string, severity: Problem['severity'] = 'error', column = 1): void {
    this.problems.push({ file: textFile, line, column, message, severity });
  }

  checks(
    path: readonly PropertyKey[],
    message: string,
    severity: Problem['severity'] = 'error',
    options: { key?: boolean; offset?: number } = {},
  ): void {
    const place = this.loaded.sources.checks?.yaml?.locate(path, options) ?? { line: 1, column: 1 };
    this.problems.push({ file: checksFile, ...place, message, severity });
  }
}
