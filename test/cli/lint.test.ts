import { afterEach, describe, expect, it } from 'vitest';
import { ordinal } from '../integration/support/program.ts';
import { LessonsFolder, type SmallLesson } from './lesson.ts';

let lessons: LessonsFolder | undefined;
afterEach(() => lessons?.remove());

function lint(lesson: SmallLesson, ...args: string[]) {
  lessons = new LessonsFolder(lesson);
  return ordinal(['lint', '--lessons', lessons.path, ...args]);
}

describe('lint', () => {
  it('finds nothing in the lessons that come along', async () => {
    const { code, out, err } = await ordinal(['lint']);
    expect(err).toBe('');
    expect(out).toMatch(/^\d+ lessons?, 0 errors, \d+ warnings?$/m);
    expect(code).toBe(0);
  });

  it('looks at one lesson by its name, and at folders of others', async () => {
    const { code, out } = await lint({}, '01-pet');
    expect(out).toContain('1 lesson, 0 errors');
    expect(code).toBe(0);
  });

  it('says in which line and column a mistake is', async () => {
    const { code, out, err } = await lint({ check: ['object: configmap/pet', 'assert: object.data.name = "kubia"'] });
    expect(out).toMatch(/01-pet\/checks\.yaml:6:\d+: error: /);
    expect(out).toMatch(/1 lesson, \d errors?, /);
    expect(err).toMatch(/error: \d errors? in the lessons\./);
    expect(code).toBe(1);
  });

  it('refuses a namespace written out', async () => {
    const { code, out } = await lint({ command: 'kubectl --namespace default create configmap pet' });
    expect(out).toMatch(/01-pet\/lesson\.md:\d+:\d+: error: .*namespace/);
    expect(code).toBe(1);
  });

  it('knows which images providers have', async () => {
    const { code, out } = await lint({ command: 'kubectl run pet --image=ordinal/kubja:1' });
    expect(out).toMatch(
      /lesson\.md:\d+:17: error: there is no image ordinal\/kubja:1: Ordinal's are ordinal\/kubia:1, /,
    );
    expect(code).toBe(1);
  });

  it('annotates for GitHub, and writes JSON for programs', async () => {
    const wrong = { command: 'kubectl --namespace default create configmap pet' };
    expect((await lint(wrong, '--reporter', 'github')).out).toMatch(
      /^::error file=\S+lesson\.md,line=\d+,col=9,title=ordinal lint::/m,
    );
    lessons?.remove();
    const { problems } = JSON.parse((await lint(wrong, '--reporter', 'json')).out);
    expect(problems).toContainEqual(expect.objectContaining({ severity: 'error', column: 9 }));
  });

  it('prints the schema of checks.yaml for editors', async () => {
    const { code, out } = await ordinal(['lint', '--schema']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ type: 'object', properties: { steps: expect.anything() } });
  });
});
