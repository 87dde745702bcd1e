import type { LoadedLesson } from '../../../lessons/load.ts';
import { formatProblem } from '../../../lessons/problem.ts';
import type { AttemptResult } from '../../../progress/rehearsal/result.ts';
import { attemptName, failureLines } from './failure-lines.ts';
import type { LessonReport, Reporter, RunReport } from './reporter.ts';

/** Where a reporter writes: a stream, or what stands before one. */
export interface Output {
  write(text: string): unknown;
}

/**
 * For people: a line for each attempt, and all there is to know about those that went wrong. The lines of a lesson stand
 * together: what happens to others meanwhile is told when it has ended.
 */
export class ListReporter implements Reporter {
  readonly #out: Output;
  /** Lines held back, by lesson, in the order in which the lessons began. The first one's are written at once. */
  readonly #open = new Map<string, string[]>();
  readonly #done = new Set<string>();

  constructor(out: Output) {
    this.#out = out;
  }

  began({ id, lesson }: LoadedLesson): void {
    this.#open.set(id, []);
    this.#line(id, `${id}  ${lesson?.title ?? ''}`);
  }

  attempt({ id }: LoadedLesson, attempt: AttemptResult): void {
    const { passed, milliseconds } = attempt;
    this.#line(id, `  ${passed ? 'ok    ' : 'FAILED'}  ${attemptName(attempt)}  (${seconds(milliseconds)})`);
    if (!passed) for (const line of failureLines(attempt)) this.#line(id, `          ${line}`);
  }

  ended({ loaded: { id, lesson, problems }, status, reason, attempts, milliseconds }: LessonReport): void {
    if (!this.#open.has(id)) this.#open.set(id, []);
    if (status === 'broken') {
      this.#line(id, `${id}  cannot be loaded`);
      const errors = problems.filter(({ severity }) => severity === 'error');
      for (const problem of errors) this.#line(id, `  ${formatProblem(problem)}`);
    } else if (status === 'skipped') {
      this.#line(id, `${id}  ${lesson?.title ?? ''}`);
      this.#line(id, `  skipped: ${reason}`);
    } else {
      const good = attempts.filter(({ passed }) => passed).length;
      this.#line(id, `  ${good} of ${attempts.length} attempts as promised, ${seconds(milliseconds)}`);
    }
    this.#close(id);
  }

  /** Of several lessons: how they went together. */
  finished({ provider, lessons, milliseconds }: RunReport): void {
    const rehearsed = lessons.filter(({ status }) => status !== 'skipped');
    if (rehearsed.length < 2) return;
    const good = rehearsed.filter(({ status }) => status === 'passed').length;
    const attempts = rehearsed.reduce((sum, lesson) => sum + lesson.attempts.length, 0);
    const passed = `${good} of ${rehearsed.length} lessons hold what they promise`;
    this.#out.write(`${passed}: ${attempts} attempts on ${provider}, ${seconds(milliseconds)}\n`);
  }

  #line(id: string, text: string): void {
    this.#open.get(id)?.push(text);
    if (this.#open.keys().next().value === id) this.#flush(id);
  }

  #flush(id: string): void {
    for (const line of this.#open.get(id)?.splice(0) ?? []) this.#out.write(`${line}\n`);
  }

  /** The next one has its say. One that ended before its turn keeps its lines, and is closed when its turn comes. */
  #close(id: string): void {
    this.#done.add(id);
    for (const first of [...this.#open.keys()]) {
      this.#flush(first);
      if (!this.#done.has(first)) return;
      this.#open.delete(first);
    }
  }
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
