import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { changedLessons } from '../../../src/cli/validate/changed.ts';
import { gitPath, ordinal } from '../../integration/support/program.ts';
import { checks, TemporaryFolder, text } from '../../lessons/lesson-tools.ts';

/** A repository with two lessons on main, on a branch that has just left it. */
class Repository extends TemporaryFolder {
  constructor() {
    super();
    this.git('init', '-q', '-b', 'main');
    for (const id of ['01-one', '02-two']) {
      this.write({ [`lessons/${id}/lesson.md`]: text, [`lessons/${id}/checks.yaml`]: checks });
    }
    this.write({ 'README.md': 'a', 'src/tool.ts': 'a' });
    this.commit();
    this.git('checkout', '-q', '-b', 'branch');
  }

  git(...args: string[]): void {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgsign=false'];
    execFileSync('git', [...identity, ...args], { cwd: this.path, stdio: 'pipe' });
  }

  commit(): void {
    this.git('add', '.');
    this.git('commit', '-q', '-m', 'change');
  }

  async changed(base?: string, program = this.join('elsewhere')) {
    const found = await changedLessons({ lessons: this.join('lessons'), ...(base && { base }), program, env: {} });
    return { ...found, ids: found.ids && [...found.ids].sort() };
  }
}

describe.skipIf(!gitPath)('lessons that have changed', () => {
  it('are those with files that differ from where the branch left main, committed or not, new ones included', async () => {
    using repository = new Repository();
    expect((await repository.changed()).ids).toEqual([]);
    repository.write({ 'lessons/02-two/files/a.yaml': 'a: 1\n' }).commit();
    expect((await repository.changed()).ids).toEqual(['02-two']);
    repository.write({ 'lessons/03-three/lesson.md': text });
    expect((await repository.changed()).ids).toEqual(['02-two', '03-three']);
    rmSync(repository.join('lessons/01-one/checks.yaml'));
    expect((await repository.changed()).ids).toEqual(['01-one', '02-two', '03-three']);
  });

  it('are not those that have changed on main meanwhile', async () => {
    using repository = new Repository();
    repository.write({ 'lessons/02-two/a.svg': '' }).commit();
    repository.git('checkout', '-q', 'main');
    repository.write({ 'lessons/01-one/a.svg': '' }).commit();
    repository.git('checkout', '-q', 'branch');
    const { ids, since } = await repository.changed();
    expect(ids).toEqual(['02-two']);
    expect(since).toMatch(/^[0-9a-f]{7}, where this branch left main$/);
  });

  it('are all where what they depend on has changed', async () => {
    using repository = new Repository();
    repository.write({ 'README.md': 'b', 'src/tool.ts': 'b' });
    expect((await repository.changed()).ids).toEqual([]);
    expect(await repository.changed(undefined, repository.join('dist'))).toMatchObject({
      ids: null,
      because: 'src/tool.ts',
    });
    repository.write({ '.github/workflows/lessons.yml': 'a: 1\n' });
    expect((await repository.changed()).because).toBe('.github/workflows/lessons.yml');
  });

  it('can be asked of another base', async () => {
    using repository = new Repository();
    repository.write({ 'lessons/01-one/a.svg': '' }).commit();
    repository.write({ 'lessons/02-two/a.svg': '' }).commit();
    expect((await repository.changed('HEAD~1')).ids).toEqual(['02-two']);
    await expect(repository.changed('nowhere')).rejects.toMatchObject({
      message: 'git knows no branch or commit "nowhere".',
      exitCode: 2,
    });
  });

  it('cannot be told without the history, and that is said', async () => {
    using repository = new Repository();
    repository.write({ 'lessons/01-one/a.svg': '' }).commit();
    repository.git('checkout', '-q', '--orphan', 'alone');
    repository.commit();
    await expect(repository.changed('main')).rejects.toMatchObject({
      message: 'This branch and main have no commit in common.',
    });
    using shallow = new TemporaryFolder();
    execFileSync('git', ['clone', '-q', '--depth=1', '-b', 'branch', `file://${repository.path}`, shallow.join('a')]);
    await expect(
      changedLessons({ lessons: shallow.join('a/lessons'), base: 'main', program: '/', env: {} }),
    ).rejects.toMatchObject({ remedy: expect.stringContaining('fetch-depth: 0'), exitCode: 2 });
  });
});

describe.skipIf(!gitPath)('validate --changed', () => {
  it('starts no cluster where nothing has changed', async () => {
    using repository = new Repository();
    const { code, out, err } = await ordinal(['validate', '--lessons', repository.join('lessons'), '--changed']);
    expect(err).toMatch(/^changed since [0-9a-f]{7}, where this branch left main: no lesson is touched\n$/);
    expect(out).toBe('');
    expect(code).toBe(0);
  });

  it('is refused outside of a git checkout', async () => {
    using folder = new TemporaryFolder().write({ 'lessons/01-one/lesson.md': text });
    const { code, err } = await ordinal(['validate', '--lessons', folder.join('lessons'), '--changed']);
    expect(err).toMatch(/error: .*lessons is not in a git checkout, .*\n +Leave --changed out\.\n/);
    expect(code).toBe(2);
  });
});
