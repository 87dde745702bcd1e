import type { LessonPage } from '../../protocol/lesson.ts';
import { FINISH } from './route.ts';

/** The first of these that is a step of the lesson, or its end; without any, its first step. */
export function chooseStep(page: LessonPage, ...candidates: (string | undefined)[]): string {
  const known = (id: string | undefined) => id === FINISH || page.steps.some((step) => step.id === id);
  return candidates.find(known) ?? page.steps[0]?.id ?? FINISH;
}

/** The step before or after this one, the end included; undefined beyond either. */
export function stepBeside(page: LessonPage, step: string, direction: 'previous' | 'next'): string | undefined {
  const steps = [...page.steps.map((one) => one.id), FINISH];
  return steps[steps.indexOf(step) + (direction === 'next' ? 1 : -1)];
}
