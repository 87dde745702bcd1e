import { canonical, kindNames, kindTitle } from '../../../checks/kinds.ts';
import { simpleCommands } from '../../../lessons/shell.ts';
import type { TextFile } from './scenario.ts';
import type { Todo } from './todo.ts';

/** What a verify script asks of Kubernetes, as a task's check. */
export interface ImportedTask {
  readonly id: string;
  readonly title: string;
  /** Keys of checks.yaml and their values. */
  readonly check: Readonly<Record<string, unknown>>;
}

export interface ConvertedVerify {
  readonly tasks: readonly ImportedTask[];
  readonly todos: readonly Todo[];
}

type Check = Readonly<Record<string, unknown>>;
interface Condition {
  readonly text: string;
  readonly line: number;
}

/** Of a script that ends with 0 where everything is as it should be. What it does not understand is left to its author. */
export function convertVerify({ file, content }: TextFile): ConvertedVerify {
  const todos: Todo[] = [];
  const tasks: ImportedTask[] = [];
  const { conditions, doubtful } = readConditions(content);
  const leave = ({ text, line }: Condition) =>
    todos.push({ file, line, message: `no check was made of this, write one: ${text}` });
  doubtful.forEach(leave);
  for (const condition of conditions) {
    const check = checkOf(condition.text);
    if (!check) {
      leave(condition);
      continue;
    }
    const namespace = /(?:\s-n|--namespace)[ =](\S+)/.exec(condition.text)?.[1];
    if (namespace) {
      const message = `the namespace ${namespace} was left out: a session has its own`;
      todos.push({ file, line: condition.line, message });
    }
    const title = titleOf(check);
    if (tasks.some((task) => JSON.stringify(task.check) === JSON.stringify(check))) continue;
    tasks.push({ id: freeId(title, tasks), title, check });
  }
  todos.sort((one, other) => one.line - other.line);
  return { tasks, todos };
}

/** Commands that all have to succeed, variables filled in. */
function readConditions(script: string): { conditions: Condition[]; doubtful: Condition[] } {
  const variables = new Map<string, string>();
  const conditions: Condition[] = [];
  const doubtful: Condition[] = [];
  const lines = script.split('\n');
  lines.forEach((raw, index) => {
    const text = raw
      .replace(/(^|\s)#.*$/, '')
      .replace(/;+\s*$/, '')
      .trim();
    const line = index + 1;
    const assignment = /^(?:local |export )?(\w+)=(.*)$/.exec(text);
    if (assignment) {
      variables.set(assignment[1]!, assignment[2]!.replace(/^"(.*)"$/, '$1'));
      return;
    }
    if (/^(|set\b.*|echo\b.*|sleep\b.*|then|else|fi|exit( [01])?|true|done)$/.test(text)) return;
    const filled = text.replace(/\$\{?(\w+)\}?/g, (whole, name: string) => variables.get(name) ?? whole);
    const branch = /^if\s+(!\s*)?(.*?)(?:;\s*then.*)?$/.exec(filled);
    if (!branch) {
      conditions.push(...conjunction(filled.replace(/\s*\|\|\s*(exit 1|\{.*exit 1.*\}|\(.*exit 1.*\))\s*$/, ''), line));
      return;
    }
    const exit = /exit (\d)/.exec([text, ...lines.slice(index + 1)].join('\n'))?.[1];
    // What has to hold is told by how the script ends where it does not.
    const mustHold = branch[1] ? exit !== '0' : exit === '0' || exit === undefined;
    const opposite = mustHold ? branch[2]! : inverted(branch[2]!);
    if (opposite === undefined) doubtful.push({ text: filled, line });
    else conditions.push(...conjunction(opposite, line));
  });
  return { conditions, doubtful };
}

/** A comparison that is to fail, as the one that is to hold. */
function inverted(text: string): string | undefined {
  const signs: Readonly<Record<string, string>> = { '=': '!=', '==': '!=', '!=': '==', '-eq': '-ne', '-ne': '-eq' };
  const match = /^(\[\[?\s.*\)"?\s)(=|==|!=|-eq|-ne)(\s\S+\s\]\]?)$/.exec(text);
  return match ? `${match[1]}${signs[match[2]!]}${match[3]}` : undefined;
}

function conjunction(text: string, line: number): Condition[] {
  return text
    .split(/\s+&&\s+/)
    .filter((part) => !/^(echo|exit|true)\b/.test(part))
    .map((part) => ({ text: part, line }));
}

function checkOf(text: string): Check | undefined {
  const comparison = /^(?:\[\[?|test)\s+"?\$\((.*)\)"?\s+(=|==|-eq|!=|-ne)\s+["']?([^"'\]]*?)["']?\s*(?:\]\]?)?$/.exec(
    text,
  );
  if (comparison) return comparisonOf(comparison[1]!, comparison[2]!, comparison[3]!);
  const [first = '', ...rest] = text.split(/\s*(?<!\|)\|(?!\|)\s*/);
  const words = wordsOf(first);
  if (words[0] !== 'kubectl') return undefined;
  if (rest.length === 0) return alone(words);
  const grep =
    rest.length === 1 ? /^grep\s+((?:-\w+\s+)*)["']?([^"']+?)["']?(?:\s*(?:>|&>|2>).*)?$/.exec(rest[0]!) : null;
  if (!grep || /v/.test(grep[1]!)) return undefined;
  return searched(words, grep[2]!.trim());
}

/** A command that has to succeed. */
function alone(words: readonly string[]): Check | undefined {
  const [, command, ...rest] = words;
  if (command === 'exec') return execOf(rest);
  const target = targetOf(rest);
  if (!target || target.name === undefined) return undefined;
  const object = `${target.kind}/${target.name}`;
  if (command === 'get') return { object };
  if (command === 'rollout' && rest[0] === 'status') return { object, assert: 'ready(object)' };
  const condition = command === 'wait' ? /^condition=(\w+)(?:=(\w+))?$/.exec(flag(rest, '', 'for') ?? '') : null;
  if (!condition) return undefined;
  return { object, assert: `condition(object, "${condition[1]}") == "${condition[2] ?? 'True'}"` };
}

/** A command in whose output a text has to be found. */
function searched(words: readonly string[], text: string): Check | undefined {
  const [, command, ...rest] = words;
  const quoted = JSON.stringify(text);
  if (command === 'exec') {
    const exec = execOf(rest);
    return exec && { ...exec, assert: `result.stdout.contains(${quoted})` };
  }
  const target = targetOf(rest);
  if (command !== 'get' || !target) return undefined;
  const output = flag(rest, 'o', 'output');
  if (target.name !== undefined && output) {
    const path = jsonPath(output);
    if (!path) return undefined;
    return { object: `${target.kind}/${target.name}`, assert: `string(${path}).contains(${quoted})` };
  }
  if (canonical(target.kind) === 'pods' && text === 'Running') {
    if (target.name !== undefined) return { object: `pod/${target.name}`, assert: 'object.status.phase == "Running"' };
    const selector = target.selector ? ` ${target.selector}` : '';
    return { objects: `pods${selector}`, assert: 'objects.exists(pod, pod.status.phase == "Running")' };
  }
  // A name among those that are listed.
  return target.name === undefined && !output && /^[a-z0-9][a-z0-9.-]*$/.test(text)
    ? { objects: target.kind, assert: `objects.exists(each, each.metadata.name.contains(${quoted}))` }
    : undefined;
}

function comparisonOf(command: string, operator: string, value: string): Check | undefined {
  const words = wordsOf(command);
  const target = words[0] === 'kubectl' && words[1] === 'get' ? targetOf(words.slice(2)) : undefined;
  const path = jsonPath(flag(words, 'o', 'output') ?? '');
  if (!target || target.name === undefined || !path || /\|/.test(command)) return undefined;
  // Kubernetes' numbers are numbers, but for those that somebody wrote into a map of texts.
  const number = /^\d+$/.test(value) && !/\.(labels|annotations|data|matchLabels)\b/.test(path);
  const sign = operator === '!=' || operator === '-ne' ? '!=' : '==';
  return {
    object: `${target.kind}/${target.name}`,
    assert: `${path} ${sign} ${number ? value : JSON.stringify(value)}`,
  };
}

function execOf(words: readonly string[]): Check | undefined {
  const at = words.indexOf('--');
  const [pod] =
    at < 0
      ? []
      : words.slice(0, at).filter((word, index, all) => !word.startsWith('-') && !/^-[cn]$/.test(all[index - 1] ?? ''));
  if (!pod || at + 1 >= words.length) return undefined;
  const container = flag(words.slice(0, at), 'c', 'container');
  return { exec: { pod: pod.replace(/^pods?\//, ''), ...(container && { container }), command: words.slice(at + 1) } };
}

interface Target {
  readonly kind: string;
  readonly name?: string;
  readonly selector?: string;
}

function targetOf(words: readonly string[]): Target | undefined {
  const takesValue = /^(-[nolcf]|--(namespace|output|selector|for|timeout|container|filename))$/;
  const operands = words.filter((word, index) => !word.startsWith('-') && !takesValue.test(words[index - 1] ?? ''));
  const [first = '', second] = operands.filter((word) => word !== 'status');
  const [kind = '', name = second] = first.split('/') as [string, string?];
  if (!kindNames(kind)) return undefined;
  const selector = flag(words, 'l', 'selector');
  return { kind, ...(name !== undefined && { name }), ...(selector && { selector }) };
}

function flag(words: readonly string[], short: string, long: string): string | undefined {
  for (const [index, word] of words.entries()) {
    if (short && word === `-${short}`) return words[index + 1];
    if (word === `--${long}`) return words[index + 1];
    if (word.startsWith(`--${long}=`)) return word.slice(long.length + 3);
    if (short && word.startsWith(`-${short}`) && !word.startsWith('--')) return word.slice(2).replace(/^=/, '');
  }
  return undefined;
}

/** `jsonpath={.spec.replicas}` as CEL reads the same field. */
function jsonPath(output: string): string | undefined {
  const inner = /^jsonpath=\{\.?([^{}*?@]+)\}$/.exec(output)?.[1];
  if (!inner || inner.startsWith('items')) return undefined;
  const steps = inner
    .replaceAll('\\.', '\u0000')
    .split('.')
    .map((step) => step.replaceAll('\u0000', '.'));
  return steps.reduce((path, step) => {
    const [, name = '', index = ''] = /^(.*?)((?:\[\d+\])*)$/.exec(step) ?? [];
    return `${path}${/^\w+$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`}${index}`;
  }, 'object');
}

function wordsOf(command: string): string[] {
  const [words = []] = simpleCommands(command);
  return words.map(({ text }) => text);
}

function titleOf(check: Check): string {
  const { object, objects, exec, assert } = check;
  if (exec)
    return `Have ${(exec as { command: string[] }).command.join(' ')} succeed in ${(exec as { pod: string }).pod}`.slice(
      0,
      200,
    );
  if (objects) {
    const [kind = '', selector] = String(objects).split(' ');
    return `Have the ${kindTitle(kind)}s ${selector ? `with ${selector} ` : ''}as this step asks`;
  }
  const [kind = '', name = ''] = String(object).split('/');
  const what = `the ${kindTitle(kind)} ${name}`;
  if (!assert) return `Create ${what}`;
  return assert === 'ready(object)' ? `Have ${what} ready` : `Have ${what} as this step asks`;
}

function freeId(title: string, taken: readonly ImportedTask[]): string {
  const base = (title.toLowerCase().match(/[a-z0-9]+/g) ?? [])
    .filter((word) => word !== 'the')
    .slice(0, 4)
    .join('-');
  let id = base;
  for (let count = 2; taken.some((task) => task.id === id); count++) id = `${base}-${count}`;
  return id;
}
