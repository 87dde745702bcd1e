import type { Evidence } from '../../checks/check.ts';
import type { KubeObject } from '../../kubernetes/object.ts';
import type { LoggedCommand } from '../../terminal/transcript.ts';

/** What a rehearsal found, for whoever reports it. */
export interface RehearsalResult {
  readonly lesson: string;
  readonly title: string;
  readonly passed: boolean;
  readonly attempts: readonly AttemptResult[];
  readonly milliseconds: number;
}

export interface AttemptResult {
  /**
   * `empty`: nothing holds on an empty cluster. `solution`: every step in order, each task failing before and passing
   * after. `setup`: a step begun by its setup. `alternative`: another way that must pass. `wrong`: what must not.
   */
  readonly kind: 'empty' | 'solution' | 'setup' | 'alternative' | 'wrong';
  /** Absent where it is about the whole lesson. */
  readonly step?: string;
  readonly task?: string;
  /** As the lesson calls it, or a description: "solution, step by step". */
  readonly name: string;
  readonly passed: boolean;
  readonly problems: readonly RehearsalProblem[];
  readonly milliseconds: number;
  /** What was typed and what it printed. */
  readonly transcript: readonly LoggedCommand[];
  /** Where something was wrong: the namespace's objects and its Events at that moment. */
  readonly objects?: readonly KubeObject[];
  readonly events?: readonly KubeObject[];
}

export interface RehearsalProblem {
  readonly step?: string;
  readonly task?: string;
  /** In a sentence. */
  readonly message: string;
  readonly evidence?: Evidence;
}
