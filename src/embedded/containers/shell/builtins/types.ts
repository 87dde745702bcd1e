import type { Shell } from '../shell.ts';

/** A command the shell runs itself. Resolves with its status. */
export type Builtin = (shell: Shell, args: readonly string[]) => Promise<number>;
