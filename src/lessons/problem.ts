/** Something wrong with a lesson, and where. */
export interface Problem {
  /** Relative to the lesson's folder: "checks.yaml". */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What is wrong and what to write instead. */
  readonly message: string;
  /** A lesson with an error is not loaded. */
  readonly severity: 'error' | 'warning';
}

/** "lesson.md:12:3: …" */
export function formatProblem({ file, line, column, message }: Problem): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** Line and column, both from 1, of a character of a text. */
export function positionAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, Math.max(0, offset));
  const start = before.lastIndexOf('\n') + 1;
  let line = 1;
  for (const character of before) if (character === '\n') line++;
  return { line, column: before.length - start + 1 };
}
