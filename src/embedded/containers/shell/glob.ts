import { join } from '../files/paths.ts';
import type { Process } from '../process/process.ts';
import { hasWildcards, Pattern, unquotePattern } from './patterns.ts';

const mostMatches = 50_000;

/** The paths that a pattern matches, sorted; none when there is none. */
export async function glob(process: Process, pattern: string): Promise<string[]> {
  const absolute = pattern.startsWith('/');
  const segments = pattern.split('/').filter((segment) => segment !== '');
  let found = [absolute ? '/' : ''];
  for (const [index, segment] of segments.entries()) {
    const last = index === segments.length - 1;
    const next: string[] = [];
    for (const folder of found) {
      await process.turn();
      if (!hasWildcards(segment)) {
        const path = extend(folder, unquotePattern(segment));
        if (await process.files.find(path, false)) next.push(path);
        continue;
      }
      const wanted = new Pattern(segment);
      for (const name of await process.files.readdir(folder || '.').catch(() => [])) {
        if (name.startsWith('.') && !segment.startsWith('.')) continue;
        if (!wanted.matches(name)) continue;
        const path = extend(folder, name);
        if (last || (await process.files.find(path))?.type === 'directory') next.push(path);
      }
      if (next.length > mostMatches) return next.slice(0, mostMatches);
    }
    found = next;
  }
  const matches = pattern.endsWith('/') ? found.map((path) => `${path}/`) : found;
  return matches.sort();
}

function extend(folder: string, name: string): string {
  return folder === '' ? name : join(folder, name);
}
