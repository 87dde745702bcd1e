import type { Writable } from 'node:stream';
import type { KubeObject } from '../../kubernetes/object.ts';
import type { Lesson } from '../../lessons/lesson.ts';
import type { AttemptResult, RehearsalResult } from '../../progress/rehearsal/result.ts';

/** Lines of a command's output shown with a failure, from its end. */
const outputLines = 20;

/** For people: a line for each attempt, and all there is to know about those that went wrong. */
export class ListReporter {
  #failed = 0;
  readonly #out: Writable;

  constructor(out: Writable) {
    this.#out = out;
  }

  /** Lessons that do not hold. */
  get failed(): number {
    return this.#failed;
  }

  begin({ id, title }: Lesson): void {
    this.#line(`${id}  ${title}`);
  }

  /** A lesson that this cluster cannot show. */
  skipped({ id, title }: Lesson, why: string): void {
    this.#line(`${id}  ${title}`);
    this.#line(`  skipped: ${why}`);
  }

  /** A lesson that could not even be loaded. */
  broken(id: string, problems: readonly string[]): void {
    this.#failed++;
    this.#line(`${id}  cannot be loaded`);
    for (const problem of problems) this.#line(`  ${problem}`);
  }

  attempt(attempt: AttemptResult): void {
    const { kind, step, task, name, passed, milliseconds } = attempt;
    const where = [step, task].filter(Boolean).join('/');
    const what = [kind, where, name].filter(Boolean).join('  ');
    this.#line(`  ${passed ? 'ok    ' : 'FAILED'}  ${what}  (${seconds(milliseconds)})`);
    if (!passed) this.#explain(attempt);
  }

  end({ passed, attempts, milliseconds }: RehearsalResult): void {
    if (!passed) this.#failed++;
    const good = attempts.filter((attempt) => attempt.passed).length;
    this.#line(`  ${good} of ${attempts.length} attempts as promised, ${seconds(milliseconds)}`);
  }

  #explain({ problems, transcript, objects = [], events = [] }: AttemptResult): void {
    for (const { step, task, message, evidence } of problems) {
      const where = [step, task].filter(Boolean).join('/');
      this.#line(`          ${where ? `${where}: ` : ''}${message}`);
      if (!evidence) continue;
      this.#line(`            expected  ${evidence.expected}`);
      this.#line(`            saw       ${evidence.saw}`);
      if (evidence.try) this.#line(`            try       ${evidence.try}`);
    }
    if (transcript.length) this.#line('          what was typed:');
    for (const { text, exitCode, output } of transcript) {
      this.#line(`            $ ${text.replaceAll('\n', '\n              ')}`);
      const lines = output.trimEnd().split('\n');
      for (const line of lines.slice(-outputLines)) if (line) this.#line(`            ${line}`);
      if (exitCode) this.#line(`            (exit code ${exitCode})`);
    }
    if (objects.length) this.#line(`          objects: ${objects.map(nameOf).join(', ')}`);
    for (const event of events) this.#line(`          event: ${describeEvent(event)}`);
  }

  #line(text: string): void {
    this.#out.write(`${text}\n`);
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

function nameOf({ kind, metadata }: KubeObject): string {
  return `${kind.toLowerCase()}/${metadata.name}`;
}

function describeEvent(event: KubeObject): string {
  const { involvedObject, reason, message } = event as KubeObject & {
    involvedObject?: { kind?: string; name?: string };
    reason?: string;
    message?: string;
  };
  return `${involvedObject?.kind ?? ''}/${involvedObject?.name ?? ''} ${reason ?? ''}: ${message ?? ''}`;
}
