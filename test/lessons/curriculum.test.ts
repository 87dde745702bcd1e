import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadLesson } from '../../src/lessons/load.ts';
import { tools } from './lesson-tools.ts';

const folder = resolve(import.meta.dirname, '../../lessons');

/** What lint lets other people's lessons do as they like, ours keep to. */
describe.each(readdirSync(folder))('lesson %s', (id) => {
  const lesson = loadLesson(resolve(folder, id), tools).lesson!;
  const text = lesson.steps.map(({ markdown }) => markdown).join('\n');
  const exam = lesson.steps.some(({ limit }) => limit !== undefined);

  it('takes 10 to 25 minutes, in 5 to 9 steps', () => {
    expect(lesson.minutes).toBeGreaterThanOrEqual(10);
    expect(lesson.minutes).toBeLessThanOrEqual(25);
    expect(lesson.steps.length).toBeGreaterThanOrEqual(5);
    expect(lesson.steps.length).toBeLessThanOrEqual(9);
    const limits = lesson.steps.reduce((sum, { limit = 0 }) => sum + limit, 0);
    expect(limits).toBeLessThanOrEqual(lesson.minutes);
  });

  it('says what it is for, what one knows in the end, and where to read on', () => {
    expect(lesson.objectives.length).toBeGreaterThanOrEqual(3);
    expect(lesson.steps.at(-1)!.markdown).toContain('### What you now know');
    expect(text).toContain('https://kubernetes.io/docs/');
  });

  it(exam ? 'limits the time for each step' : 'has something to predict, which the cluster settles', () => {
    if (exam) expect(lesson.steps.filter(({ limit }) => limit === undefined)).toEqual([]);
    else expect(lesson.steps.flatMap(({ predictions }) => predictions).length).toBeGreaterThanOrEqual(5);
  });

  it.each(lesson.steps.flatMap(({ tasks }) => tasks).map((task) => [task.key, task] as const))(
    'gives three hints for %s and can find fault with it',
    (_, { hints, check, wrong }) => {
      expect(hints.length).toBeGreaterThanOrEqual(3);
      for (const explanation of check.explain) {
        if (explanation.hints) expect(explanation.hints.length).toBeGreaterThanOrEqual(3);
      }
      expect(wrong.length).toBeGreaterThanOrEqual(1);
    },
  );
});
