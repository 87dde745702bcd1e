import { parse } from 'just-bash';
import type { Complaint } from './kubectl.ts';

/** Where a shell would stop reading a script, with its words. Nothing is run. */
export function shellSyntax(script: string): Complaint[] {
  const unfinished = /(?:\|\|?|&&)\s*$/.exec(script);
  if (unfinished) return [{ offset: unfinished.index, message: `nothing comes after ${unfinished[0].trim()}` }];
  try {
    // It is no shell's word, and stands where one could.
    parse(script.replaceAll('{{namespace}}', '__namespace__'));
    return [];
  } catch (error) {
    const { message, line, column } = error as Error & { line?: number; column?: number };
    const words = message.replace(/^(Parse error at \d+:\d+|line \d+): /, '');
    return [{ offset: offsetAt(script, line ?? 1, column ?? 1), message: `no shell can read this: ${words}` }];
  }
}

/** Line and column, from 1, as a character of the script: of an unfinished one the parser names the end, or nothing. */
function offsetAt(script: string, line: number, column: number): number {
  const before = script.split('\n').slice(0, Math.max(0, line - 1));
  const offset = before.reduce((sum, text) => sum + text.length + 1, 0) + Math.max(0, column - 1);
  return Math.max(0, Math.min(offset, script.trimEnd().length - 1));
}
