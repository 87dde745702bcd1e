import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { Check, Outcome } from '../../checks/check.ts';
import type { Answer } from '../../checks/expressions/expression.ts';
import { toJson } from '../../checks/expressions/value.ts';
import { closest } from '../../checks/text.ts';
import { checksFile } from '../../lessons/checks-file.ts';
import { lint } from '../../lessons/lint/lint.ts';
import { createTools, type LoadedLesson } from '../../lessons/load.ts';
import { formatProblem } from '../../lessons/problem.ts';
import { textFile } from '../../lessons/text.ts';
import type { LearnerSession } from '../../progress/learner-session.ts';
import { onlyLearner } from '../../server/access.ts';
import type { Attendant, Desk } from '../learn/run.ts';
import { imageJudge } from '../lint/images.ts';
import { readQuestion } from './question.ts';

const help = `An expression                       ready(get("statefulset/kubia"))
One about an object                 statefulset/kubia object.spec.replicas == 2
A check, as checks.yaml has it      {dns: kubia, assert: size(answer.records) == 2}
A task's own check                  its id: STEP/TASK, or TASK
tasks                               the tasks of the lesson, and how they stand
lesson [ID]                         which lesson this is about; another one
help                                this
Whatever is asked, nothing is kept of it, and no task passes by it.`;

/** `check> `: tries checks and expressions against the cluster, in the session that the page shows as well. */
export class Prompt implements Attendant {
  readonly #desk: Desk;
  readonly #output: Writable;
  readonly #lines: Interface;
  readonly #tools = createTools();
  readonly #lacksImage = imageJudge();
  #lesson: string | undefined;
  /** One question after the other, as they were typed. */
  #answered: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(desk: Desk, { input, output }: { readonly input: Readable; readonly output: Writable }) {
    this.#desk = desk;
    this.#output = output;
    this.#lesson = newest(desk.lessons().filter(({ lesson }) => lesson))?.id;
    this.#lines = createInterface({
      input,
      output,
      prompt: 'check> ',
      terminal: 'isTTY' in output && Boolean(output.isTTY),
    });
    this.#lines.on('line', (line) => {
      this.#answered = this.#answered.then(() => this.#answer(line.trim()));
    });
    // readline takes Ctrl-C for itself where it edits a line.
    this.#lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    this.#lines.on('close', () => {
      this.#closed = true;
    });
    this.#say(`Lesson ${this.#lesson ?? '(none that can be loaded)'}. Type "help" to see what can be asked.`);
  }

  /** Says at once what is wrong with what was just saved. */
  changed(id: string): void {
    const loaded = this.#desk.lessons().find((each) => each.id === id);
    if (!loaded) return;
    if (loaded.lesson) this.#lesson = id;
    const problems = lint(loaded.folder, this.#tools, { lacksImage: this.#lacksImage });
    const lines = problems.map((problem) => `${id}/${formatProblem(problem)}`);
    this.#say(['', ...(lines.length > 0 ? lines : [`${id}: read anew`])].join('\n'));
  }

  close(): void {
    this.#lines.close();
  }

  async #answer(line: string): Promise<void> {
    if (this.#closed && line === '') return;
    try {
      this.#say(line === '' ? undefined : await this.#respond(line));
    } catch (error) {
      this.#say(`cannot be asked: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #respond(line: string): Promise<string> {
    const [word = '', ...rest] = line.split(/\s+/);
    if (line === 'help') return help;
    if (word === 'lesson' && rest.length < 2) return this.#choose(rest[0]);
    const session = await this.#session();
    if (typeof session === 'string') return session;
    if (line === 'tasks') return this.#tasks(session);
    const { lesson } = session;
    const question = readQuestion(line, { compiler: this.#tools.compiler, lesson, step: session.session.step });
    if (question.type === 'wrong') {
      const at = question.offset === undefined ? '' : `${' '.repeat('check> '.length + question.offset)}^\n`;
      return `${at}${question.message}`;
    }
    if (question.type === 'check') return describeOutcome(await tryCheck(session, question.check));
    const { expression, subject, check } = question;
    await session.watch([...expression.kinds, ...(check?.inputs.kinds ?? [])]);
    const answer = await session.session.tryExpression(expression, subject);
    const shown = describeAnswer(answer, expression.source);
    // A question that is not answered by yes deserves to be told why.
    if (!check || answer.value === true || (answer.value !== false && !answer.problem)) return shown;
    return `${shown}\n${evidenceOf(await tryCheck(session, check))}`;
  }

  /** The learner's own session, as the page has it. */
  async #session(): Promise<LearnerSession | string> {
    const lesson = this.#desk.lessons().find(({ id }) => id === this.#lesson)?.lesson;
    if (!lesson) return 'There is no lesson to ask about: write one, or choose one with "lesson ID".';
    return this.#desk.sessions.open(onlyLearner, lesson);
  }

  #choose(id: string | undefined): string {
    const all = this.#desk.lessons();
    if (id === undefined) return `${this.#lesson ?? 'none'}; there are ${all.map((each) => each.id).join(', ')}`;
    const found = all.find((each) => each.id === id);
    if (!found) {
      const meant = closest(
        id,
        all.map((each) => each.id),
      );
      return `There is no lesson ${id}${meant ? `: did you mean ${meant}?` : ''}`;
    }
    if (!found.lesson) return found.problems.map((problem) => `${id}/${formatProblem(problem)}`).join('\n');
    this.#lesson = id;
    return `${id}  ${found.lesson.title}`;
  }

  #tasks({ session, lesson }: LearnerSession): string {
    return [lesson.id, ...session.tasks.map(({ step, task, state }) => `  ${state.padEnd(8)}${step}/${task}`)].join(
      '\n',
    );
  }

  #say(text: string | undefined): void {
    if (text !== undefined) this.#output.write(`${text}\n`);
    if (!this.#closed) this.#lines.prompt(true);
  }
}

/** The lesson whose files were saved last: who writes one wants to ask about that. */
function newest(lessons: readonly LoadedLesson[]): LoadedLesson | undefined {
  const savedAt = ({ folder }: LoadedLesson) =>
    Math.max(
      ...[textFile, checksFile].map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0),
    );
  return [...lessons].sort((one, other) => savedAt(other) - savedAt(one))[0];
}

async function tryCheck(session: LearnerSession, check: Check): Promise<Outcome> {
  await session.watch([...check.inputs.kinds, ...check.inputs.histories]);
  return session.session.tryCheck(check);
}

function describeOutcome(outcome: Outcome): string {
  const { state, explanation } = outcome;
  return `${state}${explanation ? `, explained by ${explanation}` : ''}\n${evidenceOf(outcome)}`;
}

function evidenceOf({ evidence }: Outcome): string {
  const { expected, saw, why, try: next } = evidence;
  const lines = { expected, saw, why, try: next };
  return Object.entries(lines)
    .filter(([, text]) => text)
    .map(([name, text]) => `  ${name.padEnd(10)}${text}`)
    .join('\n');
}

function describeAnswer({ value, problem }: Answer, source: string): string {
  // Who wrote which field is half of an object's text, and nobody's question.
  if (!problem) return JSON.stringify(toJson(value), (key, each) => (key === 'managedFields' ? undefined : each), 2);
  if (problem.kind !== 'missing') return problem.message;
  const [, before, field] = /^(.*)\.(\w+)$/s.exec(source) ?? [];
  const instead = field ? `has(${source}), or ${before}.?${field}.orValue(…)` : 'has(…), or .?field.orValue(…)';
  return `nothing there: ${problem.message}. In an assert that is false. To ask whether there is one: ${instead}`;
}
