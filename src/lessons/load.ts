import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { MarkdownIt } from 'markdown-it';
import { ExpressionCompiler } from '../checks/expressions/compiler.ts';
import { type ChecksSource, checksFile, readChecks } from './checks-file.ts';
import type { FileAction, Lesson, Step } from './lesson.ts';
import { createMarkdown } from './markdown.ts';
import { formatProblem, type Problem } from './problem.ts';
import { actionOf, readText, type StepSource, type TextSource, textFile } from './text.ts';

/** A lesson's folder after reading: the lesson, or what keeps it from being one. */
export interface LoadedLesson {
  readonly id: string;
  readonly folder: string;
  /** Absent where one of the problems is an error. */
  readonly lesson?: Lesson;
  readonly problems: readonly Problem[];
  /** What was read, for lint. */
  readonly sources: {
    readonly text: TextSource;
    readonly checks?: ChecksSource;
    readonly files: readonly FileAction[];
  };
}

export interface Tools {
  readonly compiler: ExpressionCompiler;
  readonly markdown: MarkdownIt;
  /** Images that are run under other names than lessons call them by. */
  readonly images?: ReadonlyMap<string, string>;
}

/** What reading lessons takes; made once and passed on. */
export function createTools(images?: ReadonlyMap<string, string>): Tools {
  return { compiler: new ExpressionCompiler(), markdown: createMarkdown(), ...(images && { images }) };
}

/** Folders with a lesson.md or a checks.yaml, in the order of their names. @throws where the folder cannot be read */
export function lessonFolders(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map((entry) => join(root, entry.name))
    .filter((folder) => existsSync(join(folder, textFile)) || existsSync(join(folder, checksFile)))
    .sort();
}

/** Every lesson of a folder. One that is broken keeps none of the others from loading. */
export function loadLessons(root: string, tools: Tools): LoadedLesson[] {
  return lessonFolders(root).map((folder) => loadLesson(folder, tools));
}

/** A lesson's text alone. */
export function loadText(folder: string, { markdown, images }: Tools): TextSource {
  const problems: Problem[] = [];
  const text = read(folder, textFile, problems, images);
  if (text === undefined) return { steps: [], problems };
  const source = readText(text, markdown);
  return { ...source, problems: [...source.problems, ...checkSteps(source.steps)] };
}

export function loadLesson(folder: string, tools: Tools): LoadedLesson {
  const id = basename(folder);
  const source = loadText(folder, tools);
  const problems: Problem[] = [...source.problems];
  const yaml = read(folder, checksFile, problems, tools.images);
  const files = readFiles(folder, problems, tools.images);
  const checks = yaml === undefined ? undefined : readChecks(yaml, source.steps, tools.compiler);
  problems.push(...(checks?.problems ?? []));
  problems.sort(
    (one, other) => one.file.localeCompare(other.file) || one.line - other.line || one.column - other.column,
  );
  const broken = problems.some(({ severity }) => severity === 'error');
  const lesson = broken || !checks ? undefined : assemble(folder, id, source, checks, files);
  const sources = { files, text: source, ...(checks && { checks }) };
  return { id, folder, ...(lesson && { lesson }), problems, sources };
}

/** What a lesson cannot be without, as one message. */
export class LessonError extends Error {
  override readonly name = 'LessonError';

  constructor({ folder, problems }: LoadedLesson) {
    super(problems.map((problem) => join(folder, formatProblem(problem))).join('\n'));
  }
}

function assemble(
  folder: string,
  id: string,
  text: TextSource,
  checks: ChecksSource,
  files: readonly FileAction[],
): Lesson | undefined {
  const { frontMatter } = text;
  const [first, ...rest] = text.steps.map((source) => assembleStep(source, checks));
  if (!frontMatter || !first) return undefined;
  return {
    id,
    folder: realpathSync(folder),
    title: frontMatter.title,
    summary: frontMatter.summary,
    minutes: frontMatter.minutes,
    objectives: frontMatter.objectives,
    needs: frontMatter.needs ?? [],
    images: frontMatter.images ?? [],
    steps: [first, ...rest],
    files,
  };
}

function assembleStep({ id, title, limit, markdown, textLine, fences }: StepSource, checks: ChecksSource): Step {
  const actions = fences.flatMap((fence) => actionOf(fence) ?? []);
  const { tasks = [], predictions = [], setup, solution, alternatives = [] } = checks.steps.get(id) ?? {};
  return {
    id,
    title,
    ...(limit !== undefined && { limit }),
    markdown,
    line: textLine,
    actions,
    tasks,
    predictions,
    ...(setup && { setup }),
    solution: solution ?? actions,
    alternatives,
  };
}

function checkSteps(steps: readonly StepSource[]): Problem[] {
  const seen = new Map<string, number>();
  return steps.flatMap(({ id, line }): Problem[] => {
    const first = seen.get(id);
    seen.set(id, first ?? line);
    if (id === '' || first === undefined) return [];
    return [{ file: textFile, line, column: 1, message: `the id ${id} is taken by line ${first}`, severity: 'error' }];
  });
}

const largestText = 512 * 1024;

function read(folder: string, name: string, problems: Problem[], images: Tools['images']): string | undefined {
  const wrong = (message: string) => {
    problems.push({ file: name, line: 1, column: 1, message, severity: 'error' });
    return undefined;
  };
  const path = join(folder, name);
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat?.isFile()) return wrong(`there is no ${name}`);
  if (stat.size > largestText) return wrong(`${stat.size} bytes are too many: the limit is ${largestText}`);
  return renameImages(readFileSync(path, 'utf8').replaceAll('\r\n', '\n'), images);
}

/** Wherever one is named: in manifests, commands, checks, and what is said of them. */
function renameImages(text: string, images: Tools['images']): string {
  if (!images || images.size === 0) return text;
  const names = [...images.keys()].map((name) => name.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  const whole = new RegExp(`(?<![\\w./-])(?:${names.join('|')})(?![\\w-]|\\.\\w)`, 'g');
  return text.replace(whole, (name) => images.get(name) ?? name);
}

const mostFiles = 100;

/** Regular files below files/; links are left out, they could lead anywhere. */
function readFiles(folder: string, problems: Problem[], images: Tools['images']): FileAction[] {
  const root = join(folder, 'files');
  if (!existsSync(root)) return [];
  const found: FileAction[] = [];
  const visit = (below: string): void => {
    for (const entry of readdirSync(join(root, below), { withFileTypes: true })) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) visit(name);
      else if (entry.isFile() && found.length < mostFiles) {
        const content = read(folder, `files/${name}`, problems, images);
        if (content !== undefined) found.push({ type: 'file', name, content });
      }
    }
  };
  visit('');
  return found.sort((one, other) => one.name.localeCompare(other.name));
}
