import { controlBuiltins } from './control.ts';
import { inputOutputBuiltins } from './input-output.ts';
import { jobBuiltins } from './jobs.ts';
import { nameBuiltins } from './names.ts';
import type { Builtin } from './types.ts';
import { variableBuiltins } from './variables.ts';

export type { Builtin } from './types.ts';

export const builtins: Readonly<Record<string, Builtin>> = {
  ...controlBuiltins,
  ...variableBuiltins,
  ...inputOutputBuiltins,
  ...jobBuiltins,
  ...nameBuiltins,
};

/** Those whose arguments that look like assignments are expanded like assignments. */
export const declarations: ReadonlySet<string> = new Set(['export', 'readonly', 'local', 'declare', 'typeset']);

/** POSIX's special builtins: functions cannot take their names. */
export const specialBuiltins: ReadonlySet<string> = new Set([
  'break',
  ':',
  '.',
  'continue',
  'eval',
  'exec',
  'exit',
  'export',
  'readonly',
  'return',
  'set',
  'shift',
  'times',
  'trap',
  'unset',
]);
