import { type LineChange, lineChanges } from './line-changes.ts';
import { Normaliser } from './normalise.ts';
import { key, Pairing } from './pairing.ts';
import type { RecordedCommand, Recording } from './recording.ts';
import type { Scenario, Step } from './scenario.ts';
import type { Segment, Token } from './segments.ts';

/** A command that answered otherwise than the recording. */
export interface Difference {
  readonly scenario: string;
  readonly command: string;
  /** Which one of the scenario's commands of this wording, from 1. */
  readonly occurrence: number;
  /** In words and lines: "exit code 0 instead of 1", then the outputs' lines that differ. */
  readonly details: readonly string[];
}

export interface ComparedScenario {
  readonly scenario: string;
  /** Commands whose whole answer is compared. */
  readonly compared: number;
  /** Commands that wait, or that answer differently each time: only the exit code is compared. */
  readonly exitCodesOnly: number;
  readonly differences: readonly Difference[];
  /** How many of the differences are among the commands that are compared as a whole. */
  readonly different: number;
}

/** Compares what a scenario's commands answered, in order, with the recording. */
export function compareRecordings(scenario: Scenario, expected: Recording, actual: Recording): ComparedScenario {
  const comparison = new Comparer(scenario);
  const differences: (Difference & { step: Step })[] = [];
  const seen = new Map<string, number>();
  for (const [index, step] of scenario.steps.entries()) {
    const occurrence = (seen.get(step.run) ?? 0) + 1;
    seen.set(step.run, occurrence);
    const details = comparison.compare(step, expected.commands[index]!, actual.commands[index]!);
    if (details.length) {
      differences.push({ scenario: scenario.name, command: step.run, occurrence, details, step });
    }
  }
  const count = (wanted: Step['compare']) => scenario.steps.filter(({ compare }) => compare === wanted).length;
  return {
    scenario: scenario.name,
    compared: count('output'),
    exitCodesOnly: count('exit-code'),
    differences: differences.map(({ step, ...difference }) => difference),
    different: differences.filter(({ step }) => step.compare === 'output').length,
  };
}

/** Follows a scenario from command to command, so that what was named once keeps its partner. */
class Comparer {
  readonly #normaliser: Normaliser;
  readonly #numbers = new Map<string, number>();
  #pairing = new Pairing();

  constructor(scenario: Scenario) {
    this.#normaliser = new Normaliser(scenario);
  }

  compare(step: Step, expected: RecordedCommand, actual: RecordedCommand): string[] {
    if (step.compare === 'nothing') return [];
    const details =
      expected.exitCode === actual.exitCode
        ? []
        : [`exit code ${actual.exitCode} instead of ${expected.exitCode}`, ...said(actual)];
    if (step.compare === 'exit-code') return details;
    for (const stream of ['stdout', 'stderr'] as const) {
      const left = this.#normaliser.segments(expected[stream]);
      const right = this.#normaliser.segments(actual[stream]);
      const pairing = step.unordered ? this.#pairing.pairLines(left, right) : this.#pairing.pairAll(left, right);
      this.#pairing = pairing ?? this.#pairing.pairCommonLines(left, right);
      const shown = left.map((segment) => this.#show(segment)).join('');
      if (!pairing) details.push(`${stream}:`, ...lineChanges(shown, this.#showActual(right)).map(describe));
    }
    return details;
  }

  /** `<uid 1>` for the first UID of the recording; what names nothing has no number. */
  #show(segment: Segment): string {
    if (typeof segment === 'string') return segment;
    return segment.names ? `<${segment.kind} ${this.#number(key(segment))}>` : `<${segment.kind}>`;
  }

  #showActual(segments: readonly Segment[]): string {
    const unpaired = (token: Token) => `<${token.kind} ${token.original}>`;
    return segments
      .map((segment) => {
        if (typeof segment === 'string' || !segment.names) return this.#show(segment);
        const partner = this.#pairing.partner(segment);
        return partner ? `<${segment.kind} ${this.#number(partner)}>` : unpaired(segment);
      })
      .join('');
  }

  #number(name: string): number {
    const number = this.#numbers.get(name) ?? this.#numbers.size + 1;
    this.#numbers.set(name, number);
    return number;
  }
}

const describe = ({ sign, line }: LineChange) => `${sign} ${line}`;

/** A wrong exit code is explained by what the command said, also where only exit codes are compared. */
const said = ({ stderr }: RecordedCommand) => stderr.trimEnd().split('\n').slice(-3).filter(Boolean);
