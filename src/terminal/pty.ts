/** A pseudo-terminal with a program in it, as much of node-pty as is used here; tests bring their own. */
export interface Pty {
  readonly pid: number;
  write(data: string): void;
  resize(columns: number, rows: number): void;
  pause(): void;
  resume(): void;
  /** Ends the program and what it started. */
  kill(): void;
  /** Whether the program in front takes keys as they come (an editor, a remote shell). Undefined where it cannot be told. */
  rawInput(): Promise<boolean | undefined>;
}

export interface PtyOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  readonly cwd: string;
  readonly columns: number;
  readonly rows: number;
  onData(data: string): void;
  onExit(exitCode: number): void;
}

/** Throws where the program cannot be started. */
export type SpawnPty = (options: PtyOptions) => Pty;
