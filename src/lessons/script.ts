import type { Action, CommandAction } from './lesson.ts';
import type { RawScript } from './schema.ts';

/** Actions of a script in checks.yaml: one piece of shell, or a list of commands and files. */
export function readScript(script: RawScript): Action[] {
  const list = typeof script === 'string' ? [script] : script;
  return list.map((action): Action => {
    if (typeof action === 'string') return command(action);
    if ('file' in action) return { type: 'file', name: action.file, content: action.content };
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
