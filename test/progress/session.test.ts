import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Subject, TerminalSubject } from '../../src/checks/check.ts';
import { CheckError } from '../../src/checks/reader.ts';
import { ManualClock } from '../../src/embedded/clock.ts';
import type { KubeObject } from '../../src/kubernetes/object.ts';
import { inNamespace, type Lesson, type Step } from '../../src/lessons/lesson.ts';
import { kindsOf } from '../../src/progress/agenda.ts';
import { memoryStore, type ProgressStore } from '../../src/progress/record.ts';
import { Session, type TaskProgress } from '../../src/progress/session.ts';
import { CommandLog } from '../../src/terminal/transcript.ts';
import { FakeReader } from '../checks/fake-reader.ts';
import { lessonFolder, load } from './lesson-fixture.ts';

/** A cluster whose changes are told. */
class LiveReader extends FakeReader {
  readonly #listeners = new Set<(kind: string, object: KubeObject) => void>();
  override onChange(listener: (kind: string, object: KubeObject) => void = () => {}): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  change(plural: string, ...objects: (KubeObject & Record<string, unknown>)[]): void {
    this.put(...objects);
    for (const object of objects) for (const listener of this.#listeners) listener(plural, object);
  }
}

function statefulSet(replicas: number) {
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', metadata: { name: 'kubia', uid: 'u1' }, spec: { replicas } };
}
function pod(name: string) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, uid: name } };
}

let lesson: Lesson;
let reader: LiveReader;
let clock: ManualClock;
let store: ProgressStore;
let log: CommandLog;
let session: Session;
const { folder, remove } = lessonFolder();
const whole = inNamespace(load(folder).lesson!, 'lesson');
remove();

function open(): Session {
  return new Session({ learner: 'me', lesson, namespace: 'lesson', reader, transcript: log, store, clock });
}

beforeEach(() => {
  lesson = whole;
  clock = new ManualClock();
  reader = new LiveReader();
  store = memoryStore();
  log = new CommandLog(clock);
  session = open();
});
afterEach(() => session.close());

const typed = whole.steps[1]!.tasks.find(({ id }) => id === 'typed')!.check.subject as TerminalSubject;

/** The lesson with the command of its last task to be typed since another has passed, which may ask something else. */
function typedSince(key: string, asks?: Subject): Lesson {
  const [apply, scale] = whole.steps as [Step, Step];
  const withSubject = (step: Step, id: string, change: (subject: Subject) => Subject): Step => ({
    ...step,
    tasks: step.tasks.map((task) =>
      task.id === id ? { ...task, check: { ...task.check, subject: change(task.check.subject), assert: [] } } : task,
    ),
  });
  const first = asks ? withSubject(apply, key.split('/')[1]!, () => asks) : apply;
  const since = { type: 'task' as const, key };
  return { ...whole, steps: [first, withSubject(scale, 'typed', (subject) => ({ ...subject, since }) as Subject)] };
}

/** The lesson whose task `apply/reads` compares what there is with what there was when `two` passed. */
function comparing(subject: string, value: string, assert: string): Lesson {
  const { folder, remove } = lessonFolder();
  const file = join(folder, 'checks.yaml');
  const check = `${subject}
        before: {value: ${value}, since: two}
        assert: ${assert}`;
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/http: pod.*\n.*/, check));
  const { lesson } = load(folder);
  remove();
  return inNamespace(lesson!, 'lesson');
}

/** As of a version of the cluster's. */
function at<T extends KubeObject>(object: T, version: number): T {
  return { ...object, metadata: { ...object.metadata, resourceVersion: `${version}` } };
}

function task(key: string): TaskProgress {
  return session.tasks.find(({ step, task }) => `${step}/${task}` === key)!;
}

describe('Session', () => {
  it('begins with the first step, and evaluates what is open', async () => {
    expect(session.step).toBe('apply');
    await clock.advance(100);
    expect(task('apply/two')).toMatchObject({ state: 'waiting', evidence: { saw: expect.any(String) } });
    expect(task('scale/one').evidence).toBeUndefined();
  });

  it('ticks a task the moment it holds, says so once, and lets it stay', async () => {
    const told: string[] = [];
    session.on({ task: ({ task, state }) => told.push(`${task} ${state}`) });
    await clock.advance(100);
    reader.change('statefulsets', statefulSet(3));
    await clock.advance(10);
    expect(task('apply/two')).toMatchObject({
      state: 'failed',
      explanation: 'three',
      evidence: { saw: 'There are three.' },
    });
    reader.change('statefulsets', statefulSet(2));
    await clock.advance(10);
    expect(task('apply/two')).toMatchObject({ state: 'passed', passedAt: clock.now() });
    reader.change('statefulsets', statefulSet(5));
    await clock.advance(1000);
    expect(task('apply/two').state).toBe('passed');
    expect(told.filter((line) => line.startsWith('two'))).toEqual(['two waiting', 'two failed', 'two passed']);
  });

  it('notes what was the case once more when it is told late of what had happened by then', async () => {
    session.close();
    lesson = comparing('objects: pods', 'size(objects)', 'before == 2 && after == 3');
    session = open();
    reader.change('statefulsets', at(statefulSet(2), 12));
    await clock.advance(10);
    expect(task('apply/two').state).toBe('passed');
    // The watch of Pods is behind that of StatefulSets.
    reader.change('pods', at(pod('kubia-0'), 9));
    await clock.advance(10);
    reader.change('pods', at(pod('kubia-1'), 11));
    await clock.advance(10);
    reader.change('pods', at(pod('kubia-2'), 15));
    await clock.advance(10);
    expect(task('apply/reads').state).toBe('passed');
  });

  it('asks what was the case the moment it is to be noted, however long that took to come', async () => {
    session.close();
    lesson = comparing('http: pod/kubia-0:8080/', 'response.body', 'before == "old" && after == "new"');
    let body = 'old';
    reader.answers.http = () => ({ status: 200, headers: {}, body });
    session = open();
    await clock.advance(60_000);
    reader.change('statefulsets', statefulSet(2));
    await clock.advance(10);
    expect(task('apply/two').state).toBe('passed');
    body = 'new';
    await clock.advance(15_000);
    expect(task('apply/reads').state).toBe('passed');
  });

  it('asks again for what cannot be watched: after a change, and with growing pauses', async () => {
    let asked = 0;
    reader.answers.http = () => {
      asked++;
      throw new CheckError('connection refused');
    };
    await clock.advance(20);
    expect(asked).toBe(1);
    expect(task('apply/reads')).toMatchObject({
      state: 'waiting',
      evidence: { saw: expect.stringContaining('refused') },
    });
    await clock.advance(900);
    expect(asked).toBe(1);
    reader.change('pods', pod('kubia-0'));
    await clock.advance(200);
    expect(asked).toBe(2);
    log.begin('t', 'curl -X POST localhost');
    log.end('t', 0);
    await clock.advance(200);
    expect(asked).toBe(3);
    await clock.advance(60_000);
    expect(asked).toBeGreaterThan(6);
    expect(asked).toBeLessThan(12);
    reader.answers.http = () => ({ status: 200, headers: {}, body: 'hi' });
    await clock.advance(15_000);
    expect(task('apply/reads').state).toBe('passed');
    const before = clock.pending;
    await clock.advance(60_000);
    expect(clock.pending).toBeLessThanOrEqual(before);
  });

  it('compares with a value it kept from when the step was opened', async () => {
    reader.change('statefulsets', statefulSet(2));
    await clock.advance(100);
    session.openStep('scale');
    await clock.advance(100);
    reader.change('statefulsets', statefulSet(1));
    await clock.advance(100);
    expect(task('scale/one').state).toBe('passed');
  });

  it('sees what was typed', async () => {
    session.openStep('scale');
    await clock.advance(100);
    log.begin('t', 'kubectl scale sts kubia --replicas=1');
    log.end('t', 0);
    await clock.advance(100);
    expect(task('scale/typed').state).toBe('passed');
  });

  it('counts what is typed right after the command that passed a task, before anybody has looked', async () => {
    session.close();
    lesson = typedSince('apply/two', typed);
    session = open();
    session.openStep('scale');
    await clock.advance(100);
    const scale = async () => {
      await clock.advance(1);
      log.begin('t', 'kubectl scale sts kubia --replicas=1');
      await clock.advance(1);
      log.end('t', 0);
    };
    await scale();
    await clock.advance(100);
    expect([task('apply/two').state, task('scale/typed').state]).toEqual(['passed', 'waiting']);
    session.reset();
    log.clear();
    session.openStep('scale');
    await clock.advance(100);
    await scale();
    await scale();
    expect(task('apply/two').state).toBe('waiting');
    await clock.advance(100);
    expect([task('apply/two').state, task('scale/typed').state]).toEqual(['passed', 'passed']);
  });

  it('asks anew, for somebody quick, what others count from and cannot be watched', async () => {
    session.close();
    lesson = typedSince('apply/reads');
    reader.answers.http = () => {
      throw new CheckError('connection refused');
    };
    session = open();
    session.openStep('scale');
    await clock.advance(100);
    reader.answers.http = () => ({ status: 200, headers: {}, body: 'hi' });
    await session.caughtUp();
    expect(task('apply/reads').state).toBe('passed');
    await clock.advance(1);
    log.begin('t', 'kubectl scale sts kubia --replicas=1');
    log.end('t', 0);
    await clock.advance(100);
    expect(task('scale/typed').state).toBe('passed');
  });

  it('settles a prediction by what the cluster does, and takes no answer after that', async () => {
    reader.change('statefulsets', statefulSet(2));
    session.openStep('scale');
    await clock.advance(100);
    session.predict('which', 'oldest');
    session.predict('which', 'newest');
    session.predict('which', 'nonsense');
    expect(session.predictions[0]).toMatchObject({ id: 'which', choice: 'oldest' });
    expect(session.predictions[0]!.settled).toBeUndefined();
    const told: unknown[] = [];
    session.on({ prediction: ({ settled }) => told.push(settled) });
    reader.change('pods', pod('kubia-0'));
    reader.change('statefulsets', statefulSet(1));
    await clock.advance(100);
    expect(session.predictions[0]!.settled).toEqual({ choice: 'newest', observed: 'kubia-0 stays.' });
    expect(told).toHaveLength(1);
  });

  it('does not let a prediction be made after the fact', async () => {
    reader.change('statefulsets', statefulSet(2));
    session.openStep('scale');
    await clock.advance(100);
    reader.change('pods', pod('kubia-0'));
    reader.change('statefulsets', statefulSet(1));
    await clock.advance(100);
    session.predict('which', 'newest');
    expect(session.predictions[0]!.choice).toBeUndefined();
    expect(session.predictions[0]!.settled).toBeDefined();
  });

  it('shows hints one by one, those for what is wrong just now', async () => {
    await clock.advance(100);
    session.hint('apply', 'two');
    reader.change('statefulsets', statefulSet(3));
    await clock.advance(100);
    session.hint('apply', 'two');
    session.hint('apply', 'two');
    session.hint('apply', 'two');
    session.hint('apply', 'nothing');
    expect(task('apply/two').hints).toEqual(['Look.', 'Two.', '`replicas: 2`']);
  });

  it('goes on where it was after a restart', async () => {
    reader.change('statefulsets', statefulSet(2));
    session.openStep('scale');
    session.predict('which', 'newest');
    session.hint('scale', 'one');
    await clock.advance(100);
    const before = { tasks: session.tasks, predictions: session.predictions };
    session.close();
    await clock.advance(60_000);
    reader = new LiveReader();
    session = open();
    expect(session.step).toBe('scale');
    expect(task('apply/two')).toEqual(before.tasks[0]);
    expect(session.predictions).toEqual(before.predictions);
    expect(task('scale/one').hints).toEqual(['Look.']);
    reader.change('statefulsets', statefulSet(1));
    await clock.advance(100);
    expect(task('scale/one').state).toBe('passed');
  });

  it('forgets everything when it is started over', async () => {
    reader.change('statefulsets', statefulSet(2));
    session.openStep('scale');
    await clock.advance(100);
    reader.change('statefulsets', statefulSet(7));
    session.reset();
    await clock.advance(100);
    expect(session.step).toBe('apply');
    expect(session.tasks.map(({ state }) => state)).not.toContain('passed');
    session.openStep('scale');
    await clock.advance(100);
    reader.change('statefulsets', statefulSet(1));
    await clock.advance(100);
    expect(task('scale/one').state).not.toBe('passed');
  });

  it('leaves nothing running when it is closed', async () => {
    await clock.advance(100);
    session.close();
    expect(clock.pending).toBe(0);
  });

  it('knows what is to be watched from the beginning', () => {
    expect(kindsOf(lesson)).toEqual(expect.arrayContaining(['pods', 'statefulsets']));
  });
});
