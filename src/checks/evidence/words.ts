import type { KubeObject } from '../../kubernetes/object.ts';
import type { Check, Comparison, Subject } from '../check.ts';
import type { Expression, Problem, World } from '../expressions/expression.ts';
import { toSource } from '../expressions/value.ts';
import { kindTitle } from '../kinds.ts';
import { clip, enumerate, isObject } from '../text.ts';
import { describe } from './describe.ts';

/** Words for what a check expects and for the values it saw, where its author left them to the machine. */

/** "Service kubia: spec.clusterIP == "None"" */
export function expectation(check: Check): string {
  const conditions = check.assert.map(({ source }) => short(source));
  const subject = subjectWords(check.subject);
  return conditions.length > 0 ? `${subject}: ${conditions.join(', and ')}` : subject;
}

function subjectWords(subject: Subject): string {
  switch (subject.kind) {
    case 'object': {
      const name = `${kindTitle(subject.name.resource)} ${subject.name.name}`;
      return subject.absent ? `${name} is gone` : name;
    }
    case 'objects': {
      const name = `${kindTitle(subject.resource)}s${subject.selector ? ` with ${subject.selector}` : ''}`;
      return subject.absent ? `${name} are gone` : name;
    }
    case 'dns':
      return `${subject.request.name} (${subject.request.type}) resolves`;
    case 'http': {
      const { target, path, method = 'GET' } = subject.request;
      return `${method} ${path} is answered by ${'pod' in target ? `Pod ${target.pod}` : `Service ${target.service}`}`;
    }
    case 'exec':
      return `\`${clip(subject.request.command.join(' '), 80)}\` succeeds in Pod ${subject.request.pod}`;
    case 'terminal': {
      const ends =
        { any: 'was run', running: 'is running' }[String(subject.exit)] ?? `ends with exit code ${subject.exit}`;
      return `a command with ${subject.command.source} ${ends}${subject.output ? ` and prints ${subject.output.source}` : ''}`;
    }
    case 'history':
      return `history of ${kindTitle(subject.resource)}s`;
  }
}

/** What was seen where a part of an assertion does not hold: the object's state, then the values the part reads. */
export function assertion(
  part: Expression,
  problem: Problem | undefined,
  { world, seen, comparison }: { readonly world: World; readonly seen: string; readonly comparison?: Comparison },
): string {
  const offenders = exceptions(part, world);
  if (offenders) return offenders;
  const compared = part.operands.some(isCompared) && comparison ? comparisonWords(comparison, world) : [];
  const plain = part.operands.filter((operand) => !isCompared(operand));
  const values = [...compared, ...plain.flatMap((operand) => valueWords(operand, world) ?? [])];
  if (values.length > 0) return `${seen}; ${enumerate(values)}`;
  return problem ? `${seen}; ${problem.message}` : seen;
}

/** "metadata.uid is as before", "metadata.uid was 1 and is 2" */
function comparisonWords({ after: { source } }: Comparison, { variables: { before, after } }: World): string[] {
  const name = isPath(source) ? short(source) : 'it';
  if (JSON.stringify(before) === JSON.stringify(after)) return [`${name} is as before`];
  if (isObject(before) || isObject(after)) return [];
  return [`${name} was ${clip(toSource(before), 80)} and is ${clip(toSource(after), 80)}`];
}

function isCompared({ source }: Expression): boolean {
  return /^(before|after)\b/.test(source);
}

/** A chain of names, without calls. */
function isPath(source: string): boolean {
  return /^[\w.?["'\]/-]+$/.test(source);
}

/** The objects for which `objects.all(…)` does not hold. */
function exceptions(part: Expression, world: World): string | undefined {
  const found = part.exceptions?.evaluate(world).value;
  if (!Array.isArray(found) || found.length === 0) return undefined;
  const objects = found.map((value) => originalOf(value, world)).filter((object) => object !== undefined);
  if (objects.length === 0) return undefined;
  const described = objects.slice(0, 2).map((object) => describe(object, world.reader).text);
  return enumerate([...described, ...(objects.length > 2 ? [`${objects.length - 2} more`] : [])]);
}

/** The object as it was read: the description wants its own numbers. */
function originalOf(value: unknown, { variables }: World): KubeObject | undefined {
  if (!isObject(value) || !isObject(value.metadata)) return undefined;
  const { uid, name } = value.metadata;
  const objects = Array.isArray(variables.objects) ? (variables.objects as readonly KubeObject[]) : [];
  return objects.find(({ metadata }) => metadata.uid === uid && metadata.name === name);
}

/** "spec.replicas is 3"; nothing for whole objects, whose state is said in words. */
function valueWords(operand: Expression, world: World): string | undefined {
  const { value, problem } = operand.evaluate(world);
  const name = short(operand.source);
  if (problem) return problem.kind === 'missing' ? `${name} is not set` : undefined;
  if (isObject(value) || (Array.isArray(value) && value.some(isObject))) return undefined;
  // What a call says yes or no to, the assertion says already.
  if (typeof value === 'boolean' && !isPath(operand.source)) return undefined;
  return `${name} is ${clip(toSource(value), 120)}`;
}

function short(source: string): string {
  return clip(source, 300)
    .replace(/\bobject\.(?=\w)/g, '')
    .replace(/^ready\(object\)$/, 'ready')
    .replace(/^objects\.all\((\w+), ready\(\1\)\)$/, 'all ready');
}
