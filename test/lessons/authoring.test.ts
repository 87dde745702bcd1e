import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkShape } from '../../src/checks/schema.ts';
import { lint } from '../../src/lessons/lint/lint.ts';
import { loadLesson } from '../../src/lessons/load.ts';
import { formatProblem } from '../../src/lessons/problem.ts';
import { TemporaryFolder, tools } from './lesson-tools.ts';

const guide = readFileSync(resolve(import.meta.dirname, '../../docs/authoring.md'), 'utf8');

describe('the authoring guide', () => {
  it('takes a newcomer to a lesson that lint finds nothing wrong with', () => {
    const text = /^````markdown\n(.*?)^````$/ms.exec(guide)?.[1] ?? '';
    const checks = /^```yaml\n(# yaml-language-server.*?)^```$/ms.exec(guide)?.[1] ?? '';
    using folder = new TemporaryFolder().write({ '50-labels/lesson.md': text, '50-labels/checks.yaml': checks });
    expect(lint(folder.join('50-labels'), tools).map(formatProblem)).toEqual([]);
    const { lesson } = loadLesson(folder.join('50-labels'), tools);
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
