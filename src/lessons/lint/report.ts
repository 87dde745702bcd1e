import { checksFile } from '../checks-file.ts';
import type { LoadedLesson, Tools } from '../load.ts';
import type { Problem } from '../problem.ts';
import type { RawStep } from '../schema.ts';
import { textFile } from '../text.ts';
import type { LocateOptions } from '../yaml.ts';
import { createKubectlTable, type KubectlTable } from './kubectl-flags.ts';

export interface LintOptions {
  /** Why a provider cannot run an image, in a sentence; undefined where all can. Not checked where it is not given. */
  lacksImage?(image: string): string | undefined;
}

/** Where something stands, as in a Problem. */
export type Place = Pick<Problem, 'file' | 'line' | 'column'>;

/** A link that leads to the web: for whoever wants to know whether anybody answers there. */
export interface WebLink extends Place {
  readonly target: string;
}

/** Collects problems, and knows what they are about. */
export class Report {
  readonly problems: Problem[] = [];
  readonly webLinks: WebLink[] = [];
  readonly loaded: LoadedLesson;
  readonly table: KubectlTable;
  readonly options: LintOptions;
  readonly tools: Tools;

  constructor(loaded: LoadedLesson, tools: Tools, options: LintOptions) {
    this.loaded = loaded;
    this.tools = tools;
    this.table = createKubectlTable();
    this.options = options;
  }

  /** Path of a task in checks.yaml: tasks that do not compile stand there as well. */
  taskPath(step: string, id: string): readonly PropertyKey[] {
    const data = this.loaded.sources.checks?.yaml?.data as { steps: Record<string, RawStep> };
    return ['steps', step, 'tasks', data.steps[step]!.tasks.findIndex((task) => task.id === id)];
  }

  text(line: number, message: string, severity: Problem['severity'] = 'error', column = 1): void {
    this.problems.push({ file: textFile, line, column, message, severity });
  }

  /** About the front matter, at a path of it. */
  frontMatter(path: readonly PropertyKey[], message: string, severity: Problem['severity'] = 'error'): void {
    const place = this.loaded.sources.text.yaml?.locate(path) ?? { line: 1, column: 1 };
    this.problems.push({ file: textFile, ...place, message, severity });
  }

  checks(
    path: readonly PropertyKey[],
    message: string,
    severity: Problem['severity'] = 'error',
    options: LocateOptions = {},
  ): void {
    this.problems.push({ ...this.placeInChecks(path, options), message, severity });
  }

  placeInChecks(path: readonly PropertyKey[], options: LocateOptions = {}): Place {
    return { file: checksFile, ...(this.loaded.sources.checks?.yaml?.locate(path, options) ?? { line: 1, column: 1 }) };
  }
}
