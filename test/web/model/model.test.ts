import { describe, expect, it } from 'vitest';
import type { LessonPage, LessonSummary } from '../../../src/protocol/lesson.ts';
import type { TaskState } from '../../../src/protocol/live.ts';
import { announcement } from '../../../src/web/model/announce.ts';
import { duration, lessonState, needs, nextLesson } from '../../../src/web/model/catalogue.ts';
import { type KeyPress, keyAction } from '../../../src/web/model/keys.ts';
import {
  defaultPreferences,
  loadPreferences,
  parsePreferences,
  savePreferences,
} from '../../../src/web/model/preferences.ts';
import { countLesson, openSteps, stepState } from '../../../src/web/model/progress.ts';
import { FINISH, lessonHref, parseRoute } from '../../../src/web/model/route.ts';
import { emptySession, reduceSession } from '../../../src/web/model/session-state.ts';
import { strip } from '../../../src/web/model/status.ts';
import { chooseStep, stepBeside } from '../../../src/web/model/steps.ts';
import { shorten, shortenUids, splitQuoted } from '../../../src/web/model/text.ts';
import { timingOf, timingWords } from '../../../src/web/model/timing.ts';

const step = (id: string, ...tasks: string[]) => ({
  id,
  title: id,
  html: '',
  tasks: tasks.map((task) => ({ id: task, title: `do ${task}`, hints: 0 })),
});

const page: LessonPage = {
  id: 'first',
  title: 'First',
  summary: '',
  minutes: 20,
  objectives: [],
  namespace: 'learn-1',
  steps: [step('look', 'nodes'), step('create', 'service', 'ready'), step('know')],
};

const task = (stepId: string, id: string, state: TaskState['state']): TaskState => ({
  step: stepId,
  task: id,
  state,
  hints: [],
});
const tasks = (...states: TaskState[]) => new Map(states.map((one) => [`${one.step}/${one.task}`, one]));

describe('the clock of a step', () => {
  const limited = { ...step('names', 'begun', 'mended'), limit: 5 };
  const at = (time: string, id: string): TaskState => ({
    ...task('names', id, 'passed'),
    passedAt: `2026-01-01T${time}Z`,
  });
  const words = (now: string, ...states: TaskState[]) =>
    timingWords(timingOf(limited, tasks(...states), Date.parse(`2026-01-01T${now}Z`))!);

  it('is there where a step has a limit', () => expect(timingOf(step('look', 'nodes'), tasks(), 0)).toBeUndefined());

  it('runs from the first task to the last', () => {
    expect(words('10:00:00')).toBe('5:00 from when it is broken');
    expect(words('10:01:07', at('10:00:00', 'begun'))).toBe('3:53 left');
    expect(words('10:06:07', at('10:00:00', 'begun'))).toBe('Time is up, 1:07 over the limit');
    expect(words('12:00:00', at('10:00:00', 'begun'), at('10:02:30', 'mended'))).toBe('Mended in 2:30');
    expect(words('12:00:00', at('10:00:00', 'begun'), at('10:05:01', 'mended'))).toBe(
      'Mended in 5:01, 0:01 over the limit',
    );
  });
});

describe('routes', () => {
  it('reads what it writes, odd characters included', () => {
    const href = lessonHref('01-a b', 'schritt-ü');
    const { pathname, hash } = new URL(href, 'http://localhost');
    expect(parseRoute(pathname, hash)).toEqual({ view: 'lesson', lesson: '01-a b', step: 'schritt-ü' });
  });

  it.each([
    ['/', '', { view: 'catalogue' }],
    ['/lessons/first', '', { view: 'lesson', lesson: 'first', step: undefined }],
    ['/lessons/first/', '#look', { view: 'lesson', lesson: 'first', step: 'look' }],
    ['/lessons/first/more', '', { view: 'unknown', path: '/lessons/first/more' }],
    ['/lessons/%E0%A4%A', '', { view: 'unknown', path: '/lessons/%E0%A4%A' }],
    ['/elsewhere', '', { view: 'unknown', path: '/elsewhere' }],
  ])('%s%s', (path, hash, route) => expect(parseRoute(path, hash)).toEqual(route));
});

describe('steps', () => {
  it('takes the first step that exists', () => {
    expect(chooseStep(page, 'nowhere', 'create')).toBe('create');
    expect(chooseStep(page, undefined, '')).toBe('look');
    expect(chooseStep(page, FINISH, 'create')).toBe(FINISH);
  });

  it('ends with the finish, and nowhere beyond', () => {
    expect(stepBeside(page, 'look', 'previous')).toBeUndefined();
    expect(stepBeside(page, 'look', 'next')).toBe('create');
    expect(stepBeside(page, 'know', 'next')).toBe(FINISH);
    expect(stepBeside(page, FINISH, 'next')).toBeUndefined();
    expect(stepBeside(page, FINISH, 'previous')).toBe('know');
  });
});

describe('progress', () => {
  const [look, create, know] = page.steps;

  it('tells what state a step is in', () => {
    expect(stepState(know!, new Map())).toBe('reading');
    expect(stepState(look!, new Map())).toBe('open');
    expect(stepState(look!, tasks(task('look', 'nodes', 'passed')))).toBe('passed');
    const mixed = tasks(task('create', 'service', 'passed'), task('create', 'ready', 'failed'));
    expect(stepState(create!, mixed)).toBe('trouble');
  });

  it('counts tasks, and lists steps that have some left', () => {
    const some = tasks(task('look', 'nodes', 'passed'), task('create', 'service', 'passed'));
    expect(countLesson(page, some)).toEqual({ passed: 2, total: 3 });
    expect(openSteps(page, some).map((one) => one.id)).toEqual(['create']);
  });
});

describe('announcements', () => {
  const known = (...states: TaskState[]) =>
    reduceSession(emptySession('first'), {
      type: 'session',
      lesson: 'first',
      namespace: 'n',
      step: 'create',
      tasks: states,
      predictions: [],
      terminals: [],
      timeline: [],
    });
  const waiting = known(task('create', 'service', 'waiting'), task('create', 'ready', 'waiting'));
  const changed = (one: TaskState, from = waiting) => reduceSession(from, { type: 'task', task: one });

  it('says what passed, and that the step is complete', () => {
    const half = changed(task('create', 'service', 'passed'));
    expect(announcement(page, waiting, half, 'create')).toBe('Done: do service.');
    const whole = changed(task('create', 'ready', 'passed'), half);
    expect(announcement(page, half, whole, 'create')).toBe('Done: do ready. Step 2 is complete.');
  });

  it('says what was seen when a task of the step goes wrong, once', () => {
    const failed = { ...task('create', 'ready', 'failed'), evidence: { expected: '2', saw: '1 of 2 ready' } };
    const state = changed(failed);
    expect(announcement(page, waiting, state, 'create')).toBe('Not yet: do ready. Saw: 1 of 2 ready');
    expect(announcement(page, waiting, state, 'look')).toBeUndefined();
    const again = changed({ ...failed, evidence: { expected: '2', saw: '0 of 2 ready' } }, state);
    expect(announcement(page, state, again, 'create')).toBeUndefined();
  });

  it('says what became of a prediction the learner made', () => {
    const settled = { choice: 'after', observed: 'kubia-1 came 1.4 s later.' };
    const told = (choice?: string) =>
      reduceSession(waiting, { type: 'prediction', prediction: { id: 'order', settled, ...(choice && { choice }) } });
    expect(announcement(page, waiting, told('after'), 'create')).toBe(
      'Your prediction is settled: kubia-1 came 1.4 s later.',
    );
    expect(announcement(page, waiting, told(), 'create')).toBeUndefined();
    expect(announcement(page, told('after'), told('after'), 'create')).toBeUndefined();
  });

  it('is silent about the state it finds on arrival', () => {
    const arrived = known(task('create', 'service', 'passed'));
    expect(announcement(page, emptySession('first'), arrived, 'create')).toBeUndefined();
  });
});

describe('keys', () => {
  const press = (key: string, change: Partial<KeyPress> = {}): KeyPress => ({
    key,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    defaultPrevented: false,
    path: [{ tag: 'body', role: null, editable: false }],
    ...change,
  });
  const within = (tag: string, role: string | null = null) => ({ path: [{ tag, role, editable: false }] });

  it.each([
    ['ArrowLeft', 'previous'],
    ['ArrowRight', 'next'],
    ['?', 'help'],
    ['a', undefined],
  ] as const)('%s', (key, action) => expect(keyAction(press(key))).toBe(action));

  it('leaves keys to terminals, fields, dialogs and browser shortcuts', () => {
    for (const tag of ['terminal-view', 'input', 'textarea', 'dialog']) {
      expect(keyAction(press('?', within(tag)))).toBeUndefined();
    }
    expect(keyAction(press('ArrowLeft', { altKey: true }))).toBeUndefined();
    expect(keyAction(press('ArrowLeft', { defaultPrevented: true }))).toBeUndefined();
  });

  it('leaves arrows to what moves or scrolls by them, but not help', () => {
    for (const place of [
      within('button', 'tab'),
      within('div', 'separator'),
      within('div', 'region'),
      within('pre', 'group'),
    ]) {
      expect(keyAction(press('ArrowRight', place))).toBeUndefined();
      expect(keyAction(press('?', place))).toBe('help');
    }
  });
});

describe('preferences', () => {
  it('survive a round trip', () => {
    let stored = '';
    const wanted = {
      ...defaultPreferences,
      theme: 'dark' as const,
      fontSize: 16,
      lessonWidth: 55.5,
      timelineOpen: false,
    };
    const setItem = (_: string, value: string) => {
      stored = value;
    };
    savePreferences(() => ({ setItem }), wanted);
    expect(loadPreferences(() => ({ getItem: () => stored }))).toEqual(wanted);
  });

  it.each([null, '', 'null', '[]', '{', '"dark"', '{"theme":"pink","fontSize":"12","lessonWidth":null}'])(
    'fall back from %s',
    (stored) => expect(parsePreferences(stored)).toEqual(defaultPreferences),
  );

  it('stay within bounds', () => {
    expect(parsePreferences('{"fontSize":400,"lessonWidth":-3}')).toMatchObject({ fontSize: 26, lessonWidth: 20 });
  });

  it('do without storage', () => {
    const blocked = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    expect(loadPreferences(blocked)).toEqual(defaultPreferences);
    expect(() => savePreferences(blocked, defaultPreferences)).not.toThrow();
  });
});

describe('catalogue', () => {
  const lesson = (change: Partial<LessonSummary>): LessonSummary => ({
    id: 'x',
    title: '',
    summary: '',
    minutes: 10,
    objectives: [],
    steps: 5,
    stepsPassed: 0,
    started: false,
    missing: [],
    problems: [],
    ...change,
  });

  it('puts what hinders a lesson before how far one has come', () => {
    expect(lessonState(lesson({ started: true, stepsPassed: 5, problems: ['x'] }))).toBe('broken');
    expect(lessonState(lesson({ started: true, missing: ['nodes'] }))).toBe('locked');
    expect(lessonState(lesson({ stepsPassed: 5 }))).toBe('finished');
    expect(lessonState(lesson({ started: true, stepsPassed: 2 }))).toBe('started');
  });

  it('suggests what was begun, else the first that is open', () => {
    const lessons = [
      lesson({ id: 'a', started: true, stepsPassed: 5 }),
      lesson({ id: 'b', missing: ['nodes'] }),
      lesson({ id: 'c' }),
      lesson({ id: 'd', started: true }),
    ];
    const catalogue = { product: { version: '1' }, provider: { name: 'kind', description: '' }, lessons };
    expect(nextLesson(catalogue)?.id).toBe('d');
    expect(nextLesson({ ...catalogue, lessons: lessons.slice(0, 3) })?.id).toBe('c');
    expect(nextLesson({ ...catalogue, lessons: lessons.slice(0, 2) })).toBeUndefined();
  });

  it('speaks of capabilities and times in words', () => {
    expect(needs(['node-failure', 'nodes'])).toBe('nodes that can be stopped and several nodes');
    expect([20, 60, 75].map(duration)).toEqual(['20 min', '1 h', '1 h 15 min']);
  });
});

describe('status', () => {
  const ready = { state: 'ready' as const, provider: 'embedded' };

  it('says the most important thing', () => {
    expect(strip({ state: 'open' }, ready, false)).toMatchObject({ tone: 'good', text: 'connected' });
    expect(strip({ state: 'open' }, { ...ready, state: 'failed', message: 'no Docker' }, false).text).toBe('no Docker');
    expect(strip({ state: 'expired' }, ready, false).tone).toBe('bad');
  });

  it('does not cry at the first lost connection', () => {
    expect(strip({ state: 'waiting', until: 0, attempt: 1 }, ready, false).tone).toBe('wait');
    expect(strip({ state: 'waiting', until: 0, attempt: 2 }, ready, false)).toMatchObject({ tone: 'bad', retry: true });
  });
});

describe('text', () => {
  it('finds what evidence quotes', () => {
    expect(splitQuoted('Pod `kubia-1` is `Pending`')).toEqual([
      { text: 'Pod ', code: false },
      { text: 'kubia-1', code: true },
      { text: ' is ', code: false },
      { text: 'Pending', code: true },
    ]);
    expect(splitQuoted('a lone ` stays')).toEqual([{ text: 'a lone ` stays', code: false }]);
  });

  it('cuts UIDs to their first block, and nothing else', () => {
    expect(shortenUids('bound to pvc-943adcfc-dec0-4f1d-8aa9-e15d829c5428')).toBe('bound to pvc-943adcfc');
    expect(shortenUids('Pod web-7c5ddbdf54-x2x9p')).toBe('Pod web-7c5ddbdf54-x2x9p');
  });

  it('shortens in the middle, so that ends stay apart', () => {
    expect(shorten('ordinal-worker', 14)).toBe('ordinal-worker');
    const [one, two] = ['ordinal-worker1', 'ordinal-worker2'].map((name) => shorten(name, 10));
    expect(one).toHaveLength(10);
    expect(one).not.toBe(two);
  });
});
