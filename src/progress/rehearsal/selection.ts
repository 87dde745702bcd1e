import { type Lesson, letsNodesFail } from '../../lessons/lesson.ts';
import type { AttemptResult } from './result.ts';

/** Which mistakes are made in a rehearsal: each costs a cluster the whole way to its step. */
export type Mistakes = 'all' | 'one' | 'none';

type Attempt = Pick<AttemptResult, 'kind' | 'step' | 'task' | 'name'>;

/**
 * For `rehearse`: of each step all its wrong attempts, the first, or none. Where nodes fail, which takes a real cluster
 * minutes each time, 'one' is none: attempts cannot be made side by side there.
 */
export function selectMistakes(lesson: Lesson, mistakes: Mistakes): (attempt: Attempt) => boolean {
  if (mistakes === 'all') return () => true;
  const none = mistakes === 'none' || letsNodesFail(lesson);
  const chosen = new Map(
    lesson.steps.flatMap(({ id, tasks }) => {
      const task = tasks.find(({ wrong }) => wrong.length > 0);
      return task && !none ? [[id, { task: task.id, name: task.wrong[0]!.name }] as const] : [];
    }),
  );
  return ({ kind, step, task, name }) => {
    if (kind !== 'wrong') return true;
    const only = chosen.get(step ?? '');
    return only?.task === task && only?.name === name;
  };
}
