import type { PageStep } from '../../protocol/lesson.ts';
import type { TaskState } from '../../protocol/live.ts';
import { taskKey } from './session-state.ts';

/** How a step with a time limit stands. Its clock runs from when its first task passed until its last one has. */
export interface Timing {
  readonly state: 'ready' | 'running' | 'done';
  /** Seconds since the clock started; until it stopped, where it has. */
  readonly elapsed: number;
  /** Seconds there are. */
  readonly limit: number;
}

/** @param now milliseconds since the epoch */
export function timingOf(step: PageStep, tasks: ReadonlyMap<string, TaskState>, now: number): Timing | undefined {
  if (step.limit === undefined) return undefined;
  const limit = step.limit * 60;
  const passed = step.tasks.map(({ id }) => Date.parse(tasks.get(taskKey(step.id, id))?.passedAt ?? ''));
  const [start = Number.NaN] = passed;
  if (Number.isNaN(start)) return { state: 'ready', elapsed: 0, limit };
  const done = passed.every((at) => !Number.isNaN(at));
  const end = done ? Math.max(...passed) : now;
  return { state: done ? 'done' : 'running', elapsed: Math.max(0, Math.floor((end - start) / 1000)), limit };
}

export function timingWords({ state, elapsed, limit }: Timing): string {
  const over = elapsed - limit;
  const late = over > 0 ? `, ${clock(over)} over the limit` : '';
  switch (state) {
    case 'ready':
      return `${clock(limit)} from when it is broken`;
    case 'running':
      return over > 0 ? `Time is up${late}` : `${clock(limit - elapsed)} left`;
    case 'done':
      return `Mended in ${clock(elapsed)}${late}`;
  }
}

/** "5:07" */
function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
