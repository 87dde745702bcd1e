import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hintsFor, inNamespace, wayTo } from '../../src/lessons/lesson.ts';
import { LessonLibrary } from '../../src/lessons/library.ts';
import { createTools, LessonError, loadLesson, loadLessons } from '../../src/lessons/load.ts';
import { formatProblem } from '../../src/lessons/problem.ts';
import { checks, frontMatter, lessonFolder, TemporaryFolder, text, tools } from './lesson-tools.ts';

function problems(files: Readonly<Record<string, string>>): string[] {
  using folder = lessonFolder(files);
  return loadLesson(folder.path, tools).problems.map(formatProblem);
}

function load(files: Readonly<Record<string, string>> = {}) {
  using folder = lessonFolder(files);
  const loaded = loadLesson(folder.path, tools);
  if (!loaded.lesson) throw new LessonError(loaded);
  return loaded.lesson;
}

describe('a lesson', () => {
  it('has what its text and its checks say', () => {
    const body = `## One {#one}

Words.

\`\`\`yaml file=kubia.yaml
kind: Pod
\`\`\`

\`\`\`sh {terminal=2 background}
kubectl proxy
\`\`\`

\`\`\`sh {expect-failure}
kubectl get pod {{namespace}} \\
  --output yaml
\`\`\`

\`\`\`text
not run
\`\`\`
`;
    const lesson = load({ 'lesson.md': frontMatter + body, 'files/app/pod.yaml': 'a: 1\n' });
    expect(lesson).toMatchObject({ title: 'A lesson', minutes: 10, objectives: ['Do something'], needs: [] });
    expect(lesson.files).toEqual([{ type: 'file', name: 'app/pod.yaml', content: 'a: 1\n' }]);
    const [step] = lesson.steps;
    expect(step.actions).toEqual([
      { type: 'file', name: 'kubia.yaml', content: 'kind: Pod\n' },
      { type: 'command', text: 'kubectl proxy', terminal: 2, background: true, expectFailure: false },
      {
        type: 'command',
        text: 'kubectl get pod {{namespace}} \\\n  --output yaml',
        terminal: 1,
        background: false,
        expectFailure: true,
      },
    ]);
    expect(step.solution).toBe(step.actions);
    expect(step.tasks[0]).toMatchObject({ key: 'one/task', hints: ['one', 'two', 'three'] });
    expect(step.tasks[0]?.wrong[0]).toMatchObject({ name: 'Nothing', explain: 'nothing' });
    const filled = inNamespace(lesson, 'learn-7');
    expect(filled.steps[0].actions[2]).toMatchObject({ text: 'kubectl get pod learn-7 \\\n  --output yaml' });
    expect(filled.steps[0].tasks[0]?.check).toBe(step.tasks[0]?.check);
  });

  it('has questions that the cluster settles', () => {
    const question = `${text}
:::predict {#q}
What *happens*?

- Nothing {#nothing}
- Something {#something}
:::
`;
    const settled = `${checks}    predictions:
      q:
        settle: task
        object: pod/kubia-0
        options:
          nothing: object == null
          something: object != null
        observed: It is \${object.kind}.
`;
    const [step] = load({ 'lesson.md': question, 'checks.yaml': settled }).steps;
    expect(step.predictions).toMatchObject([{ id: 'q', options: ['nothing', 'something'] }]);
    expect(step.predictions[0]?.settlement.after).toBe('one/task');
  });

  it('hints at what the cluster shows', () => {
    const told = checks.replace('when: object == null', 'when: object == null\n            hints: [a, b, c]');
    const task = load({ 'checks.yaml': told }).steps[0].tasks[0]!;
    expect(hintsFor(task, { explanation: 'nothing' })).toEqual(['a', 'b', 'c']);
    expect(hintsFor(task, undefined)).toEqual(['one', 'two', 'three']);
  });

  it('can be begun at any step', () => {
    const heading = (id: string) => `\n## ${id} {#${id}}\n\n\`\`\`sh\necho ${id}\n\`\`\`\n`;
    const tasks = (id: string) => `  ${id}:\n    tasks:\n      - {id: t, title: T, object: pod/a}\n`;
    const yaml = `steps:\n${tasks('a')}${tasks('b')}    solution: echo solved\n${tasks('c')}    setup: echo set up\n${tasks('d')}`;
    const body = frontMatter + ['a', 'b', 'c', 'd'].map(heading).join('');
    const lesson = load({ 'lesson.md': body, 'checks.yaml': yaml });
    const way = (id: string) =>
      wayTo(lesson, id).map(({ step, actions }) => [
        step?.id,
        actions.map((action) => action.type === 'command' && action.text),
      ]);
    expect(way('a')).toEqual([]);
    expect(way('b')).toEqual([['a', ['echo a']]]);
    expect(way('c')).toEqual([[undefined, ['echo set up']]]);
    expect(way('d')).toEqual([
      [undefined, ['echo set up']],
      ['c', ['echo c']],
    ]);
    expect(lesson.steps[1]?.solution).toMatchObject([{ text: 'echo solved' }]);
  });

  it('has the files of its text in scripts that name them, as the text has them by then', () => {
    const step = (id: string, written: string) =>
      `\n## ${id} {#${id}}\n\n\`\`\`yaml file=a.yaml\n${written}\n\`\`\`\n\n\`\`\`sh\necho\n\`\`\`\n`;
    const body = frontMatter + step('first', 'a: 1') + step('second', 'a: 2');
    const tasks = '    tasks:\n      - {id: t, title: T, object: pod/a}\n';
    const scripts = '    setup: [{file: a.yaml}]\n    alternatives: [{name: other, run: [{file: a.yaml}]}]\n';
    const yaml = `steps:\n  first:\n${tasks}  second:\n${tasks}${scripts}`;
    const second = load({ 'lesson.md': body, 'checks.yaml': yaml }).steps[1]!;
    expect(second.setup).toEqual([{ type: 'file', name: 'a.yaml', content: 'a: 1\n' }]);
    expect(second.alternatives[0]!.actions).toEqual([{ type: 'file', name: 'a.yaml', content: 'a: 2\n' }]);

    const early = yaml.replace('file: a.yaml', 'file: b.yaml');
    expect(problems({ 'lesson.md': body, 'checks.yaml': early })).toEqual([
      'checks.yaml:8:20: lesson.md has no file b.yaml up to here: say what is in it, as content',
    ]);
  });
});

describe('what is wrong is said with its place', () => {
  it.each([
    [{ 'lesson.md': '## One {#one}\n' }, 'lesson.md:1:1: begins with front matter'],
    [{ 'lesson.md': text.replace('minutes: 10', 'minutes: ten') }, 'lesson.md:4:10: minutes is not a number'],
    [
      { 'lesson.md': text.replace('minutes: 10', 'minuts: 10') },
      'lesson.md:4:1: the file has no minuts: did you mean minutes?',
    ],
    [{ 'lesson.md': text.replace('title: A lesson\n', '') }, 'lesson.md:2:1: title is missing: write text'],
    [{ 'lesson.md': text.replace('kubia:1', 'kubia') }, 'lesson.md:8:5: images 1: an image is written with its tag'],
    [{ 'lesson.md': text.replace(' {#one}', '') }, 'lesson.md:11:1: the step needs an id: write ## One {#one}'],
    [{ 'lesson.md': text.replace('## One', 'Hello\n\n## One') }, 'lesson.md:11:1: stands before the first step'],
    [{ 'lesson.md': `${text}\n## Two {#one}\n` }, 'lesson.md:19:1: the id one is taken by line 11'],
    [
      { 'lesson.md': text.replace('Text.', ':::warning\nx\n:::') },
      'lesson.md:13:1: there is no box warning: write note, hint',
    ],
    [{ 'lesson.md': `${text}\n:::predict\nWhy?\n\n- a {#a}\n- b {#b}\n:::` }, 'lesson.md:19:1: a question needs an id'],
    [{ 'lesson.md': `${text}\n:::predict {#q}\nWhy?\n\n- a\n- b {#b}\n:::` }, 'lesson.md:22:1: an option needs an id'],
    [
      { 'lesson.md': `${text}\n:::predict {#q}\nWhy?\n\n- a {#a}\n- b {#b}\n:::` },
      'lesson.md:19:1: nothing settles the question q',
    ],
    [{ 'lesson.md': text.replace('```sh', '```yaml file=../x') }, 'lesson.md:15:1: "../x" is no name for a file'],
    [
      { 'checks.yaml': checks.replace('  one:', '  on:') },
      'checks.yaml:2:3: lesson.md has no step on: did you mean one?',
    ],
    [
      { 'checks.yaml': checks.replace('title:', 'titel:') },
      'checks.yaml:5:9: tasks 1 has no titel: did you mean title?',
    ],
    [{ 'checks.yaml': checks.replace('id: task', 'id: My Task') }, 'checks.yaml:4:13: id: an id is written-like-this'],
    [{ 'checks.yaml': checks.replace('pod/kubia-0', 'pods') }, 'checks.yaml:6:17: "pods" names no object'],
    [
      { 'checks.yaml': checks.replace('when: object == null', 'when: objct == null') },
      'checks.yaml:9:19: there is no variable objct',
    ],
    [
      {
        'checks.yaml': checks.replace(
          'when: object ==',
          'when: >-\n              object ==\n              null && objct ==',
        ),
      },
      'checks.yaml:10:',
    ],
    [
      {
        'checks.yaml': checks.replace(
          'when: object == null',
          'when: |\n              object == null &&\n              redy(object)',
        ),
      },
      'checks.yaml:11:15: there is no function redy()',
    ],
    [
      { 'checks.yaml': checks.replace('explain: nothing', 'explain: nothin') },
      'checks.yaml:14:22: the task has no explanation nothin: did you mean nothing?',
    ],
    [
      { 'checks.yaml': checks.replace('when: object == null', 'hints: [a]') },
      'checks.yaml:9:20: nothing has 1 hints where the task has 3',
    ],
    [
      { 'checks.yaml': checks.replace('hints: [one', 'hints: [say: that, one') },
      'checks.yaml:10:17: hints 1 is not text: where it contains ": "',
    ],
    [{ 'checks.yaml': checks.replace('object == null', '"a: b" + "c: d"') }, 'checks.yaml:9:'],
    [
      {
        'checks.yaml': checks.replace(
          'kubectl get pods',
          '\n              - file: /etc/passwd\n                content: x',
        ),
      },
      'checks.yaml:14:23: file: is no name for a file',
    ],
    [
      {
        'checks.yaml': `${checks}    predictions: {q: {settle: task, object: pod/a, options: {a: "true"}, observed: x}}\n`,
      },
      'checks.yaml:15:19: the text of step one has no question q',
    ],
  ] as [Record<string, string>, string][])('%#: %j', (files, message) => {
    expect(problems(files).map((problem) => problem.slice(0, message.length))).toContain(message);
  });

  it('may limit the time for a step', () => {
    expect(load({ 'lesson.md': text.replace('{#one}', '{#one limit=5}') }).steps[0].limit).toBe(5);
    expect(load().steps[0].limit).toBeUndefined();
    expect(problems({ 'lesson.md': text.replace('{#one}', '{#one limit=soon}') })).toEqual([
      'lesson.md:11:1: limit=soon is no time limit: write minutes, from 1 to 99',
    ]);
  });

  it('names the file that is not there', () => {
    using folder = new TemporaryFolder().write({ 'lesson.md': text });
    expect(loadLesson(folder.path, tools).problems.map(formatProblem)).toEqual([
      'checks.yaml:1:1: there is no checks.yaml',
    ]);
  });
});

describe('a bomb is an error with its place, at once', () => {
  const levels = Array.from(
    { length: 12 },
    (_, level) =>
      `l${level}: &l${level} [${Array.from({ length: 10 }, () => (level === 0 ? 'x' : `*l${level - 1}`)).join(', ')}]`,
  );
  it.each([
    ['aliases', { 'checks.yaml': `${levels.join('\n')}\nsteps: {}\n` }, /^checks\.yaml:\d+:\d+: .*alias/i],
    ['nested lists', { 'checks.yaml': `steps: ${'['.repeat(20_000)}` }, /^checks\.yaml:\d+:\d+: /],
    ['nested mappings', { 'checks.yaml': `steps: ${'{a: '.repeat(20_000)}` }, /^checks\.yaml:\d+:\d+: /],
    [
      'a long file',
      { 'checks.yaml': `steps: {}\n# ${'x'.repeat(600_000)}` },
      /^checks\.yaml:1:1: \d+ bytes are too many/,
    ],
    [
      'a pattern',
      { 'checks.yaml': checks.replace('object: pod/kubia-0', 'terminal: "/(((a{100}){100}){100})/"') },
      /^checks\.yaml:6:19: .*does not compile/,
    ],
    [
      'a large pattern',
      { 'checks.yaml': checks.replace('object: pod/kubia-0', 'terminal: "/(a|b)*a(a|b){900}/"') },
      /^checks\.yaml:6:19: .*too large/,
    ],
    [
      'a long expression',
      { 'checks.yaml': checks.replace('object == null', `object == ${'['.repeat(3000)}`) },
      /^checks\.yaml:9:\d+: is too large/,
    ],
    [
      'many operands',
      {
        'checks.yaml': checks.replace(
          'object == null',
          `true||${Array.from({ length: 400 }, () => '!true').join('||')}`,
        ),
      },
      /^checks\.yaml:9:\d+: is too large/,
    ],
    ['a custom tag', { 'checks.yaml': checks.replace('pod/kubia-0', '!!js/function "x"') }, /^checks\.yaml:6:17: /],
    ['quotes in quotes', { 'lesson.md': `${text}\n${'>'.repeat(50_000)} a` }, undefined],
    ['emphasis', { 'lesson.md': `${text}\n${'*a **b '.repeat(20_000)}` }, undefined],
    ['links', { 'lesson.md': `${text}\n${'['.repeat(50_000)}` }, undefined],
    ['a table', { 'lesson.md': `${text}\n${'|a'.repeat(20_000)}|\n${'|-'.repeat(20_000)}|` }, undefined],
    ['boxes in boxes', { 'lesson.md': `${text}\n${':::note\n'.repeat(3000)}` }, undefined],
    ['braces', { 'lesson.md': `${text}\n## T ${'{'.repeat(50_000)}` }, /the step needs an id/],
  ] as [string, Record<string, string>, RegExp | undefined][])('%s', { timeout: 5000 }, (_, files, message) => {
    const found = problems(files);
    if (message)
      expect(
        found.some((problem) => message.test(problem)),
        found.join('\n').slice(0, 2000),
      ).toBe(true);
  });

  it('leaves Object.prototype alone', () => {
    problems({ 'checks.yaml': '__proto__: {polluted: 1}\nsteps: {__proto__: {polluted: 1}}\n' });
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('a folder of lessons', () => {
  it('loads in order, whatever is wrong with one of them', () => {
    using folder = new TemporaryFolder().write({
      '02-good/lesson.md': text,
      '02-good/checks.yaml': checks,
      '01-bad/lesson.md': 'nothing',
      '01-bad/checks.yaml': '{{{',
      'README.md': 'no lesson',
      'pictures/a.svg': 'no lesson either',
    });
    const lessons = loadLessons(folder.path, tools);
    expect(lessons.map(({ id, lesson }) => [id, lesson !== undefined])).toEqual([
      ['01-bad', false],
      ['02-good', true],
    ]);
  });

  it('opens by its texts and compiles what is asked for, once', async () => {
    using folder = new TemporaryFolder().write({
      'a/lesson.md': text,
      'a/checks.yaml': checks,
      'b/lesson.md': text,
      'b/checks.yaml': 'nonsense',
    });
    const library = new LessonLibrary(folder.path, tools);
    expect(library.entries.map(({ id, text }) => [id, text.frontMatter?.title, text.steps.length])).toEqual([
      ['a', 'A lesson', 1],
      ['b', 'A lesson', 1],
    ]);
    expect(library.lesson('a')).toBe(library.lesson('a'));
    expect(() => library.lesson('b')).toThrow(LessonError);
    expect(library.lesson('c')).toBeUndefined();
    folder.write({ 'b/checks.yaml': checks, 'b/lesson.md': text.replace('A lesson', 'Repaired') });
    const before = library.lesson('a');
    library.reload('b');
    expect(library.lesson('b')?.title).toBe('Repaired');
    expect(library.lesson('a')).toBe(before);
    expect((await library.loadAll()).map(({ lesson }) => lesson?.id)).toEqual(['a', 'b']);
  });

  it('does not follow links out of files/', () => {
    using folder = lessonFolder({ 'files/a.yaml': 'a: 1\n' });
    using outside = new TemporaryFolder().write({ secret: 'x' });
    symlinkSync(outside.join('secret'), join(folder.path, 'files', 'link'));
    symlinkSync(outside.path, join(folder.path, 'files', 'folder'));
    expect(loadLesson(folder.path, tools).lesson?.files.map(({ name }) => name)).toEqual(['a.yaml']);
  });
});

it('runs images under other names where it is told to, wherever they are named, and no others', () => {
  using folder = lessonFolder({
    'lesson.md': text
      .replace('  - ordinal/kubia:1\n', '  - ordinal/kubia:1\n  - ordinal/kubia:12\n')
      .replace('kubectl get pods', 'kubectl run a --image=ordinal/kubia:1.\nkubectl run b --image=my/ordinal/kubia:1'),
    'checks.yaml': checks.replace('when: object == null', 'when: object.spec.containers[0].image != "ordinal/kubia:1"'),
    'files/a.yaml': 'image: ordinal/kubia:1\nother: ordinal/kubia:1-slim\n',
  });
  const { lesson } = loadLesson(folder.path, createTools(new Map([['ordinal/kubia:1', 'luksa/kubia:v1']])));
  expect(lesson?.images).toEqual(['luksa/kubia:v1', 'ordinal/kubia:12']);
  expect(lesson?.files[0]?.content).toBe('image: luksa/kubia:v1\nother: ordinal/kubia:1-slim\n');
  expect(lesson?.steps[0].actions[0]).toMatchObject({
    text: 'kubectl run a --image=luksa/kubia:v1.\nkubectl run b --image=my/ordinal/kubia:1',
  });
  expect(lesson?.steps[0].tasks[0]?.check.explain[0]?.when?.source).toContain('"luksa/kubia:v1"');
});
