import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'vitest';
import { kubectlPath, ordinal, withoutKubectl } from '../integration/support/program.ts';
import { LessonsFolder, type SmallLesson } from './lesson.ts';

async function validate(lesson: SmallLesson, ...args: string[]) {
  const lessons = new LessonsFolder(lesson);
  try {
    return await ordinal(['validate', '--lessons', lessons.path, ...args]);
  } finally {
    lessons.remove();
  }
}

// Side by side: what does not hold is waited for, half a minute long.
describe.skipIf(!kubectlPath).concurrent(`validate${withoutKubectl}`, { timeout: 240_000 }, () => {
  it('rehearses a lesson that comes along', async ({ expect }) => {
    const { code, out, err } = await ordinal(['validate', '01-first-statefulset', '--mistakes', 'none']);
    expect(out).toContain('Your first StatefulSet');
    expect(out).not.toContain('FAILED');
    expect(out).toMatch(/(\d+) of \1 attempts as promised/);
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('rehearses a lesson of another folder', async ({ expect }) => {
    const { code, out } = await validate({}, '01-pet');
    expect(out).toMatch(/ok +solution/);
    expect(code).toBe(0);
  });

  it('says which command failed, what it printed, and what the check saw', async ({ expect }) => {
    const { code, out, err } = await validate({ command: 'kubectl create confgmap pet --from-literal=name=kubia' });
    expect(out).toMatch(/FAILED +solution/);
    expect(out).toContain('$ kubectl create confgmap pet');
    expect(out).toContain('unknown flag: --from-literal');
    expect(err).toContain('error: One lesson does not hold.');
    expect(code).toBe(1);
  });

  it('finds a check that passes before anything was done', async ({ expect }) => {
    const { code, out } = await validate({ check: ['objects: pods', 'assert: objects.all(pod, ready(pod))'] });
    expect(out).toContain('FAILED');
    expect(out).toContain('task made of step make passes before anything has been done for it');
    expect(code).toBe(1);
  });

  it('does not rehearse a lesson that cannot be read, and says where it is wrong', async ({ expect }) => {
    const { code, out } = await validate({ check: ['object: configmap/pet', 'assert: object.data.name = "kubia"'] });
    expect(out).toContain('01-pet  cannot be loaded');
    expect(out).toContain('checks.yaml:6');
    expect(code).toBe(1);
  });

  it('leaves nothing behind where the cluster cannot be had', async ({ expect }) => {
    const temporary = mkdtempSync(join(tmpdir(), 'ordinal-temporary-'));
    const env = { ...process.env, TMPDIR: temporary, KUBECONFIG: join(temporary, 'none') };
    const { code, err } = await ordinal(['validate', '--provider', 'kubeconfig', '--context', 'nowhere'], { env });
    expect(err).toContain('error: Your kubeconfig cannot be read: ENOENT');
    expect(err).not.toContain('    at ');
    expect(readdirSync(temporary)).toEqual([]);
    expect(code).toBe(1);
    rmSync(temporary, { recursive: true });
  });

  it('reports to several at once, with the same exit code', async ({ expect }) => {
    const reports = mkdtempSync(join(tmpdir(), 'ordinal-reports-'));
    const [junit, json] = [join(reports, 'a.xml'), join(reports, 'a.json')];
    const asked = ['github', `junit=${junit}`, `json=${json}`].flatMap((name) => ['--reporter', name]);
    const { code, out } = await validate({ command: 'kubectl create configmap pat' }, ...asked);
    expect(out).toMatch(
      /^::error file=\S*01-pet\/checks\.yaml,line=4,col=9,title=01-pet%3A solution .*::make\/made: /m,
    );
    expect(out).toContain('%0Awhat was typed:%0A  $ kubectl create configmap pat%0A');
    expect(readFileSync(junit, 'utf8')).toContain('<testsuite name="01-pet" tests="2" failures="1"');
    const { lessons: told } = JSON.parse(readFileSync(json, 'utf8'));
    expect(told[0].attempts.map(({ kind, passed }: { kind: string; passed: boolean }) => [kind, passed])).toEqual([
      ['solution', false],
      ['empty', true],
    ]);
    rmSync(reports, { recursive: true });
    expect(code).toBe(1);
  });

  it('leaves nothing behind', async ({ expect }) => {
    const temporary = mkdtempSync(join(tmpdir(), 'ordinal-validate-test-'));
    const lessons = new LessonsFolder();
    await ordinal(['validate', '--lessons', lessons.path], { env: { ...process.env, TMPDIR: temporary } });
    const left = readdirSync(temporary);
    rmSync(temporary, { recursive: true });
    lessons.remove();
    expect(left).toEqual([]);
  });
});
