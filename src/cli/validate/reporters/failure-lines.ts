import { describe } from '../../../checks/evidence/describe.ts';
import { lastSeen } from '../../../checks/evidence/events.ts';
import { describeService } from '../../../checks/evidence/services.ts';
import { canonical } from '../../../checks/kinds.ts';
import type { ObjectReader } from '../../../checks/reader.ts';
import { text } from '../../../checks/state.ts';
import type { KubeObject } from '../../../kubernetes/object.ts';
import { LabelSelector } from '../../../kubernetes/selectors.ts';
import type { AttemptResult } from '../../../progress/rehearsal/result.ts';

/** Lines of a command's output shown with a failure, from its end. */
const outputLines = 20;

/** "wrong  scale/scaled  One replica only": what an attempt is called. */
export function attemptName({ kind, step, task, name }: AttemptResult): string {
  return [kind, [step, task].filter(Boolean).join('/'), name].filter(Boolean).join('  ');
}

/** All there is to know about an attempt that went wrong: what was found, typed and printed, and the cluster's state. */
export function failureLines({ problems, transcript, objects = [], events = [] }: AttemptResult): string[] {
  const lines: string[] = [];
  for (const { step, task, message, evidence } of problems) {
    const where = [step, task].filter(Boolean).join('/');
    lines.push(...`${where ? `${where}: ` : ''}${message}`.split('\n'));
    if (!evidence) continue;
    lines.push(`  expected  ${evidence.expected}`, `  saw       ${evidence.saw}`);
    if (evidence.try) lines.push(`  try       ${evidence.try}`);
  }
  if (transcript.length) lines.push('what was typed:');
  for (const { text: typed, exitCode, output } of transcript) {
    lines.push(`  $ ${typed.replaceAll('\n', '\n    ')}`);
    lines.push(
      ...output
        .trimEnd()
        .split('\n')
        .slice(-outputLines)
        .filter((line) => line !== '')
        .map((line) => `  ${line}`),
    );
    if (exitCode) lines.push(`  (exit code ${exitCode})`);
  }
  if (objects.length) lines.push('objects:');
  const reader = snapshot([...objects, ...events]);
  for (const object of objects) {
    const sight = object.kind === 'Service' ? describeService(object) : describe(object, reader);
    lines.push(`  ${sight.text}`);
  }
  if (events.length) lines.push('events:');
  for (const event of [...events].sort(byTime)) lines.push(`  ${describeEvent(event)}`);
  return lines.flatMap((line) => line.split('\n'));
}

/** Objects as they stood at one moment. */
function snapshot(objects: readonly KubeObject[]): ObjectReader {
  const list = (kind: string, labelSelector?: string) => {
    const selector = labelSelector ? LabelSelector.parse(labelSelector) : LabelSelector.everything();
    return objects.filter(
      (object) => canonical(object.kind) === canonical(kind) && selector.matches(object.metadata.labels ?? {}),
    );
  };
  return { list, get: (kind, name) => list(kind).find(({ metadata }) => metadata.name === name) };
}

function byTime(one: KubeObject, other: KubeObject): number {
  return lastSeen(one).localeCompare(lastSeen(other));
}

function describeEvent(event: KubeObject): string {
  const about = `${text(event, 'involvedObject', 'kind') ?? ''}/${text(event, 'involvedObject', 'name') ?? ''}`;
  return `${about} ${text(event, 'reason') ?? ''}: ${text(event, 'message') ?? ''}`;
}
