import { compileCheck, compileSettlement, type RawPrediction, type WrittenProblem } from '../checks/compile.ts';
import type { ExpressionCompiler } from '../checks/expressions/compiler.ts';
import { closest } from '../checks/text.ts';
import { describeIssues } from './issues.ts';
import type { Action, Attempt, Prediction, Task } from './lesson.ts';
import type { Problem } from './problem.ts';
import { checksSchema, type RawScript, type RawStep } from './schema.ts';
import { readScript } from './script.ts';
import { type StepSource, textFile } from './text.ts';
import { readYaml, type YamlSource } from './yaml.ts';

/** Reads checks.yaml, and compiles what it asks. */

export const checksFile = 'checks.yaml';

export interface ChecksSource {
  readonly steps: ReadonlyMap<string, StepChecks>;
  readonly problems: readonly Problem[];
  /** Where things stand in it; absent where it is no YAML. */
  readonly yaml?: YamlSource;
}

export interface StepChecks {
  readonly tasks: readonly Task[];
  readonly predictions: readonly Prediction[];
  readonly setup?: readonly Action[];
  readonly solution?: readonly Action[];
  readonly alternatives: readonly Attempt[];
}

export function readChecks(text: string, steps: readonly StepSource[], compiler: ExpressionCompiler): ChecksSource {
  const yaml = readYaml(text, checksFile);
  if (Array.isArray(yaml)) return { steps: new Map(), problems: yaml };
  const parsed = checksSchema.safeParse(yaml.data ?? {});
  if (!parsed.success) {
    return { steps: new Map(), yaml, problems: describeIssues(parsed.error.issues, yaml, checksSchema, checksFile) };
  }
  const raw = Object.entries(parsed.data.steps);
  const tasks = new Map(
    raw.flatMap(([step, { tasks }]) => tasks.map(({ id, title }) => [`${step}/${id}`, title] as const)),
  );
  const work = new Work(yaml, compiler, tasks, steps);
  const known = steps.map(({ id }) => id);
  for (const [id] of raw) {
    // A text without any steps has its own complaint.
    if (known.includes(id) || known.length === 0) continue;
    const meant = closest(id, known);
    work.report(['steps', id], `${textFile} has no step ${id}${meant ? `: did you mean ${meant}?` : ''}`, {
      key: true,
    });
  }
  const compiled = new Map(
    raw.map(([id, step]) => [
      id,
      work.step(
        id,
        step,
        steps.find((source) => source.id === id),
      ),
    ]),
  );
  for (const source of steps) if (!compiled.has(source.id)) work.unsettled(source, {});
  return { steps: compiled, yaml, problems: work.problems };
}

type Path = readonly (string | number)[];

class Work {
  readonly problems: Problem[] = [];
  readonly #yaml: YamlSource;
  readonly #compiler: ExpressionCompiler;
  readonly #tasks: ReadonlyMap<string, string>;
  readonly #steps: readonly StepSource[];

  constructor(
    yaml: YamlSource,
    compiler: ExpressionCompiler,
    tasks: ReadonlyMap<string, string>,
    steps: readonly StepSource[],
  ) {
    this.#yaml = yaml;
    this.#compiler = compiler;
    this.#tasks = tasks;
    this.#steps = steps;
  }

  report(path: Path, message: string, options?: Parameters<YamlSource['locate']>[1]): void {
    const place = this.#yaml.locate(path, options);
    this.problems.push({ file: checksFile, ...place, message, severity: 'error' });
  }

  step(id: string, raw: RawStep, source: StepSource | undefined): StepChecks {
    const path = ['steps', id];
    const ids = new Set<string>();
    const tasks = raw.tasks.flatMap((task, index) => {
      if (ids.has(task.id)) this.report([...path, 'tasks', index, 'id'], `the id ${task.id} is taken`);
      ids.add(task.id);
      return this.#task(id, task, [...path, 'tasks', index]) ?? [];
    });
    return {
      tasks,
      predictions: this.#predictions(id, raw, source, [...path, 'predictions']),
      // A setup leads to the beginning of its step, where the step's own text has not been read.
      ...(raw.setup !== undefined && { setup: this.#script(raw.setup, this.#before(id), [...path, 'setup']) }),
      ...(raw.solution !== undefined && {
        solution: this.#script(raw.solution, this.#through(id), [...path, 'solution']),
      }),
      alternatives: (raw.alternatives ?? []).map(({ name, run }, index) => ({
        name,
        actions: this.#script(run, this.#through(id), [...path, 'alternatives', index, 'run']),
      })),
    };
  }

  #before(step: string): readonly StepSource[] {
    return this.#through(step).slice(0, -1);
  }

  /** None where the text has no such step. */
  #through(step: string): readonly StepSource[] {
    return this.#steps.slice(0, this.#steps.findIndex(({ id }) => id === step) + 1);
  }

  /** @param read the steps whose files it may name */
  #script(script: RawScript, read: readonly StepSource[], path: Path): Action[] {
    const fences = read.flatMap((step) => step.fences);
    return readScript(script, {
      content: (name) => fences.findLast(({ attributes }) => attributes.words.get('file') === name)?.content,
      missing: (name, index) =>
        this.report(
          [...path, index, 'file'],
          `${textFile} has no file ${name} up to here: say what is in it, as content`,
        ),
    });
  }

  #task(step: string, raw: RawStep['tasks'][number], path: Path): Task | undefined {
    const scope = { compiler: this.#compiler, step, tasks: this.#tasks };
    const { value, problems } = compileCheck(raw, raw.id, scope);
    this.#reportAll(problems, path);
    const hints = raw.hints ?? [];
    (raw.explain ?? []).forEach(({ id, hints: own }, index) => {
      if (own === undefined || own.length === hints.length) return;
      const message = `${id} has ${own.length} hints where the task has ${hints.length}: write as many`;
      this.report([...path, 'explain', index, 'hints'], message);
    });
    const explanations = (raw.explain ?? []).map(({ id }) => id);
    (raw.wrong ?? []).forEach(({ explain }, index) => {
      if (explanations.includes(explain)) return;
      const meant = closest(explain, explanations);
      const message = `the task has no explanation ${explain}${meant ? `: did you mean ${meant}?` : ': write one under explain'}`;
      this.report([...path, 'wrong', index, 'explain'], message);
    });
    if (!value) return undefined;
    const wrong = (raw.wrong ?? []).map(({ name, run, explain }, index) => ({
      name,
      actions: this.#script(run, this.#through(step), [...path, 'wrong', index, 'run']),
      explain,
    }));
    return { id: raw.id, key: `${step}/${raw.id}`, title: raw.title, check: value, hints, wrong };
  }

  /** Questions of a step's text that nothing settles. */
  unsettled({ id: step, questions }: StepSource, written: Readonly<Record<string, unknown>>): void {
    for (const { id, line } of questions) {
      if (id === '' || Object.hasOwn(written, id)) continue;
      const message = `nothing settles the question ${id}: write predictions: ${id}: below steps: ${step}: in ${checksFile}`;
      this.problems.push({
        file: textFile,
        line,
        column: 1,
        message,
        severity: 'error',
      });
    }
  }

  #predictions(step: string, raw: RawStep, source: StepSource | undefined, path: Path): Prediction[] {
    const written = raw.predictions ?? {};
    const asked = source?.questions ?? [];
    if (source) this.unsettled(source, written);
    return Object.entries(written).flatMap(([id, prediction]) => {
      const question = asked.find((each) => each.id === id);
      if (!question) {
        this.report([...path, id], `the text of step ${step} has no question ${id}: write :::predict {#${id}}`, {
          key: true,
        });
        return [];
      }
      const { options } = question;
      for (const option of Object.keys(prediction.options)) {
        if (options.includes(option)) continue;
        this.report([...path, id, 'options', option], `the question has no option ${option}`, { key: true });
      }
      for (const option of options.filter((each) => !Object.hasOwn(prediction.options, each))) {
        this.report([...path, id, 'options'], `says nothing of option ${option}: when is it the right one?`);
      }
      const scope = { compiler: this.#compiler, step, tasks: this.#tasks };
      const { value, problems } = compileSettlement(prediction satisfies RawPrediction, id, scope);
      this.#reportAll(problems, [...path, id]);
      return value ? [{ id, options, settlement: value }] : [];
    });
  }

  #reportAll(problems: readonly WrittenProblem[], path: Path): void {
    for (const { path: below, message, offset } of problems) {
      this.report([...path, ...below], message, offset === undefined ? {} : { offset });
    }
  }
}
