/** Between the thread that runs the cluster and the workers that run text tools. */

/** A tool to run, or the outcome of a file access that the worker asked for. */
export type ToWorker =
  | {
      readonly type: 'run';
      readonly name: string;
      readonly args: readonly string[];
      readonly stdin: Uint8Array;
      readonly env: Record<string, string>;
      readonly cwd: string;
    }
  | { readonly type: 'files'; readonly call: number; readonly value: unknown }
  | { readonly type: 'files'; readonly call: number; readonly error: string; readonly code?: string };

/** A file access, or what the tool came to. */
export type FromWorker =
  | { readonly type: 'files'; readonly call: number; readonly method: string; readonly parameters: readonly unknown[] }
  | { readonly type: 'done'; readonly stdout: Uint8Array; readonly stderr: Uint8Array; readonly exitCode: number };
