import { describe, expect, it } from 'vitest';
import type { Lesson } from '../../../src/lessons/lesson.ts';
import { selectMistakes } from '../../../src/progress/rehearsal/selection.ts';

const task = (id: string, ...names: string[]) => ({ id, wrong: names.map((name) => ({ name })) });
const lesson = (needs: string[] = []) =>
  ({
    needs,
    steps: [
      { id: 'make', tasks: [task('looked'), task('made', 'too few', 'too many'), task('named', 'otherwise')] },
      { id: 'break', tasks: [task('broken', 'too few')] },
    ],
  }) as unknown as Lesson;

const all = [
  { kind: 'solution', name: 'every step' },
  { kind: 'alternative', step: 'make', name: 'too few' },
  { kind: 'wrong', step: 'make', task: 'made', name: 'too few' },
  { kind: 'wrong', step: 'make', task: 'made', name: 'too many' },
  { kind: 'wrong', step: 'make', task: 'named', name: 'otherwise' },
  { kind: 'wrong', step: 'break', task: 'broken', name: 'too few' },
] as const;

const left = (...options: Parameters<typeof selectMistakes>) =>
  all.filter(selectMistakes(...options)).map((attempt) => all.indexOf(attempt));

describe('of a lesson’s mistakes are made', () => {
  it('all', () => expect(left(lesson(), 'all')).toEqual([0, 1, 2, 3, 4, 5]));
  it('one in each step', () => expect(left(lesson(), 'one')).toEqual([0, 1, 2, 5]));
  it('none', () => expect(left(lesson(), 'none')).toEqual([0, 1]));
  it('none where one would cost minutes, as nodes fail', () =>
    expect(left(lesson(['node-failure']), 'one')).toEqual([0, 1]));
});
