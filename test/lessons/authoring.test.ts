import { describe, expect, it } from 'vitest';
import { checkShape } from '../../src/checks/schema.ts';
import { lint } from '../../src/lessons/lint/lint.ts';
import { loadLesson } from '../../src/lessons/load.ts';
import { formatProblem } from '../../src/lessons/problem.ts';
import { followGuide, guide } from './guide.ts';
import { tools } from './lesson-tools.ts';

describe('the authoring guide', () => {
  it('takes a newcomer from a new lesson to one that lint finds nothing wrong with', () => {
    using lessons = followGuide();
    const folder = lessons.join('15-labels');
    expect(lint(folder, tools).map(formatProblem)).toEqual([]);
    const { lesson } = loadLesson(folder, tools);
    expect(lesson?.steps.flatMap(({ tasks }) => tasks.map(({ key }) => key))).toEqual([
      'run/running',
      'label/labelled',
    ]);
  });

  it('names everything a check may have', () => {
    for (const key of Object.keys(checkShape)) expect(guide, key).toMatch(new RegExp(`\\b${key}\\b`));
  });

  it('names functions that there are', () => {
    const rows = [...guide.matchAll(/^\| `(\w+)\(([^`]*)\)`/gm)].map(([, name, args]) => `${name}(${args})`);
    expect(rows.length).toBeGreaterThan(8);
    for (const source of rows) {
      const variables = { object: 'dyn', pod: 'dyn' };
      expect(() => tools.compiler.value(source, variables), source).not.toThrow();
    }
  });
});
