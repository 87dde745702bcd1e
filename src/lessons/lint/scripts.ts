import { parseAllDocuments } from 'yaml';
import type { LoadedLesson } from '../load.ts';
import { positionAt } from '../problem.ts';
import type { RawScript } from '../schema.ts';
import { actionOf, type Fence, type StepSource } from '../text.ts';
import { filesWritten, reviewScript } from './commands.ts';
import { lintImage } from './images.ts';
import type { Report } from './report.ts';
import { shellSyntax } from './shell-syntax.ts';

/** Commands and manifests, wherever a lesson has them: blocks of its text, files, scripts of checks.yaml. */

/** Says what is wrong with a piece of text, at a character of it. */
type Say = (offset: number, message: string, severity?: 'error' | 'warning') => void;

export function lintScripts(report: Report): void {
  const { text, files } = report.loaded.sources;
  const available = new Set(files.map(({ name }) => name));
  for (const { name, content } of files) {
    const say: Say = (offset, message, severity) => {
      const { line, column } = positionAt(content, offset);
      report.problems.push({ file: `files/${name}`, line, column, message, severity: severity ?? 'error' });
    };
    if (/\.ya?ml$/.test(name)) lintManifest(content, report, say);
    else if (/\.(ba)?sh$/.test(name)) lintShell(content, {}, available, report, say);
  }
  for (const step of text.steps) {
    for (const fence of step.fences) lintFence(fence, available, report);
    lintProse(step, report);
    const raw = rawStep(report.loaded, step.id);
    for (const script of scriptsOf(raw, ['steps', step.id])) lintScript(script, available, report);
  }
}

function lintFence(fence: Fence, available: Set<string>, report: Report): void {
  const action = actionOf(fence);
  const say: Say = (offset, message, severity) => {
    const { line, column } = positionAt(fence.content, offset);
    report.text(fence.line + line, message, severity, column);
  };
  lintPlaceholders(fence.content, say);
  const unknown = [...fence.attributes.words.keys()].filter((word) => !attributes.has(word));
  for (const word of unknown) {
    report.text(fence.line, `a block has no ${word}: there are ${[...attributes].join(', ')}`);
  }
  if (!action) return;
  if (action.type === 'file') {
    available.add(action.name);
    if (/\.ya?ml$/.test(action.name)) lintManifest(fence.content, report, say);
    return;
  }
  for (const name of filesWritten([action])) available.add(name);
  lintShell(action.text, action, available, report, say);
}

const attributes: ReadonlySet<string> = new Set(['file', 'terminal', 'background', 'expect-failure']);

/** @param wrong a wrong attempt may run images that there are not, and look into other namespaces */
function lintShell(
  script: string,
  { background = false, wrong = false }: { background?: boolean; wrong?: boolean },
  available: ReadonlySet<string>,
  report: Report,
  say: Say,
): void {
  const { complaints, images, files, blocks } = reviewScript(script, report.table);
  for (const { message, offset } of [...shellSyntax(script), ...complaints]) say(offset, message);
  for (const { name, offset } of files) {
    if (available.has(name) || [...available].some((file) => file.startsWith(`${name.replace(/\/$/, '')}/`))) continue;
    say(
      offset,
      `nothing has written ${name} by now: put it into files/, or write a block yaml file=${name} before this`,
    );
  }
  if (blocks && !background) {
    say(blocks.offset, `kubectl ${blocks.command} does not end by itself: write sh {terminal=2 background}`);
  }
  if (wrong) return;
  for (const { image, offset } of images) {
    lintImage(image, report, (message, severity) => say(offset, message, severity));
  }
  lintNamespaces(script, say);
}

function lintScript({ script, path, wrong }: Script, available: Set<string>, report: Report): void {
  const list = typeof script === 'string' ? [script] : script;
  list.forEach((action, index) => {
    const at = typeof script === 'string' ? path : [...path, index];
    const say =
      (below: readonly PropertyKey[]): Say =>
      (offset, message, severity) =>
        report.checks([...at, ...below], message, severity, { offset });
    if (typeof action === 'string') {
      lintPlaceholders(action, say([]));
      lintShell(action, { wrong }, available, report, say([]));
    } else if ('run' in action) {
      lintPlaceholders(action.run, say(['run']));
      lintShell(action.run, { background: action.background ?? false, wrong }, available, report, say(['run']));
    } else {
      available.add(action.file);
      // What the text says is in it has been looked at there.
      if (action.content === undefined) return;
      lintPlaceholders(action.content, say(['content']));
      if (/\.ya?ml$/.test(action.file)) lintManifest(action.content, report, say(['content']));
    }
  });
}

function lintProse({ markdown, textLine }: StepSource, report: Report): void {
  lintPlaceholders(markdown, (offset, message, severity) => {
    const { line, column } = positionAt(markdown, offset);
    // Blocks have had their say.
    const reported = report.problems.some(
      (problem) => problem.line === textLine + line - 1 && problem.message === message,
    );
    if (!reported) report.text(textLine + line - 1, message, severity, column);
  });
}

export function lintPlaceholders(text: string, say: Say): void {
  for (const match of text.matchAll(/\{\{([^{}]*)\}\}/g)) {
    if (match[1] !== 'namespace') say(match.index, `"${match[0]}" stands for nothing: there is {{namespace}}`);
  }
}

/** Literal namespaces: a session has its own, and kubectl's context knows it. */
function lintNamespaces(script: string, say: Say): void {
  for (const match of script.matchAll(/(?:namespaces\/|(?:-n|--namespace)[ =])([a-z0-9-]+)/g)) {
    const namespace = match[1]!;
    if (namespace === 'default')
      say(match.index, 'a session is not in the namespace default: write {{namespace}}, or leave it out');
    else if (!/^(kube-|ordinal-)/.test(namespace)) {
      say(
        match.index,
        `the namespace ${namespace} is written out: write {{namespace}} for the session's own`,
        'warning',
      );
    }
  }
}

function lintManifest(content: string, report: Report, say: Say): void {
  for (const document of parseAllDocuments(content, { prettyErrors: false })) {
    if (!('errors' in document)) continue;
    for (const { message, pos } of document.errors) say(pos[0], message);
  }
  for (const match of content.matchAll(/^\s*-?\s*image:\s*["']?([^\s"'#]+)/gm)) {
    lintImage(match[1]!, report, (message, severity) =>
      say(match.index + match[0].indexOf('image'), message, severity),
    );
  }
  for (const match of content.matchAll(/^\s*namespace:\s*["']?([a-z0-9-]+)/gm)) {
    if (/^(kube-|ordinal-)/.test(match[1]!)) continue;
    say(
      match.index + match[0].indexOf('namespace'),
      `the namespace ${match[1]} is written out: leave it out, or write {{namespace}}`,
    );
  }
}

interface Script {
  readonly script: RawScript;
  readonly path: readonly PropertyKey[];
  /** It is an attempt that is to fail. */
  readonly wrong: boolean;
}

/** What checks.yaml holds of a step. */
interface RawScripts {
  readonly setup?: RawScript;
  readonly solution?: RawScript;
  readonly alternatives?: readonly { readonly run: RawScript }[];
  readonly tasks?: readonly { readonly wrong?: readonly { readonly run: RawScript }[] }[];
}

/** Only where the schema is met: what is not has been reported, and could be anything. */
function rawStep({ sources: { checks } }: LoadedLesson, step: string): RawScripts {
  if (!checks?.yaml || !checks.steps.has(step)) return {};
  return (checks.yaml.data as { steps: Record<string, RawScripts> }).steps[step] ?? {};
}

function scriptsOf({ setup, solution, alternatives, tasks }: RawScripts, path: readonly PropertyKey[]): Script[] {
  const right = (script: RawScript, ...below: PropertyKey[]): Script => ({
    script,
    path: [...path, ...below],
    wrong: false,
  });
  return [
    ...(setup === undefined ? [] : [right(setup, 'setup')]),
    ...(solution === undefined ? [] : [right(solution, 'solution')]),
    ...(alternatives ?? []).map(({ run }, index) => right(run, 'alternatives', index, 'run')),
    ...(tasks ?? []).flatMap(({ wrong = [] }, task) =>
      wrong.map(({ run }, index) => ({ ...right(run, 'tasks', task, 'wrong', index, 'run'), wrong: true })),
    ),
  ];
}
