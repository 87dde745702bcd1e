import { stringify } from 'yaml';
import { reviewScript } from '../../../lessons/lint/commands.ts';
import { createKubectlTable } from '../../../lessons/lint/kubectl-flags.ts';
import { suggestId } from '../../../lessons/text.ts';
import type { Page, Scenario } from './scenario.ts';
import { convertText } from './text.ts';
import type { Todo } from './todo.ts';
import { convertVerify, type ImportedTask } from './verify.ts';

export interface AssembledLesson {
  /** lesson.md and checks.yaml. */
  readonly text: string;
  readonly checks: string;
  /** For the working folder. */
  readonly files: readonly { readonly name: string; readonly content: string }[];
  /** As the texts name them, and the text each is in. */
  readonly pictures: readonly { readonly source: string; readonly from: string }[];
}

interface Step {
  readonly id: string;
  readonly title: string;
  readonly markdown: string;
  readonly tasks: readonly ImportedTask[];
  readonly todos: readonly Todo[];
}

/** @param schema path of the schema of checks.yaml */
export function assemble(scenario: Scenario, schema: string): AssembledLesson {
  const pictures: { source: string; from: string }[] = [];
  const files = [...scenario.assets];
  const steps: Step[] = [];
  const last = scenario.steps.length - 1;
  scenario.steps.forEach((page, index) => {
    // The welcome and the farewell have no checks of their own: they are told with the first step and the last.
    const pages = [...(index === 0 ? [scenario.intro] : []), page, ...(index === last ? [scenario.finish] : [])];
    const title = page.title ?? `Step ${index + 1}`;
    const todos: Todo[] = [];
    const markdown: string[] = [];
    for (const each of pages) {
      if (!each) continue;
      for (const script of each.scripts) {
        const name = script.file.split('/').at(-1)!;
        if (!files.some((file) => file.name === name)) files.push({ name, content: script.content });
        const message = `the platform ran this by itself; it is in files/${name}: have the learner run it, or leave it out`;
        todos.push({ file: script.file, line: 1, message });
      }
      if (!each.text) continue;
      const converted = convertText(each.text, each === page ? title : undefined);
      markdown.push(converted.markdown);
      todos.push(...converted.todos);
      pictures.push(...converted.pictures.map((source) => ({ source, from: each.text!.file })));
    }
    const text = markdown.filter((part) => part !== '').join('\n\n');
    const { tasks, todos: left } = tasksOf(page, text);
    const base = suggestId(title);
    const id = steps.some((step) => step.id === base) ? `${base}-${index + 1}` : base;
    steps.push({ id, title, markdown: text, tasks, todos: [...todos, ...left] });
  });
  return {
    text: writeText(scenario, steps, files),
    checks: writeChecks(scenario, steps, schema),
    files,
    pictures,
  };
}

/** What the verify script asks; where nothing of it can be asked, that the step's last command was run. */
function tasksOf({ verify, text }: Page, markdown: string): { tasks: readonly ImportedTask[]; todos: readonly Todo[] } {
  const converted = verify ? convertVerify(verify) : { tasks: [], todos: [] };
  if (converted.tasks.length > 0) return converted;
  const commands = [...markdown.matchAll(/^```sh.*\n((?:.*\n)*?)```/gm)].map(([, content]) => content!.trim());
  const command = commands.at(-1)?.split('\n')[0];
  const file = verify?.file ?? text?.file ?? 'index.json';
  const message = verify
    ? 'nothing of this script could be made a check: the task asks for a command, write one that asks the cluster'
    : 'the step has no verify script: the task asks for a command, write one that asks the cluster';
  const check = { terminal: command ?? '/./' };
  const task = { id: 'done', title: command ? 'Run the commands of this step' : 'Do what this step asks', check };
  return { tasks: [task], todos: [...converted.todos, { file, line: 1, message }] };
}

function writeText(
  { title, description, minutes }: Scenario,
  steps: readonly Step[],
  files: AssembledLesson['files'],
): string {
  const images = imagesOf(steps, files);
  const front = {
    title: title.slice(0, 120),
    summary: (description?.trim().replace(/\s+/g, ' ') || title).slice(0, 300),
    minutes: minutes ?? 15,
    objectives: ['Do what this scenario teaches'],
    ...(images.length > 0 && { images }),
  };
  return [
    '---',
    `${minutes === undefined ? '# TODO index.json:1: say how many minutes it takes\n' : ''}# TODO index.json:1: say what the learner can do afterwards, each objective beginning with a verb`,
    stringify(front, { lineWidth: 0 }).trimEnd(),
    '---',
    ...steps.flatMap((step) => ['', `## ${step.title} {#${step.id}}`, '', step.markdown]),
    '',
  ].join('\n');
}

/** Those with a tag: lint says of the others what to write. */
function imagesOf(steps: readonly Step[], files: AssembledLesson['files']): string[] {
  const table = createKubectlTable();
  const scripts = steps.flatMap(({ markdown }) =>
    [...markdown.matchAll(/^```sh.*\n((?:.*\n)*?)```/gm)].map(([, text]) => text!),
  );
  const named = [
    ...scripts.flatMap((script) => reviewScript(script, table).images.map(({ image }) => image)),
    ...[...scripts, ...files.map(({ content }) => content)].flatMap((text) =>
      [...text.matchAll(/^\s*-?\s*image:\s*["']?([^\s"'#]+)/gm)].map(([, image]) => image!),
    ),
  ];
  return [...new Set(named)].filter((image) => /^[\w./-]+:[\w][\w.-]*$/.test(image)).sort();
}

function writeChecks({ todos }: Scenario, steps: readonly Step[], schema: string): string {
  const lines = [`# yaml-language-server: $schema=${schema}`, ...todos.map((todo) => comment(todo, '')), 'steps:'];
  for (const step of steps) {
    lines.push(`  ${step.id}:`, ...step.todos.map((todo) => comment(todo, '    ')));
    const tasks = step.tasks.map(({ id, title, check }) => ({ id, title, ...check }));
    const yaml = stringify({ tasks }, { lineWidth: 0 }).trimEnd();
    lines.push(...yaml.split('\n').map((line) => `    ${line}`), '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function comment({ file, line, message }: Todo, indent: string): string {
  return `${indent}# TODO ${file}:${line}: ${message.replace(/\s+/g, ' ')}`;
}
