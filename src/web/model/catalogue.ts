import type { Catalogue, LessonSummary } from '../../protocol/lesson.ts';

/** `locked`: the provider lacks something it needs. `broken`: its author has something to repair first. */
export type LessonState = 'new' | 'started' | 'finished' | 'locked' | 'broken';

export function lessonState(lesson: LessonSummary): LessonState {
  if (lesson.problems.length > 0) return 'broken';
  if (lesson.missing.length > 0) return 'locked';
  if (lesson.steps > 0 && lesson.stepsPassed >= lesson.steps) return 'finished';
  return lesson.started ? 'started' : 'new';
}

/** What to do next: the lesson begun last in order and not finished, else the first that is not. */
export function nextLesson(catalogue: Catalogue): LessonSummary | undefined {
  const open = (wanted: LessonState) => catalogue.lessons.filter((lesson) => lessonState(lesson) === wanted);
  return open('started').at(-1) ?? open('new')[0];
}

const CAPABILITIES: Readonly<Record<string, string>> = {
  namespaces: 'namespaces of its own',
  nodes: 'several nodes',
  'node-failure': 'nodes that can be stopped',
  'storage-classes': 'StorageClasses it may change',
  'persistent-volumes': 'PersistentVolumes it may create',
  snapshots: 'volume snapshots',
};

/** "nodes that can be stopped and several nodes" */
export function needs(missing: readonly string[]): string {
  return missing.map((capability) => CAPABILITIES[capability] ?? capability).join(' and ');
}

/** "25 min", "1 h 10 min" */
export function duration(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${minutes} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
