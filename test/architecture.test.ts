import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Holds the imports of src/ to the table in README.md, and the inside of embedded/ to the order given below it. */

const root = resolve(import.meta.dirname, '..');
const source = join(root, 'src');
const readme = readFileSync(join(root, 'README.md'), 'utf8');

interface Rule {
  readonly folder: string;
  readonly may: ReadonlySet<string>;
  /** Folders that only one file may import: "embedded from `embedded.ts` alone". */
  readonly alone: ReadonlyMap<string, string>;
  readonly everythingBut?: string;
}

const rules: Rule[] = [...readme.matchAll(/^\| `(\w+)\/` \|.*\| ([^|]+) \|$/gm)].map(([, folder, cell]) => ({
  folder: folder!,
  may: new Set(cell!.split(/[,;]/).flatMap((part) => part.trim().match(/^[a-z]+$/) ?? [])),
  alone: new Map([...cell!.matchAll(/(\w+) from `([\w.]+)` alone/g)].map(([, target, file]) => [target!, file!])),
  everythingBut: cell!.match(/everything but (\w+)/)?.[1],
}));

const embeddedOrder = [...readme.matchAll(/^`clock\.ts` · .*$/gm)][0]![0]
  .split(' · ')
  .map((part) => part.replaceAll('`', '').replace(/\/$/, ''));

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? files(join(folder, entry.name))
      : entry.name.endsWith('.ts')
        ? [join(folder, entry.name)]
        : [],
  );
}

/** Paths below src/ that a file imports, types included: a dependency of types is a dependency of design. */
function imports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)]
    .map(([, path]) => relative(source, resolve(dirname(file), path!.replace(/\?.*$/, ''))))
    .filter((path) => !path.startsWith('..'));
}

const all = files(source).map((file) => ({ path: relative(source, file), file }));

describe('architecture', () => {
  it('has a row in the README for every folder of src/', () => {
    const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((entry) => entry.name).sort()).toEqual(rules.map((rule) => rule.folder).sort());
  });

  it.each(rules)('$folder/ imports only what it may', ({ folder, may, alone, everythingBut }) => {
    const wrong = all
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .flatMap(({ path, file }) => imports(file).map((target) => ({ path, target, other: target.split('/')[0]! })))
      .filter(({ other }) => other !== folder)
      .filter(({ path, other }) =>
        everythingBut ? other === everythingBut : !may.has(other) && alone.get(other) !== path.slice(folder.length + 1),
      );
    expect(wrong).toEqual([]);
  });

  it('layers embedded/ in the order the README gives', () => {
    const rank = (path: string) => embeddedOrder.indexOf(path.split('/')[1]!);
    const wrong = all
      .filter(({ path }) => path.startsWith('embedded/') && rank(path) >= 0)
      .flatMap(({ path, file }) => imports(file).map((target) => ({ path, target })))
      .filter(({ path, target }) => target.startsWith('embedded/') && (rank(target) < 0 || rank(target) > rank(path)));
    expect(wrong).toEqual([]);
  });

  it('takes time from the clock alone inside embedded/', () => {
    const time = /\bDate\.now\(|\bnew Date\(\)|\bsetTimeout\(|\bsetInterval\(|\bperformance\.now\(/;
    const wrong = all.filter(
      ({ path, file }) =>
        path.startsWith('embedded/') && path !== 'embedded/clock.ts' && time.test(readFileSync(file, 'utf8')),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});
