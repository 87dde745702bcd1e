import type { MarkdownIt, Token } from 'markdown-it';
import { type Attributes, fenceInfo, trailingAttributes } from './attributes.ts';
import { describeIssues } from './issues.ts';
import type { Action } from './lesson.ts';
import { type Collected, parseMarkdown, type Question } from './markdown.ts';
import { isFileName } from './names.ts';
import type { Problem } from './problem.ts';
import { type FrontMatter, frontMatterSchema } from './schema.ts';
import { readYaml, type YamlSource } from './yaml.ts';

/** Reads lesson.md: its front matter, and its steps at the headings of the second level. Lines count from 1. */

export const textFile = 'lesson.md';

export interface TextSource {
  readonly frontMatter?: FrontMatter;
  /** Where things stand in the front matter; absent where it is no YAML. */
  readonly yaml?: YamlSource;
  readonly steps: readonly StepSource[];
  readonly problems: readonly Problem[];
}

export interface StepSource {
  readonly id: string;
  readonly title: string;
  /** Minutes. */
  readonly limit?: number;
  /** Of its heading. */
  readonly line: number;
  readonly markdown: string;
  /** On which `markdown` begins. */
  readonly textLine: number;
  readonly links: Collected['links'];
  readonly images: Collected['images'];
  readonly questions: readonly Question[];
  readonly fences: readonly Fence[];
}

export interface Fence {
  readonly language: string;
  readonly attributes: Attributes;
  readonly content: string;
  /** Of the line that opens it; its content begins on the next. */
  readonly line: number;
}

/** What the shell of a runnable block may be called. */
const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'shell']);

export function readText(text: string, markdown: MarkdownIt): TextSource {
  const problems: Problem[] = [];
  const report = (line: number, message: string) =>
    problems.push({ file: textFile, line, column: 1, message, severity: 'error' });
  const { yaml, body, bodyLine } = splitFrontMatter(text);
  let front: { frontMatter?: FrontMatter; yaml?: YamlSource } = {};
  if (yaml === undefined)
    report(1, 'begins with front matter: a line ---, title, summary, minutes, objectives, a line ---');
  else front = readFrontMatter(yaml, problems);
  const [tokens, found] = parseMarkdown(markdown, body);
  const lines = body.split('\n');
  const headings = tokens.flatMap((token, index) =>
    token.type === 'heading_open' && token.tag === 'h2' && token.level === 0 && token.map
      ? [{ content: tokens[index + 1]?.content ?? '', map: token.map }]
      : [],
  );
  const [first] = headings;
  if (!first) report(bodyLine, 'has no steps: each begins with a heading such as ## Two Pods {#two-pods}');
  const before = lines.slice(0, first?.map[0] ?? 0).findIndex((line) => line.trim() !== '');
  if (first && before >= 0) report(bodyLine + before, 'stands before the first step: move it below a ## heading');
  for (const { line, message } of found.problems) report(bodyLine + line, message);
  const fences = fencesOf(tokens);
  for (const { attributes, line } of fences) {
    const name = attributes.words.get('file');
    if (name === undefined || isFileName(name)) continue;
    report(bodyLine + line, `"${name}" is no name for a file of the working folder: write yaml file=kubia.yaml`);
  }
  const steps = headings.map(({ content, map }, index): StepSource => {
    const { text: title, attributes } = trailingAttributes(content);
    const [start, end] = [map[1], headings[index + 1]?.map[0] ?? lines.length];
    if (!attributes.id) report(bodyLine + map[0], `the step needs an id: write ## ${title} {#${suggestId(title)}}`);
    const limit = limitOf(attributes, (message) => report(bodyLine + map[0], message));
    const within = <T extends { readonly line: number }>(list: readonly T[]) =>
      list.filter(({ line }) => line >= start && line < end).map((item) => ({ ...item, line: item.line + bodyLine }));
    return {
      id: attributes.id ?? '',
      title,
      ...(limit !== undefined && { limit }),
      line: bodyLine + map[0],
      markdown: lines.slice(start, end).join('\n'),
      textLine: bodyLine + start,
      links: within(found.links),
      images: within(found.images),
      questions: within(found.questions),
      fences: within(fences),
    };
  });
  return { ...front, steps, problems };
}

function splitFrontMatter(text: string): { yaml?: string; body: string; bodyLine: number } {
  const match = /^---[ \t]*\n(.*?\n|)---[ \t]*(?:\n|$)/s.exec(text);
  if (!match) return { body: text, bodyLine: 1 };
  return { yaml: match[1]!, body: text.slice(match[0].length), bodyLine: match[0].split('\n').length };
}

function readFrontMatter(text: string, problems: Problem[]): { frontMatter?: FrontMatter; yaml?: YamlSource } {
  const yaml = readYaml(text, textFile, 1);
  if (Array.isArray(yaml)) {
    problems.push(...yaml);
    return {};
  }
  const parsed = frontMatterSchema.safeParse(yaml.data ?? {});
  if (!parsed.success) problems.push(...describeIssues(parsed.error.issues, yaml, frontMatterSchema, textFile));
  return { yaml, ...(parsed.data && { frontMatter: parsed.data }) };
}

/** Minutes, from `{#broken-name limit=5}` after a step's heading. */
function limitOf({ words }: Attributes, report: (message: string) => void): number | undefined {
  const written = words.get('limit');
  if (written === undefined) return undefined;
  if (/^[1-9]\d?$/.test(written)) return Number(written);
  report(`limit=${written} is no time limit: write minutes, from 1 to 99`);
  return undefined;
}

function fencesOf(tokens: readonly Token[]): Fence[] {
  return tokens.flatMap((token) => {
    if (token.type !== 'fence') return [];
    return [{ ...fenceInfo(token.info), content: token.content, line: token.map?.[0] ?? 0 }];
  });
}

export function isShell(fence: Fence): boolean {
  return shells.has(fence.language);
}

/** The command or file that a block stands for; undefined for one that is only shown. */
export function actionOf(fence: Fence): Action | undefined {
  const { words } = fence.attributes;
  const file = words.get('file');
  if (file) return { type: 'file', name: file, content: fence.content };
  if (!isShell(fence)) return undefined;
  return {
    type: 'command',
    text: fence.content.replace(/\n+$/, ''),
    terminal: Number(words.get('terminal') ?? 1) || 1,
    background: words.has('background'),
    expectFailure: words.has('expect-failure'),
  };
}

export function suggestId(title: string): string {
  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? ['step'];
  return words.slice(0, 4).join('-');
}
