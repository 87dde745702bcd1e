import type { ClusterReader, TranscriptCommand } from '../reader.ts';
import type { Budget } from './guard.ts';

/** A CEL expression, compiled. It never throws: what goes wrong is part of its answer. */
export interface Expression {
  readonly source: string;
  evaluate(world: World): Answer;
  /** Kinds it reads from the cluster by itself, with get(), list(), exists() or events(). */
  readonly kinds: readonly string[];
  /** It looks at what the learner ran, with ran(). */
  readonly transcript: boolean;
  /** Variables it mentions. */
  readonly variables: ReadonlySet<string>;
  /** The paths it reads, such as `object.spec.replicas`: what to show where it does not hold. */
  readonly operands: readonly Expression[];
  /** Sources of what the outermost && joins; of an assertion or a condition. */
  readonly parts: readonly string[];
  /** For `list.all(item, condition)`: the items for which the condition does not hold. */
  readonly exceptions?: Expression;
}

/** What an expression is evaluated against. */
export interface World {
  /** By name, as JSON: `{ object: … }`. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly namespace: string;
  readonly reader: ClusterReader;
  /** What the learner ran since the step was opened, oldest first. */
  readonly commands: readonly TranscriptCommand[];
  /** What all expressions of one check may spend together. */
  readonly budget: Budget;
}

export type Answer =
  | { readonly value: unknown; readonly problem?: undefined }
  | { readonly value?: undefined; readonly problem: Problem };

export interface Problem {
  /**
   * `missing`: a field is not there (yet); `not-yet`: something has not happened yet, in words for the learner;
   * `wrong`: the expression does not fit what it was given, or takes too long.
   */
  readonly kind: 'missing' | 'not-yet' | 'wrong';
  readonly message: string;
}

/** Text with expressions in it: "replicas: ${object.spec.replicas}". */
export interface Template {
  readonly source: string;
  /** Undefined where one of its expressions cannot be evaluated. */
  render(world: World): string | undefined;
  readonly kinds: readonly string[];
  readonly transcript: boolean;
  readonly variables: ReadonlySet<string>;
}

/** Why an expression of a lesson does not compile. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';

  constructor(
    message: string,
    /** Character of the source at which it is wrong. */
    readonly offset: number,
  ) {
    super(message);
  }
}
