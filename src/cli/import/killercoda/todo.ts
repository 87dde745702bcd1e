/** Something of a scenario that a lesson cannot have, and where it stood. */
export interface Todo {
  /** Relative to the scenario: "step1/verify.sh". */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** What to do about it. */
  readonly message: string;
}
