import { checksFile } from './checks-file.ts';
import type { LoadedLesson } from './load.ts';
import type { RawStep } from './schema.ts';
import { textFile } from './text.ts';

/** Where a part of a lesson is written. */
export interface PlaceInLesson {
  /** Relative to the lesson's folder: "checks.yaml". */
  readonly file: string;
  /** From 1, as the next. */
  readonly line: number;
  readonly column: number;
}

/** What is looked for: the most precise part that there is counts. */
export interface PartOfLesson {
  readonly kind?: 'empty' | 'solution' | 'setup' | 'alternative' | 'wrong';
  readonly step?: string;
  readonly task?: string;
  /** Of an alternative or a wrong attempt. */
  readonly name?: string;
  /** A command as it was typed: a block of the step's text that has it is where it stands. */
  readonly command?: string;
}

export function placeOf(loaded: LoadedLesson, part: PartOfLesson): PlaceInLesson {
  const { text, checks } = loaded.sources;
  const step = text.steps.find(({ id }) => id === part.step);
  if (step && part.command !== undefined) {
    const typed = part.command.split('\n')[0]!.trim();
    for (const { content, line } of step.fences) {
      const index = content.split('\n').findIndex((each) => each.trim().startsWith(typed));
      if (index >= 0) return { file: textFile, line: line + 1 + index, column: 1 };
    }
  }
  const path = pathOf(loaded, part);
  if (path && checks?.yaml) return { file: checksFile, ...checks.yaml.locate(path) };
  return { file: textFile, line: step?.line ?? 1, column: 1 };
}

/** Path of the part in checks.yaml, where it has one. */
function pathOf({ sources: { checks } }: LoadedLesson, { kind, step, task, name }: PartOfLesson) {
  if (step === undefined || !checks?.yaml || !checks.steps.has(step)) return undefined;
  const raw = (checks.yaml.data as { steps: Record<string, RawStep> }).steps[step]!;
  const at = ['steps', step] as (string | number)[];
  if (kind === 'setup' && raw.setup !== undefined) return [...at, 'setup'];
  if (kind === 'alternative') {
    const index = (raw.alternatives ?? []).findIndex((each) => each.name === name);
    if (index >= 0) return [...at, 'alternatives', index];
  }
  const index = raw.tasks.findIndex(({ id }) => id === task);
  if (index < 0) return undefined;
  const wrong = (raw.tasks[index]!.wrong ?? []).findIndex((each) => each.name === name);
  return kind === 'wrong' && wrong >= 0 ? [...at, 'tasks', index, 'wrong', wrong] : [...at, 'tasks', index];
}
