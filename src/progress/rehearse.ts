import { type Lesson, letsNodesFail, type Step, wayTo } from '../lessons/lesson.ts';
import { asLabel } from './namespace.ts';
import type { Place, Places } from './rehearsal/places.ts';
import { listensByHabit } from './rehearsal/proxy-port.ts';
import type { AttemptResult, RehearsalProblem, RehearsalResult } from './rehearsal/result.ts';
import { defaultLimits, type Limits, Stand, type StandOptions } from './rehearsal/stand.ts';
import { Turns } from './rehearsal/turns.ts';

export interface RehearsalOptions extends Omit<StandOptions, 'limits' | 'place'> {
  /** As it was loaded. */
  readonly lesson: Lesson;
  readonly signal: AbortSignal;
  readonly limits?: Partial<Limits>;
  /** The namespace of an attempt on a cluster that is shared. */
  namespaceOf?(session: string): string;
  /**
   * As many attempts are under way at a time, each in a namespace of its own. Where the lesson lets nodes fail, no two
   * may be on one cluster: an attempt without a node takes it from the others.
   */
  readonly places: Places;
  /** Taken, before a place, by attempts that keep a port of the machine; rehearsals that run side by side share it. */
  readonly ports?: Turns;
  /** Leaves out attempts: those for which it returns false. */
  select?(attempt: Pick<AttemptResult, 'kind' | 'step' | 'task' | 'name'>): boolean;
  /** Told when the first attempt begins. */
  began?(): void;
  /** Told of each attempt as it ends. */
  ended?(attempt: AttemptResult): void;
}

interface Attempt extends Pick<AttemptResult, 'kind' | 'step' | 'task' | 'name'> {
  /** It keeps something running that only one can have, such as kubectl port-forward its port. */
  readonly exclusive: boolean;
  run(stand: Stand): Promise<RehearsalProblem[]>;
}

/**
 * Runs a lesson without a learner, as CI does: nothing holds on an empty cluster; each task of each step fails before
 * the step's commands have been typed and passes after them; alternatives pass too; a step can be begun by its setup;
 * each wrong attempt does not pass, and is explained as it says.
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalResult> {
  const { lesson, clock, places, signal } = options;
  const attempts = attemptsOf(lesson).filter((attempt) => options.select?.(attempt) ?? true);
  const ports = options.ports ?? new Turns();
  let started: number | undefined;
  const run = (attempt: Attempt, index: number) =>
    places.with(async (place) => {
      signal.throwIfAborted();
      if (started === undefined) options.began?.();
      started ??= clock.now();
      const result = await runAttempt(options, place, attempt, index);
      if (letsNodesFail(lesson)) await place.restoreNodes?.();
      options.ended?.(result);
      return result;
    });
  // All are let end, even where one could not be made: nobody is to work on a cluster that is being stopped.
  const ends = await Promise.allSettled(
    attempts.map((attempt, index) => (attempt.exclusive ? ports.next(() => run(attempt, index)) : run(attempt, index))),
  );
  const results = ends.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
  return {
    lesson: lesson.id,
    title: lesson.title,
    passed: results.every(({ passed }) => passed),
    attempts: results,
    milliseconds: clock.now() - (started ?? clock.now()),
  };
}

/** How many attempts it takes to hold a lesson to all it promises, or to what is selected of that. */
export function countAttempts(lesson: Lesson, select: RehearsalOptions['select'] = () => true): number {
  return attemptsOf(lesson).filter(select).length;
}

/** Everything a lesson promises, as attempts that hold it to that. */
function attemptsOf(lesson: Lesson): Attempt[] {
  const attempts: Attempt[] = [
    { kind: 'solution', name: 'every step, one after the other', exclusive: runsOn(lesson.steps), run: walk },
    { kind: 'empty', name: 'nothing holds on an empty cluster', exclusive: false, run: standEmpty },
  ];
  for (const step of lesson.steps) {
    const way = wayTo(lesson, step.id);
    const before = way.some((stage) => stage.actions.some(keepsAPort));
    if (step.setup) {
      const exclusive = before || step.solution.some(keepsAPort);
      attempts.push({
        kind: 'setup',
        step: step.id,
        name: 'begun by its setup',
        exclusive,
        run: (stand) => arriveAndSolve(stand, step.id, (filled) => filled.solution),
      });
    }
    for (const { name, actions } of step.alternatives) {
      attempts.push({
        kind: 'alternative',
        step: step.id,
        name,
        exclusive: before || actions.some(keepsAPort),
        run: (stand) =>
          arriveAndSolve(stand, step.id, (filled) => filled.alternatives.find((each) => each.name === name)!.actions),
      });
    }
    for (const task of step.tasks) {
      for (const wrong of task.wrong) {
        attempts.push({
          kind: 'wrong',
          step: step.id,
          task: task.id,
          name: wrong.name,
          exclusive: before || wrong.actions.some(keepsAPort),
          run: (stand) => goWrong(stand, step.id, task.id, wrong.name),
        });
      }
    }
  }
  return attempts;
}

async function runAttempt(
  options: RehearsalOptions,
  place: Place,
  attempt: Attempt,
  index: number,
): Promise<AttemptResult> {
  const { clock, lesson, signal } = options;
  const started = clock.now();
  const { kind, step, task, name } = attempt;
  const about = { kind, name, ...(step !== undefined && { step }), ...(task !== undefined && { task }) };
  // Lessons whose ids differ by their number alone may be rehearsed side by side.
  const namespace = `rehearse-${asLabel(lesson.id)}`.slice(0, 55).replace(/-+$/, '');
  let stand: Stand | undefined;
  try {
    const limits = { ...defaultLimits, ...options.limits };
    const name = `${namespace}-${index}`;
    stand = await Stand.open({ ...options, place, limits }, lesson, options.namespaceOf?.(name) ?? name, signal);
    const problems = await attempt.run(stand);
    signal.throwIfAborted();
    const passed = problems.length === 0;
    return {
      ...about,
      passed,
      problems,
      milliseconds: clock.now() - started,
      transcript: stand.transcript,
      ...(!passed && { objects: stand.objects, events: stand.events }),
    };
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    return {
      ...about,
      passed: false,
      problems: [{ message }],
      milliseconds: clock.now() - started,
      transcript: stand?.transcript ?? [],
    };
  } finally {
    await stand?.close();
  }
}

async function standEmpty(stand: Stand): Promise<RehearsalProblem[]> {
  for (const step of stand.lesson.steps) await stand.openStep(step);
  return stand.session.tasks
    .filter(({ state }) => state === 'passed')
    .map(({ step, task, evidence }) => ({
      step,
      task,
      message: `task ${task} of step ${step} passes on an empty cluster, where nothing has been done`,
      ...(evidence && { evidence }),
    }));
}

async function walk(stand: Stand): Promise<RehearsalProblem[]> {
  const problems: RehearsalProblem[] = [];
  for (const step of stand.lesson.steps) {
    await stand.openStep(step);
    for (const { task, state, evidence } of stand.tasksOf(step.id)) {
      if (state !== 'passed') continue;
      const message = `task ${task} of step ${step.id} passes before anything has been done for it`;
      problems.push({ step: step.id, task, message, ...(evidence && { evidence }) });
    }
    const failed = await solve(stand, step, step.solution);
    problems.push(...failed);
    // What follows rests on this step: more problems would say nothing new.
    if (failed.length > 0) break;
    problems.push(...(await unsettled(stand, step)));
  }
  return problems;
}

async function arriveAndSolve(
  stand: Stand,
  id: string,
  way: (step: Step) => Step['solution'],
): Promise<RehearsalProblem[]> {
  const step = own(stand, id);
  const problems = await arrive(stand, step);
  return problems.length > 0 ? problems : solve(stand, step, way(step));
}

async function goWrong(stand: Stand, id: string, taskId: string, name: string): Promise<RehearsalProblem[]> {
  const step = own(stand, id);
  const problems = await arrive(stand, step);
  if (problems.length > 0) return problems;
  const task = step.tasks.find((each) => each.id === taskId)!;
  const wrong = task.wrong.find((each) => each.name === name)!;
  await stand.writeFiles(step.actions);
  await stand.play(wrong.actions, false);
  const current = () => stand.tasksOf(step.id).find((each) => each.task === task.id)!;
  const explained = await stand.until(() => current().state === 'passed' || current().explanation === wrong.explain);
  const { state, explanation, evidence } = current();
  const about = { step: step.id, task: task.id, ...(evidence && { evidence }) };
  if (state === 'passed') return [{ ...about, message: `"${name}" is wrong, and task ${task.id} passes all the same` }];
  if (explained) return [];
  const told = explanation ? `it is explained by ${explanation}` : 'no explanation applies';
  return [{ ...about, message: `"${name}" is to be explained by ${wrong.explain}, but ${told}` }];
}

/** To the beginning of a step, from an empty namespace. */
async function arrive(stand: Stand, step: Step): Promise<RehearsalProblem[]> {
  for (const stage of wayTo(stand.lesson, step.id)) {
    if (stage.step) await stand.openStep(stage.step);
    const problems = stage.step ? await solve(stand, stage.step, stage.actions) : await stand.play(stage.actions, true);
    if (problems.length > 0) {
      return problems.map((problem) => ({ ...problem, message: `on the way to step ${step.id}: ${problem.message}` }));
    }
  }
  await stand.openStep(step);
  return [];
}

/** @param step with the namespace filled in */
async function solve(stand: Stand, step: Step, actions: Step['solution']): Promise<RehearsalProblem[]> {
  const { id } = step;
  if (actions !== step.actions) await stand.writeFiles(step.actions);
  const problems = await stand.play(actions, true);
  if (problems.length > 0) return problems.map((problem) => ({ step: id, ...problem }));
  await stand.until(() => stand.tasksOf(id).every(({ state }) => state === 'passed'));
  return stand
    .tasksOf(id)
    .filter(({ state }) => state !== 'passed')
    .map(({ task, state, evidence }) => ({
      step: id,
      task,
      message: `task ${task} of step ${id} does not pass after its commands: it is ${state}`,
      ...(evidence && { evidence }),
    }));
}

/** Predictions that the cluster has not settled although their task has passed. */
async function unsettled(stand: Stand, step: Step): Promise<RehearsalProblem[]> {
  const open = () => stand.session.predictions.filter((each) => each.step === step.id && !each.settled);
  const passed = stand.session.tasks
    .filter(({ state }) => state === 'passed')
    .map((task) => `${task.step}/${task.task}`);
  const due = step.predictions.filter(({ settlement }) => passed.includes(settlement.after)).map(({ id }) => id);
  await stand.until(() => !open().some(({ id }) => due.includes(id)));
  return open()
    .filter(({ id }) => due.includes(id))
    .map(({ id }) => ({
      step: step.id,
      message: `prediction ${id} of step ${step.id} is not settled: none of its options holds after the step`,
    }));
}

/** The step with the namespace filled in. */
function own(stand: Stand, id: string): Step {
  return stand.lesson.steps.find((step) => step.id === id)!;
}

/** Whether it keeps something that another attempt might want too. */
function keepsAPort(action: Step['solution'][number]): boolean {
  return action.type === 'command' && action.background && !listensByHabit(action.text);
}

function runsOn(steps: readonly Step[]): boolean {
  return steps.some(({ solution }) => solution.some(keepsAPort));
}
