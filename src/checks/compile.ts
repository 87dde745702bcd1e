import type { Check, Comparison, Explanation, Inputs, Moment, Recording, Settlement, Subject, Texts } from './check.ts';
import type { ExpressionCompiler, Variables } from './expressions/compiler.ts';
import { type Expression, ExpressionError, type Template } from './expressions/expression.ts';
import { PatternError } from './pattern.ts';
import type { RawCheck, RawExplanation, RawSubject } from './schema.ts';
import { kindsOf, readSubject, variablesOf, WrittenWrong } from './subject.ts';
import { closest } from './text.ts';

/** From what an author wrote to what is evaluated. Everything that is wrong is found at once. */

export interface Scope {
  readonly compiler: ExpressionCompiler;
  /** Id of the step. */
  readonly step: string;
  /** Titles of the lesson's tasks, by "step/task". */
  readonly tasks: ReadonlyMap<string, string>;
}

export interface WrittenProblem {
  /** Where below the check: `['explain', 0, 'when']`. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Character of the text at that path. */
  readonly offset?: number;
}

export interface Compiled<T> {
  /** Undefined where something is wrong. */
  readonly value?: T;
  readonly problems: readonly WrittenProblem[];
}

/** @param id of the task */
export function compileCheck(raw: RawCheck, id: string, scope: Scope): Compiled<Check> {
  const work = new Work(scope);
  const key = `${scope.step}/${id}`;
  const subject = work.subject(raw);
  if (!subject) return { problems: work.problems };
  const comparison = work.comparison(raw, key, subject);
  const variables = withComparison(subject, comparison);
  const sources = raw.assert === undefined ? [] : Array.isArray(raw.assert) ? raw.assert : [raw.assert];
  const assert = sources.flatMap((source, index) => {
    const path = Array.isArray(raw.assert) ? ['assert', index] : ['assert'];
    return work.attempt(path, () => scope.compiler.conditions(source, variables)) ?? [];
  });
  const absent = (subject.kind === 'object' || subject.kind === 'objects') && subject.absent;
  if (absent && assert.length > 0) work.report(['assert'], 'of what is absent nothing can be asserted: leave it out');
  if (comparison && assert.length === 0) {
    work.report(['before'], 'is compared with nothing: write an assert such as before != after');
  }
  if (subject.kind === 'history' && assert.length === 0) work.report(['history'], 'asserts nothing: write an assert');
  const { follows } = raw;
  const before = follows === undefined ? undefined : work.attempt([], () => resolveTask(follows, ['follows'], scope));
  if (before === key) work.report(['follows'], 'is the task itself: name the one that comes first');
  const texts = work.texts(raw, variables, []);
  const explain = (raw.explain ?? []).map((entry, index) => work.explanation(entry, variables, ['explain', index]));
  work.unreachable(raw.explain ?? []);
  if (work.problems.length > 0) return { problems: work.problems };
  const expressions = [
    ...assert,
    ...(comparison ? [comparison.after] : []),
    ...Object.values(texts),
    ...explain.flatMap(({ when, expected, saw, why, try: next }) => [when, expected, saw, why, next]),
  ];
  const presence = absent ? presenceOf(key, subject, scope) : undefined;
  const value: Check = {
    key,
    subject: withEntries(subject, expressions),
    ...(before !== undefined && { follows: { key: before, title: scope.tasks.get(before) ?? before } }),
    assert,
    ...(comparison && { comparison }),
    ...(presence && { presence }),
    recordings: [...(comparison ? [comparison.recording] : []), ...(presence ? [presence] : [])],
    texts,
    explain,
    inputs: inputsOf(subject, expressions),
  };
  return { value, problems: [] };
}

export interface RawPrediction extends RawSubject {
  /** Id of the task whose passing settles it. */
  readonly settle: string;
  readonly options: Readonly<Record<string, string>>;
  readonly observed: string;
}

/** @param id of the prediction */
export function compileSettlement(raw: RawPrediction, id: string, scope: Scope): Compiled<Settlement> {
  const work = new Work(scope);
  const key = `${scope.step}/${id}`;
  const subject = work.subject(raw);
  const task = work.attempt(['settle'], () => resolveTask(raw.settle, ['settle'], scope));
  if (!subject || !task) return { problems: work.problems };
  const comparison = work.comparison(raw, `prediction ${key}`, subject);
  const variables = withComparison(subject, comparison);
  const options = Object.entries(raw.options).flatMap(([option, source]) => {
    const when = work.attempt(['options', option], () => scope.compiler.condition(source, variables));
    return when ? [{ id: option, when }] : [];
  });
  const observed = work.attempt(['observed'], () => scope.compiler.template(raw.observed, variables));
  if (work.problems.length > 0 || !observed) return { problems: work.problems };
  const expressions = [...options.map(({ when }) => when), observed, ...(comparison ? [comparison.after] : [])];
  const value: Settlement = {
    key,
    after: task,
    subject: withEntries(subject, expressions),
    ...(comparison && { comparison }),
    recordings: comparison ? [comparison.recording] : [],
    options,
    observed,
    inputs: inputsOf(subject, expressions),
  };
  return { value, problems: [] };
}

function withComparison(subject: Subject, comparison: Comparison | undefined): Variables {
  return { ...variablesOf(subject), ...(comparison && { before: 'dyn', after: 'dyn' }) };
}

function inputsOf(subject: Subject | undefined, expressions: readonly (Expression | Template | undefined)[]): Inputs {
  const kinds = new Set([
    ...(subject ? kindsOf(subject) : []),
    ...expressions.flatMap((expression) => expression?.kinds ?? []),
  ]);
  const probes = subject?.kind === 'dns' || subject?.kind === 'http' || subject?.kind === 'exec';
  return {
    kinds: [...kinds],
    histories: subject?.kind === 'history' ? [subject.resource] : [],
    // A request that the learner sends changes no object, and yet what a probe sees.
    terminal: probes || subject?.kind === 'terminal' || expressions.some((expression) => expression?.transcript),
    probes,
  };
}

/** What is absent must have been there: or a check would hold in an empty cluster. */
function presenceOf(key: string, subject: Subject, { compiler }: Scope): Recording {
  const value = compiler.value(
    subject.kind === 'objects' ? 'size(objects) > 0 ? dyn(true) : null' : 'true',
    variablesOf(subject),
  );
  const inputs = inputsOf(subject, [value]);
  return { key: `${key} presence`, since: { type: 'session' }, subject, value, inputs };
}

function withEntries(subject: Subject, expressions: readonly (Expression | Template | undefined)[]): Subject {
  if (subject.kind !== 'history') return subject;
  return { ...subject, entries: expressions.some((expression) => expression?.variables.has('entries')) };
}

/** @throws WrittenWrong */
function resolveTask(written: string, path: readonly string[], { step, tasks }: Scope): string {
  const key = written.includes('/') ? written : `${step}/${written}`;
  if (tasks.has(key)) return key;
  const meant = closest(key, tasks.keys());
  throw new WrittenWrong(`there is no task ${written}${meant ? `: did you mean ${meant}?` : ''}`, path);
}

/** One check being compiled: collects what is wrong with it instead of stopping at the first. */
class Work {
  readonly problems: WrittenProblem[] = [];
  readonly #scope: Scope;

  constructor(scope: Scope) {
    this.#scope = scope;
  }

  report(path: readonly (string | number)[], message: string, offset?: number): void {
    this.problems.push({ path, message, ...(offset !== undefined && { offset }) });
  }

  attempt<T>(path: readonly (string | number)[], work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (error instanceof ExpressionError) this.report(path, error.message, error.offset);
      else if (error instanceof WrittenWrong) this.report(error.path, error.message);
      else if (error instanceof PatternError) this.report(path, error.message);
      else throw error;
      return undefined;
    }
  }

  subject(raw: RawSubject & { absent?: true }): Subject | undefined {
    return this.attempt(['terminal'], () =>
      readSubject(raw, (written) => this.#moment(written, ['terminal', 'since'])),
    );
  }

  comparison(raw: RawSubject, key: string, subject: Subject): Comparison | undefined {
    if (raw.before === undefined) {
      if (raw.after !== undefined) this.report(['after'], 'goes with before, which is not there');
      return undefined;
    }
    const written = typeof raw.before === 'string' ? { value: raw.before } : raw.before;
    const path = typeof raw.before === 'string' ? ['before'] : ['before', 'value'];
    const { compiler } = this.#scope;
    const variables = variablesOf(subject);
    const value = this.attempt(path, () => compiler.value(written.value, variables));
    const after = this.attempt(['after'], () => compiler.value(raw.after ?? written.value, variables));
    const since = this.attempt(['before'], () => this.#moment(written.since ?? 'step', ['before', 'since']));
    if (!value || !after || !since) return undefined;
    const own = Object.keys(variables).some((name) => value.variables.has(name)) ? subject : undefined;
    const recording: Recording = { key, since, ...(own && { subject: own }), value, inputs: inputsOf(own, [value]) };
    return { recording, after };
  }

  #moment(written: string, path: readonly string[]): Moment {
    if (written === 'step') return { type: 'step', step: this.#scope.step };
    if (written === 'session') return { type: 'session' };
    return { type: 'task', key: resolveTask(written, path, this.#scope) };
  }

  texts(raw: RawCheck | RawExplanation, variables: Variables, path: readonly (string | number)[]): Texts {
    const texts: { -readonly [Key in keyof Texts]: Texts[Key] } = {};
    for (const name of ['expected', 'saw', 'why', 'try'] as const) {
      const source = raw[name];
      if (source === undefined) continue;
      const template = this.attempt([...path, name], () => this.#scope.compiler.template(source.trim(), variables));
      if (template) texts[name] = template;
    }
    return texts;
  }

  explanation(raw: RawExplanation, variables: Variables, path: readonly (string | number)[]): Explanation {
    const { when } = raw;
    const condition =
      when === undefined
        ? undefined
        : this.attempt([...path, 'when'], () => this.#scope.compiler.condition(when, variables));
    return {
      id: raw.id,
      state: raw.state ?? 'failed',
      ...(condition && { when: condition }),
      ...this.texts(raw, variables, path),
      ...(raw.hints && { hints: raw.hints }),
    };
  }

  /** Explanations that can never be told: after one without a condition, with the same condition, with a taken id. */
  unreachable(explain: readonly RawExplanation[]): void {
    const conditions = new Set<string>();
    const ids = new Set<string>();
    let all: string | undefined;
    explain.forEach(({ id, when }, index) => {
      if (all !== undefined) {
        this.report(['explain', index], `is never told: ${all} above it has no when and explains everything`);
      }
      if (when !== undefined && conditions.has(when.trim())) {
        this.report(['explain', index, 'when'], 'is never told: one above it has the same condition');
      }
      if (ids.has(id)) this.report(['explain', index, 'id'], `the id ${id} is taken`);
      ids.add(id);
      if (when === undefined) all = id;
      else conditions.add(when.trim());
    });
  }
}
