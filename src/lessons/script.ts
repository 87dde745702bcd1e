import type { Action, CommandAction } from './lesson.ts';
import type { RawScript } from './schema.ts';

/** Where a script finds the files that it names without saying what is in them. */
export interface ScriptFiles {
  /** As the text has it at that point; undefined where it has none of that name. */
  content(name: string): string | undefined;
  /** Told of each that there is not. @param index of the action in the script */
  missing(name: string, index: number): void;
}

/** Actions of a script in checks.yaml: one piece of shell, or a list of commands and files. */
export function readScript(script: RawScript, files: ScriptFiles): Action[] {
  const list = typeof script === 'string' ? [script] : script;
  return list.flatMap((action, index): Action | [] => {
    if (typeof action === 'string') return command(action);
    if ('file' in action) {
      const content = action.content ?? files.content(action.file);
      if (content !== undefined) return { type: 'file', name: action.file, content };
      files.missing(action.file, index);
      return [];
    }
    return {
      ...command(action.run),
      terminal: action.terminal ?? 1,
      background: action.background ?? false,
      expectFailure: action['expect-failure'] ?? false,
    };
  });
}

function command(text: string): CommandAction {
  return { type: 'command', text: text.trimEnd(), terminal: 1, background: false, expectFailure: false };
}
