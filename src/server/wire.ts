import { hintsFor, type Lesson } from '../lessons/lesson.ts';
import type { LoadedLesson } from '../lessons/load.ts';
import { formatProblem } from '../lessons/problem.ts';
import type { LearnerSession } from '../progress/learner-session.ts';
import type { ProgressRecord } from '../progress/record.ts';
import type { PredictionProgress, TaskProgress } from '../progress/session.ts';
import type { TimelineEntry as DomainTimelineEntry } from '../progress/timeline.ts';
import type { LessonPage, LessonSummary } from '../protocol/lesson.ts';
import type { PictureObject, PredictionState, TaskState, TimelineEntry } from '../protocol/live.ts';

/** From what the parts of the server know to what a browser is told. */

export function wireTask(
  { step, task, state, passedAt, evidence, hints }: TaskProgress,
  html: readonly string[],
): TaskState {
  return {
    step,
    task,
    state,
    ...(passedAt !== undefined && { passedAt: new Date(passedAt).toISOString() }),
    ...(evidence && { evidence }),
    hints: hints.map((_, index) => html[index] ?? ''),
  };
}

export function wirePrediction({ id, choice, settled }: PredictionProgress): PredictionState {
  return { id, ...(choice !== undefined && { choice }), ...(settled && { settled }) };
}

export function wireTimeline({ at, subject, what, tone }: DomainTimelineEntry): TimelineEntry {
  return { at: new Date(at).toISOString(), subject, what, tone };
}

type DomainObject = LearnerSession['objects'][number];

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** Without what the picture never shows, which is often the larger half. Undefined for one that has no identity. */
export function wireObject(object: DomainObject): PictureObject | undefined {
  const { managedFields: _, annotations, ...metadata } = object.metadata;
  const { uid } = metadata;
  if (uid === undefined) return undefined;
  const { [lastApplied]: __, ...kept } = annotations ?? {};
  return { ...object, metadata: { ...metadata, uid, ...(annotations && { annotations: kept }) } };
}

export function wireSummary(
  loaded: LoadedLesson,
  progress: ProgressRecord | undefined,
  capabilities: ReadonlySet<string>,
): LessonSummary {
  const { id, lesson } = loaded;
  const problems = loaded.problems.filter(({ severity }) => severity === 'error').map(formatProblem);
  return {
    id,
    title: lesson?.title ?? id,
    summary: lesson?.summary ?? '',
    minutes: lesson?.minutes ?? 0,
    objectives: [...(lesson?.objectives ?? [])],
    steps: lesson?.steps.length ?? 0,
    stepsPassed: lesson && progress ? stepsPassed(lesson, progress) : 0,
    started: progress !== undefined,
    missing: lesson ? missing(lesson, capabilities) : [],
    problems,
  };
}

/** What the lesson needs and this provider does not have. */
export function missing(lesson: Lesson, capabilities: ReadonlySet<string>): string[] {
  return lesson.needs.filter((need) => !capabilities.has(need));
}

function stepsPassed(lesson: Lesson, progress: ProgressRecord): number {
  return lesson.steps.filter(({ id, tasks }) =>
    tasks.length > 0 ? tasks.every(({ key }) => progress.passed[key] !== undefined) : progress.opened[id] !== undefined,
  ).length;
}

export function wirePage(
  lesson: Lesson,
  namespace: string,
  html: readonly { readonly id: string; readonly html: string }[],
  next: Lesson | undefined,
): LessonPage {
  return {
    id: lesson.id,
    title: lesson.title,
    summary: lesson.summary,
    minutes: lesson.minutes,
    objectives: [...lesson.objectives],
    namespace,
    steps: lesson.steps.map((step) => ({
      id: step.id,
      title: step.title,
      html: html.find(({ id }) => id === step.id)?.html ?? '',
      tasks: step.tasks.map((task) => ({ id: task.id, title: task.title, hints: hintsFor(task, undefined).length })),
      ...(step.limit !== undefined && { limit: step.limit }),
    })),
    ...(next && { next: { id: next.id, title: next.title } }),
  };
}
