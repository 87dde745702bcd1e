import type { Check, Explanation, Outcome, Settlement } from '../checks/check.ts';

/** A lesson, read and compiled. `{{namespace}}` stands in its texts until `inNamespace` fills it in. */
export interface Lesson {
  /** Name of its folder: "01-first-statefulset". Lessons are taken in the order of their ids. */
  readonly id: string;
  /** Real path of its folder. */
  readonly folder: string;
  readonly title: string;
  readonly summary: string;
  readonly minutes: number;
  readonly objectives: readonly string[];
  /** Capabilities of the provider that it needs: "node-failure". */
  readonly needs: readonly string[];
  /** Every image it runs, tagged. */
  readonly images: readonly string[];
  readonly steps: readonly [Step, ...Step[]];
  /** What the learner finds in the working folder. */
  readonly files: readonly FileAction[];
}

export interface Step {
  readonly id: string;
  readonly title: string;
  /** Minutes there are from when its first task has passed until its last one has: in an exam. */
  readonly limit?: number;
  /** Its Markdown, without the heading. */
  readonly markdown: string;
  /** Line of lesson.md on which `markdown` begins, from 1. */
  readonly line: number;
  /** Its runnable commands and the files it writes, in the order of the text. */
  readonly actions: readonly Action[];
  readonly tasks: readonly Task[];
  readonly predictions: readonly Prediction[];
  /** How to get to the beginning of this step from an empty namespace, where that is not: by the steps before it. */
  readonly setup?: readonly Action[];
  /** What solves it: its own actions, unless checks.yaml says otherwise. */
  readonly solution: readonly Action[];
  /** Other ways that must pass as well. */
  readonly alternatives: readonly Attempt[];
}

export type Action = CommandAction | FileAction;

export interface CommandAction {
  readonly type: 'command';
  /** One or more lines of shell. */
  readonly text: string;
  /** Which terminal, from 1. */
  readonly terminal: number;
  /** It goes on until it is interrupted: `kubectl proxy`. */
  readonly background: boolean;
  /** It is meant to end with an exit code other than 0. */
  readonly expectFailure: boolean;
}

export interface FileAction {
  readonly type: 'file';
  /** Relative to the working folder, with `/`. */
  readonly name: string;
  readonly content: string;
}

export interface Task {
  readonly id: string;
  /** "step/task" */
  readonly key: string;
  readonly title: string;
  readonly check: Check;
  /** Markdown, from a nudge to the answer. */
  readonly hints: readonly string[];
  readonly wrong: readonly WrongAttempt[];
}

export interface Attempt {
  readonly name: string;
  readonly actions: readonly Action[];
}

/** Something people do wrong: the task must not pass, and must be explained by the explanation of that id. */
export interface WrongAttempt extends Attempt {
  readonly explain: string;
}

export interface Prediction {
  readonly id: string;
  /** Ids of its options, in the order of the text. */
  readonly options: readonly string[];
  readonly settlement: Settlement;
}

/** Hints for a task as things stand: those of the explanation that applies, else the task's own. Always as many. */
export function hintsFor(task: Task, outcome: Pick<Outcome, 'explanation'> | undefined): readonly string[] {
  const told: Explanation | undefined = task.check.explain.find(({ id }) => id === outcome?.explanation);
  return told?.hints ?? task.hints;
}

/** It stops nodes, cuts them off or closes them, which everybody on the cluster feels. */
export function letsNodesFail({ needs }: Pick<Lesson, 'needs'>): boolean {
  return needs.includes('node-failure');
}

/** What leads from an empty namespace to the beginning of a step. */
export interface Stage {
  /** The step whose tasks have to pass before the next stage, where it is one's solution. */
  readonly step?: Step;
  readonly actions: readonly Action[];
}

/** @param step id; its own actions are not part of the way */
export function wayTo(lesson: Lesson, step: string): readonly Stage[] {
  const index = lesson.steps.findIndex(({ id }) => id === step);
  if (index < 0) throw new Error(`lesson ${lesson.id} has no step ${step}`);
  const from = lesson.steps.slice(0, index + 1).findLastIndex(({ setup }) => setup !== undefined);
  const stages: Stage[] = from < 0 ? [] : [{ actions: lesson.steps[from]!.setup! }];
  for (const before of lesson.steps.slice(Math.max(from, 0), index)) {
    stages.push({ step: before, actions: before.solution });
  }
  return stages;
}

/** The same lesson with `{{namespace}}` filled in everywhere an action or a text has it; checks are told theirs anyway. */
export function inNamespace(lesson: Lesson, namespace: string): Lesson {
  return {
    ...lesson,
    ...(fill({ steps: lesson.steps, files: lesson.files }, namespace) as Pick<Lesson, 'steps' | 'files'>),
  };
}

const untouched = new Set(['check', 'settlement']);

function fill(value: unknown, namespace: string): unknown {
  if (typeof value === 'string') return value.replaceAll('{{namespace}}', namespace);
  if (Array.isArray(value)) return value.map((item) => fill(item, namespace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, untouched.has(key) ? item : fill(item, namespace)]),
  );
}
