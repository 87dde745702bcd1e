import { dirname, join } from '../files/paths.ts';
import { builtins } from './builtins/index.ts';
import type { Shell } from './shell.ts';

export interface Completion {
  /** Where in the line the completed word begins. */
  readonly from: number;
  /** Whole words, sorted. */
  readonly candidates: readonly string[];
}

/** What the word before the cursor may become: a command in first place, else a file. */
export async function complete(shell: Shell, line: string, cursor: number): Promise<Completion> {
  const before = line.slice(0, cursor);
  const from =
    Math.max(...[' ', '\t', ';', '|', '&', '<', '>', '(', '='].map((separator) => before.lastIndexOf(separator))) + 1;
  const word = before.slice(from);
  const first = /(^|[;|&(]\s*)$/.test(before.slice(0, from).trimStart() === '' ? '' : before.slice(0, from));
  if (word.startsWith('$')) {
    return {
      from,
      candidates: shell.variables
        .names()
        .map((name) => `$${name}`)
        .filter((name) => name.startsWith(word)),
    };
  }
  if (first && !word.includes('/')) return { from, candidates: await commands(shell, word) };
  return { from, candidates: await filesFor(shell, word) };
}

async function commands(shell: Shell, prefix: string): Promise<string[]> {
  const names = new Set([...Object.keys(builtins), ...shell.functions.keys(), ...shell.aliases.keys()]);
  for (const folder of (shell.variables.value('PATH') ?? '').split(':')) {
    for (const name of await shell.process.files.readdir(folder).catch(() => [])) names.add(name);
  }
  return [...names].filter((name) => name.startsWith(prefix)).sort();
}

async function filesFor(shell: Shell, word: string): Promise<string[]> {
  const slash = word.lastIndexOf('/');
  const shown = word.slice(0, slash + 1);
  const home = shell.variables.value('HOME') ?? '/root';
  const folder = slash < 0 ? '.' : shown.startsWith('~/') ? join(home, shown.slice(2)) : dirname(`${shown}x`);
  const prefix = word.slice(slash + 1);
  const candidates: string[] = [];
  for (const name of await shell.process.files.readdir(folder).catch(() => [])) {
    if (!name.startsWith(prefix) || (name.startsWith('.') && !prefix.startsWith('.'))) continue;
    const found = await shell.process.files.find(join(folder, name));
    candidates.push(
      `${shown}${name.replace(/[ '"$\\*?[\]()&;|<>]/g, '\\$&')}${found?.type === 'directory' ? '/' : ''}`,
    );
  }
  return candidates.sort();
}
