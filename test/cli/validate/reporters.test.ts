import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseReporters, type ReporterStreams } from '../../../src/cli/validate/reporters/choose.ts';
import { RunReports } from '../../../src/cli/validate/reporters/run-reports.ts';
import type { KubeObject } from '../../../src/kubernetes/object.ts';
import { loadLesson } from '../../../src/lessons/load.ts';
import type { AttemptResult } from '../../../src/progress/rehearsal/result.ts';
import { checks, lessonFolder, tools } from '../../lessons/lesson-tools.ts';

/** What reporters make of a run that is told to them, without any cluster. */

const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'kubia-0', uid: 'a', managedFields: [{ manager: 'kubelet' }] },
  ...{ status: { phase: 'Pending' } },
};
const event = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'kubia-0.1', creationTimestamp: '2030-01-01T00:00:00Z' },
  type: 'Warning',
  reason: 'Failed',
  message: 'no <image>',
  involvedObject: { kind: 'Pod', name: 'kubia-0', uid: 'a' },
} as KubeObject;

const good: AttemptResult = {
  kind: 'empty',
  name: 'nothing holds on an empty cluster',
  passed: true,
  problems: [],
  milliseconds: 100,
  transcript: [],
};
const bad: AttemptResult = {
  kind: 'wrong',
  step: 'one',
  task: 'task',
  name: 'Nothing',
  passed: false,
  problems: [
    {
      step: 'one',
      task: 'task',
      message: '"Nothing" is wrong, and task task passes all the same',
      evidence: { expected: 'A Pod.', saw: 'Pod kubia-0 is Pending.', try: 'Wait.' },
    },
  ],
  milliseconds: 1500,
  transcript: [
    { text: 'kubectl get pods', output: 'No \x07resources\n', exitCode: 1, startedAt: 0, endedAt: 1, terminal: '1' },
  ],
  objects: [pod],
  events: [event],
};
const solution: AttemptResult = {
  ...bad,
  kind: 'solution',
  name: 'every step',
  step: undefined as unknown as string,
  task: undefined as unknown as string,
  problems: [{ step: 'one', message: '`kubectl get pods` ended with exit code 1' }],
};

function stream(isTTY = false) {
  const written: string[] = [];
  return { isTTY, columns: 60, written, write: (text: string) => written.push(text) };
}

function run(asked: readonly string[], attempts: readonly AttemptResult[] = [good, bad], options = {}) {
  using folder = lessonFolder();
  const loaded = loadLesson(folder.path, tools);
  const streams = { stdout: stream(), stderr: stream(), env: {}, ...options } satisfies ReporterStreams;
  const reports = new RunReports(chooseReporters(asked, streams), { provider: 'embedded', now: () => 0 });
  reports.started([loaded], attempts.length);
  reports.began(loaded);
  for (const attempt of attempts) reports.attempt(loaded, attempt);
  const passed = attempts.every((attempt) => attempt.passed);
  reports.ended(loaded, { lesson: loaded.id, title: 'A lesson', passed, attempts, milliseconds: 1600 });
  reports.finish();
  reports.close();
  const clean = (text: string) => text.replaceAll(loaded.id, 'LESSON').replace(/[\w./-]*\/(?=LESSON)/g, '');
  return {
    out: clean(streams.stdout.written.join('')),
    err: streams.stderr.written,
    failed: reports.failed,
  };
}

const details = `  expected  A Pod.
  saw       Pod kubia-0 is Pending.
  try       Wait.
what was typed:
  $ kubectl get pods
  No \x07resources
  (exit code 1)
objects:
  Pod kubia-0 is Pending: Failed: no <image>
events:
  Pod/kubia-0 Failed: no <image>`;

describe('list', () => {
  it('says how each attempt went, and everything about those that did not go as promised', () => {
    const { out, failed } = run([]);
    expect(out).toContain(
      'LESSON  A lesson\n  ok      empty  nothing holds on an empty cluster  (0.1 s)\n  FAILED  wrong  one/task  Nothing  (1.5 s)\n',
    );
    for (const line of details.split('\n')) expect(out).toContain(`          ${line}\n`);
    expect(out).toContain('  1 of 2 attempts as promised, 1.6 s\n');
    expect(failed).toBe(1);
  });

  it('keeps the lines of a lesson together where several are under way', () => {
    using one = lessonFolder();
    using two = lessonFolder();
    const [first, second] = [loadLesson(one.path, tools), loadLesson(two.path, tools)];
    const stdout = stream();
    const reports = new RunReports(chooseReporters(['list'], { stdout, stderr: stream(), env: {} }), {
      provider: 'embedded',
      now: () => 0,
    });
    const end = { title: '', lesson: '', passed: true, attempts: [good], milliseconds: 0 };
    reports.began(first);
    reports.began(second);
    reports.attempt(second, good);
    reports.ended(second, end);
    expect(stdout.written.join('')).toBe(`${first.id}  A lesson\n`);
    reports.attempt(first, good);
    reports.ended(first, end);
    const lines = stdout.written.join('').split('\n');
    expect(lines.map((line) => line.slice(0, first.id.length))).toEqual([
      first.id,
      '  ok      empty  nothing hold'.slice(0, first.id.length),
      '  1 of 1 attempts as promised'.slice(0, first.id.length),
      second.id,
      '  ok      empty  nothing hold'.slice(0, first.id.length),
      '  1 of 1 attempts as promised'.slice(0, first.id.length),
      '',
    ]);
    stdout.written.splice(0);
    reports.finish();
    expect(stdout.written.join('')).toBe('2 of 2 lessons hold what they promise: 2 attempts on embedded, 0.0 s\n');
  });
});

it('junit: a suite for the lesson, a case for each attempt, nothing that XML does not allow', () => {
  const { out } = run(['junit']);
  expect(out).toContain(
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="ordinal validate" tests="2" failures="1" errors="0"',
  );
  expect(out).toContain('<testsuite name="LESSON" tests="2" failures="1" errors="0" skipped="0" time="1.600">');
  expect(out).toContain('<testcase classname="LESSON" name="empty  nothing holds on an empty cluster" time="0.100"');
  expect(out).toMatch(/name="wrong {2}one\/task {2}Nothing" time="1.500" file="LESSON\/checks.yaml" line="12">/);
  expect(out).toContain('<failure message="&quot;Nothing&quot; is wrong, and task task passes all the same">');
  expect(out).toContain('No \ufffdresources');
  expect(out).toContain('Failed: no &lt;image&gt;');
});

it('json: one document, with places, the transcript, the objects and the events of what went wrong', () => {
  const document = JSON.parse(run(['json']).out);
  expect(document).toMatchObject({
    provider: 'embedded',
    passed: false,
    lessons: [{ id: 'LESSON', status: 'failed', title: 'A lesson', problems: [] }],
  });
  const [first, second] = document.lessons[0].attempts;
  expect(first).toEqual({ kind: 'empty', name: good.name, passed: true, milliseconds: 100, problems: [] });
  expect(second.problems[0]).toMatchObject({ file: 'LESSON/checks.yaml', line: 12, evidence: { try: 'Wait.' } });
  expect(second.transcript[0].text).toBe('kubectl get pods');
  expect(second.objects[0].metadata).toEqual({ name: 'kubia-0', uid: 'a' });
  expect(second.events[0].reason).toBe('Failed');
});

describe('github', () => {
  it('annotates the line of the attempt', () => {
    const { out } = run(['github']);
    expect(out).toMatch(
      /^::error file=LESSON\/checks.yaml,line=12,col=13,title=LESSON%3A wrong {2}one\/task {2}Nothing::/,
    );
    expect(out.trimEnd().split('\n')).toHaveLength(1);
    expect(out).toContain('%0A  saw       Pod kubia-0 is Pending.%0A');
  });

  it('annotates the line of the command that failed', () => {
    expect(run(['github'], [solution]).out).toMatch(/^::error file=LESSON\/lesson.md,line=16,col=1,/);
  });

  it('writes a table into the summary of the run', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ordinal-summary-'));
    const summary = join(folder, 'summary.md');
    run(['github'], [good, bad], { env: { GITHUB_STEP_SUMMARY: summary } });
    expect(readFileSync(summary, 'utf8')).toMatch(/\| .* A lesson \| \*\*does not hold\*\* \| 1 of 2 \| 1\.6 s \|\n$/);
    rmSync(folder, { recursive: true });
  });
});

describe('several', () => {
  it('write side by side, each where it was told', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ordinal-reports-'));
    const file = join(folder, 'reports', 'lessons.xml');
    const { out } = run(['list', 'github', `junit=${file}`]);
    expect(out).toContain('::error ');
    expect(out).toContain('  FAILED  wrong');
    expect(readFileSync(file, 'utf8')).toMatch(/^<\?xml .*<\/testsuites>\n$/s);
    rmSync(folder, { recursive: true });
  });

  it.each([
    [['html'], 'There is no reporter "html".'],
    [['json='], '--reporter json= names no file.'],
    [['list', 'json'], 'list and json would be written into one another on standard output.'],
    [[`json=${import.meta.filename}/a`], 'reporters.test.ts/a cannot be written'],
  ])('%j is refused', (asked, message) => {
    const streams = { stdout: stream(), stderr: stream(), env: {} };
    expect(() => chooseReporters(asked, streams)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => chooseReporters(asked, streams)).toThrow(message);
  });
});

describe('on a terminal', () => {
  it('shows how far it is in a line that is gone before anything else is written, and at the end', () => {
    const terminal = stream(true);
    run([], [good, bad], { stdout: terminal, stderr: terminal });
    const [first, second] = terminal.written;
    expect(first).toMatch(/A lesson\n$/);
    expect(second).toContain('\r\x1b[K0 of 1 lessons, 0 of 2 attempts  ');
    expect(terminal.written[2]).toBe('\r\x1b[K');
    expect(terminal.written.join('')).toContain('1 of 2 attempts');
    expect(terminal.written.at(-1)).toBe('\r\x1b[K');
    for (const text of terminal.written) expect(text.startsWith('\r') ? text.length : 0).toBeLessThan(64);
  });

  it('shows nothing elsewhere', () => {
    expect(run([]).err).toEqual([]);
  });
});

it('a lesson that cannot be loaded is told by every reporter', () => {
  using folder = lessonFolder({ 'checks.yaml': checks.replace('object:', 'objekt:') });
  const loaded = loadLesson(folder.path, tools);
  for (const [name, expected] of [
    ['list', 'cannot be loaded\n  checks.yaml:6:9: '],
    ['junit', '<error message="cannot be loaded">checks.yaml:6:9: '],
    ['json', '"status": "broken"'],
    ['github', 'checks.yaml,line=6,col=9,'],
  ] as const) {
    const stdout = stream();
    const reports = new RunReports(chooseReporters([name], { stdout, stderr: stream(), env: {} }), {
      provider: 'embedded',
      now: () => 0,
    });
    reports.broken(loaded);
    reports.finish();
    expect(stdout.written.join('')).toContain(expected);
    expect(reports.failed).toBe(1);
  }
});
