import { join, relative } from 'node:path';
import type { LoadedLesson } from '../../../lessons/load.ts';
import { placeOf } from '../../../lessons/places.ts';
import type { AttemptResult, RehearsalProblem } from '../../../progress/rehearsal/result.ts';

export interface Place {
  /** Relative to the current folder, with `/`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Where what went wrong with an attempt is written. */
export function placeOfProblem(loaded: LoadedLesson, attempt: AttemptResult, problem?: RehearsalProblem): Place {
  const { kind, name, transcript } = attempt;
  // Of a whole lesson's run, the problem knows the step; everything else is about a step of its own.
  const { step, task } = attempt.step === undefined ? (problem ?? attempt) : attempt;
  const failed = transcript.findLast(({ exitCode }) => exitCode !== undefined && exitCode !== 0);
  const command = task === undefined && kind === 'solution' ? failed?.text : undefined;
  const place = placeOf(loaded, {
    kind,
    name,
    ...(step !== undefined && { step }),
    ...(task !== undefined && { task }),
    ...(command !== undefined && { command }),
  });
  return { ...place, file: pathFrom(loaded, place.file) };
}

/** A file of a lesson as it is called from the current folder. */
export function pathFrom({ folder }: Pick<LoadedLesson, 'folder'>, file: string): string {
  return relative('.', join(folder, file)).replaceAll('\\', '/');
}
