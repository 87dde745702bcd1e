import type { LessonPage } from '../../protocol/lesson.ts';
import { stepState } from './progress.ts';
import type { SessionState } from './session-state.ts';
import { taskKey } from './session-state.ts';

/**
 * What a screen reader is told when tasks change: that one passed, that the step is done, that one went wrong and what
 * was seen; and what became of a prediction. Repeated evaluations with the same outcome, other steps' waiting and the state found on arrival stay silent.
 */
export function announcement(
  page: LessonPage,
  before: SessionState,
  after: SessionState,
  step: string | undefined,
): string | undefined {
  if (!before.known || (before.tasks === after.tasks && before.predictions === after.predictions)) return undefined;
  const sentences: string[] = [];
  for (const [number, pageStep] of page.steps.entries()) {
    for (const task of pageStep.tasks) {
      const key = taskKey(pageStep.id, task.id);
      const was = before.tasks.get(key)?.state;
      const now = after.tasks.get(key);
      if (!now || was === now.state) continue;
      if (now.state === 'passed') sentences.push(`Done: ${task.title}.`);
      if (now.state === 'failed' && pageStep.id === step) {
        sentences.push(`Not yet: ${task.title}.${now.evidence ? ` Saw: ${now.evidence.saw}` : ''}`);
      }
    }
    if (stepState(pageStep, after.tasks) === 'passed' && stepState(pageStep, before.tasks) !== 'passed') {
      sentences.push(`Step ${number + 1} is complete.`);
    }
  }
  for (const [id, { choice, settled }] of after.predictions) {
    if (settled && choice !== undefined && !before.predictions.get(id)?.settled) {
      sentences.push(`Your prediction is settled: ${settled.observed}`);
    }
  }
  return sentences.length > 0 ? sentences.join(' ') : undefined;
}
