import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { kubectlPath, program, run, withoutKubectl } from '../integration/support/program.ts';
import { TemporaryFolder } from '../lessons/lesson-tools.ts';
import { LessonsFolder } from './lesson.ts';

/** The workflow that others call: its steps' scripts are run here as GitHub runs them. */

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly uses?: string;
}

const workflows = resolve(import.meta.dirname, '../../.github/workflows');
const read = (name: string) => parse(readFileSync(join(workflows, name), 'utf8'));
const workflow = read('lessons.yml');
const steps: readonly Step[] = workflow.jobs.lessons.steps;
const { inputs } = workflow.on.workflow_call;

function step(name: string, lessons: LessonsFolder, cwd: string, env: Record<string, string> = {}) {
  const script = steps.find((each) => each.name === name)?.run ?? '';
  const variables = {
    PROGRAM: program,
    LESSONS: lessons.path,
    REPORTERS: inputs.reporters.default,
    PROVIDER: 'embedded',
  };
  return run('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
    cwd,
    env: { ...process.env, ...variables, CHANGED: 'false', GITHUB_STEP_SUMMARY: join(cwd, 'summary.md'), ...env },
  });
}

it('lets nothing that a caller says become a part of a script', () => {
  for (const { run: script = '' } of steps) expect(script).not.toContain('${{');
});

it('is what the repository itself uses', () => {
  expect(read('ci.yml').jobs.lessons.uses).toBe('./.github/workflows/lessons.yml');
  expect(read('ci.yml').jobs.test.steps.at(-1)).toEqual({ run: '.ci/run' });
});

describe.skipIf(!kubectlPath)(`its steps${withoutKubectl}`, () => {
  it('are green where lessons hold, and leave a report', async () => {
    using folder = new TemporaryFolder();
    const lessons = new LessonsFolder();
    const lint = await step('Lint', lessons, folder.path);
    expect(lint.code).toBe(0);
    const { code, out } = await step('Validate', lessons, folder.path);
    lessons.remove();
    expect(out).toContain('2 of 2 attempts as promised');
    expect(code).toBe(0);
    expect(readFileSync(folder.join('reports/lessons.xml'), 'utf8')).toContain('tests="2" failures="0"');
    expect(readFileSync(folder.join('summary.md'), 'utf8')).toContain('| 01-pet A pet | as promised | 2 of 2 |');
  });

  it('are red where one does not, at the line', async () => {
    using folder = new TemporaryFolder();
    const lessons = new LessonsFolder({ command: 'kubectl get configmap --nonsense' });
    const { code, out } = await step('Validate', lessons, folder.path, { REPORTERS: 'github' });
    lessons.remove();
    expect(out).toMatch(/^::error file=\S+01-pet\/lesson\.md,line=12,col=1,/m);
    expect(code).toBe(1);
  });
});
