import type { LessonPage, PageStep } from '../../protocol/lesson.ts';
import type { TaskState } from '../../protocol/live.ts';
import { taskKey } from './session-state.ts';

/** `reading`: it has no tasks and nothing to do but read. `open`: tasks wait. `trouble`: one of them failed. */
export type StepState = 'passed' | 'open' | 'trouble' | 'reading';

type Tasks = ReadonlyMap<string, TaskState>;

export function stepState(step: PageStep, tasks: Tasks): StepState {
  if (step.tasks.length === 0) return 'reading';
  const states = step.tasks.map((task) => tasks.get(taskKey(step.id, task.id))?.state ?? 'waiting');
  if (states.every((state) => state === 'passed')) return 'passed';
  return states.includes('failed') ? 'trouble' : 'open';
}

export interface Count {
  readonly passed: number;
  readonly total: number;
}

export function countStep(step: PageStep, tasks: Tasks): Count {
  const passed = step.tasks.filter((task) => tasks.get(taskKey(step.id, task.id))?.state === 'passed').length;
  return { passed, total: step.tasks.length };
}

export function countLesson(page: LessonPage, tasks: Tasks): Count {
  return page.steps
    .map((step) => countStep(step, tasks))
    .reduce((sum, step) => ({ passed: sum.passed + step.passed, total: sum.total + step.total }), {
      passed: 0,
      total: 0,
    });
}

/** Steps that still have tasks to do, in order. */
export function openSteps(page: LessonPage, tasks: Tasks): PageStep[] {
  return page.steps.filter((step) => step.tasks.length > 0 && stepState(step, tasks) !== 'passed');
}
