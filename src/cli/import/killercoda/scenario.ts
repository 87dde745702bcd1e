import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { z } from 'zod';
import { usage } from '../../failure.ts';
import type { Todo } from './todo.ts';

/** A scenario as it lies in its folder: index.json, and the texts and scripts that it names. */
export interface Scenario {
  readonly title: string;
  readonly description: string | undefined;
  readonly minutes: number | undefined;
  readonly intro: Page | undefined;
  readonly steps: readonly Page[];
  readonly finish: Page | undefined;
  /** Files for the learner's machine, by the name they get in the working folder. */
  readonly assets: readonly { readonly name: string; readonly content: string }[];
  /** What could not be read, or has no counterpart. */
  readonly todos: readonly Todo[];
}

export interface Page {
  readonly title: string | undefined;
  readonly text: TextFile | undefined;
  readonly verify: TextFile | undefined;
  /** Scripts that the platform runs by itself when the page is opened. */
  readonly scripts: readonly TextFile[];
}

export interface TextFile {
  /** Relative to the scenario. */
  readonly file: string;
  readonly content: string;
}

const file = z.string().optional();
const page = z.looseObject({
  title: file,
  text: file,
  verify: file,
  foreground: file,
  background: file,
  // Katacoda's names of the same.
  code: file,
  courseData: file,
});
const asset = z.looseObject({ file: z.string(), target: z.string().optional() });
const index = z.looseObject({
  title: z.string().min(1),
  description: z.string().optional(),
  time: z.string().optional(),
  details: z.looseObject({
    intro: page.optional(),
    steps: z.array(page).min(1),
    finish: page.optional(),
    assets: z.record(z.string(), z.array(asset)).optional(),
  }),
});

/** Larger ones are not what somebody wrote. */
const largest = 512 * 1024;

/** @throws Failure where there is no scenario */
export function readScenario(folder: string): Scenario {
  const path = join(folder, 'index.json');
  if (!existsSync(path)) throw usage(`There is no index.json in ${folder}.`, 'Name the folder of one scenario.');
  const parsed = index.safeParse(readJson(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw usage(`${path} is no scenario: ${issue?.path.join('.')}: ${issue?.message}`, 'Mend it, and try again.');
  }
  const { title, description, time, details } = parsed.data;
  const todos: Todo[] = [];
  const text = readFileSync(path, 'utf8');
  const lineOf = (word: string) => text.slice(0, Math.max(0, text.indexOf(JSON.stringify(word)))).split('\n').length;
  const read = (name: string | undefined): TextFile | undefined => {
    if (name === undefined) return undefined;
    const content = readInside(folder, name);
    if (content !== undefined) return { file: name, content };
    todos.push({ file: 'index.json', line: lineOf(name), message: `${name} could not be read` });
    return undefined;
  };
  const readPage = (raw: z.infer<typeof page>): Page => ({
    title: raw.title,
    text: read(raw.text),
    verify: read(raw.verify),
    scripts: [raw.foreground, raw.background, raw.code, raw.courseData].flatMap((name) => read(name) ?? []),
  });
  const { intro, steps, finish } = details;
  const assets = Object.values(details.assets ?? {})
    .flat()
    .flatMap(({ file }) =>
      findAssets(folder, file, (message) => todos.push({ file: 'index.json', line: lineOf(file), message })),
    );
  return {
    title,
    description,
    minutes: Number(/\d+/.exec(time ?? '')?.[0]) || undefined,
    intro: intro && readPage(intro),
    steps: steps.map(readPage),
    finish: finish && readPage(finish),
    assets,
    todos,
  };
}

/** Assets lie in assets/; a `*` stands for whatever is there. */
function findAssets(folder: string, pattern: string, missing: (message: string) => void) {
  const root = join(folder, 'assets');
  const there = existsSync(root) ? filesBelow(root) : [];
  const matches = new RegExp(
    `^${pattern
      .split(/\*+/)
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
  const found = there.filter((name) => matches.test(name) && /^[\w][\w.-]*(\/[\w][\w.-]*)*$/.test(name));
  if (found.length === 0) missing(`the asset ${pattern} could not be found`);
  return found.flatMap((name) => {
    const content = readInside(root, name);
    if (content === undefined) missing(`the asset ${name} could not be read`);
    return content === undefined ? [] : [{ name, content }];
  });
}

function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** A scenario is somebody else's: what it names is looked for in its own folder alone. */
export function readInside(folder: string, name: string): string | undefined {
  if (!statSync(join(folder, name), { throwIfNoEntry: false })?.isFile()) return undefined;
  const path = realpathSync(join(folder, name));
  if (!path.startsWith(realpathSync(folder) + sep) || statSync(path).size > largest) return undefined;
  return readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw usage(`${path} is no JSON: ${(error as Error).message}`, 'Mend it, and try again.');
  }
}
