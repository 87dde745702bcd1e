import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { newFolder } from '../../../src/cli/new/folder.ts';
import { kubectlPath, ordinal, withoutKubectl } from '../../integration/support/program.ts';
import { followGuide } from '../../lessons/guide.ts';
import { TemporaryFolder } from '../../lessons/lesson-tools.ts';

describe('the folder of a new lesson', () => {
  it('has the next free number, or the one that was asked for', () => {
    using folder = new TemporaryFolder().write({ '01-a/lesson.md': '', '07-b/lesson.md': '', 'notes/a': '' });
    expect(newFolder('pods', folder.path).id).toBe('08-pods');
    expect(newFolder('03-order', folder.path).id).toBe('03-order');
    expect(newFolder('1st-pod', folder.join('empty')).id).toBe('01-1st-pod');
  });

  it.each(['a/b', '..', 'A', 'a--b', '', 'a b', 'x'.repeat(61)])('is not called %j', (name) => {
    using folder = new TemporaryFolder();
    expect(() => newFolder(name, folder.path)).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it('is never one that is there, whatever its number', () => {
    using folder = new TemporaryFolder().write({ '01-pods/lesson.md': 'mine' });
    for (const name of ['pods', '01-pods', '02-pods']) {
      expect(() => newFolder(name, folder.path)).toThrow(/01-pods already, and it stays as it is/);
    }
    expect(readFileSync(folder.join('01-pods/lesson.md'), 'utf8')).toBe('mine');
  });
});

describe('ordinal new lesson', () => {
  it('writes a lesson that lint finds nothing wrong with, and a schema that editors find', async () => {
    using folder = new TemporaryFolder();
    const { code, out, err } = await ordinal(['new', 'lesson', 'labels'], { cwd: folder.path });
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toContain('lessons/01-labels/lesson.md\nlessons/01-labels/checks.yaml\n');
    const lint = await ordinal(['lint', '--lessons', folder.join('lessons')]);
    expect(lint.out).toBe('1 lesson, 0 errors, 0 warnings\n');
    const checks = readFileSync(folder.join('lessons/01-labels/checks.yaml'), 'utf8');
    const schema = /\$schema=(\S+)/.exec(checks)![1]!;
    expect(JSON.parse(readFileSync(folder.join('lessons/01-labels', schema), 'utf8'))).toMatchObject({
      type: 'object',
    });
  });

  it('refuses to overwrite', async () => {
    using folder = new TemporaryFolder();
    await ordinal(['new', 'lesson', 'labels'], { cwd: folder.path });
    const { code, err } = await ordinal(['new', 'lesson', 'labels'], { cwd: folder.path });
    expect(err).toMatch(/lessons\/01-labels already, and it stays as it is\.\n +Choose another name\./);
    expect(code).toBe(2);
    expect(existsSync(folder.join('lessons/02-labels'))).toBe(false);
  });

  it.skipIf(!kubectlPath)(`writes one that holds what it promises${withoutKubectl}`, async () => {
    using folder = new TemporaryFolder();
    await ordinal(['new', 'lesson', 'labels'], { cwd: folder.path });
    const { code, out } = await ordinal(['validate', '--lessons', folder.join('lessons')]);
    expect(out).toContain('  3 of 3 attempts as promised');
    expect(code).toBe(0);
  });

  it.skipIf(!kubectlPath)(
    `is what the authoring guide begins with, and ends with one that holds${withoutKubectl}`,
    async () => {
      using lessons = followGuide();
      const { code, out } = await ordinal(['validate', '--lessons', lessons.path]);
      expect(out).toContain('  4 of 4 attempts as promised');
      expect(code).toBe(0);
    },
  );
});
