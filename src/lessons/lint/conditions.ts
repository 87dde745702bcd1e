import type { Expression } from '../../checks/expressions/expression.ts';
import type { Task } from '../lesson.ts';
import type { Report } from './report.ts';

/** What conditions ask: that they ask something, and that explanations can be told. */

export function lintConditions(report: Report): void {
  for (const [step, { tasks }] of report.loaded.sources.checks?.steps ?? []) {
    for (const task of tasks) {
      const path = report.taskPath(step, task.id);
      task.check.assert.forEach((part) => {
        const said = valueAlone(part);
        if (said) report.checks([...path, 'assert'], said, 'warning');
      });
      task.check.explain.forEach(({ when }, index) => {
        const said = when && valueAlone(when);
        if (said) report.checks([...path, 'explain', index, 'when'], said, 'warning');
      });
      lintReach(task, path, report);
    }
  }
}

/** Fields of Kubernetes' objects that are true or false. */
const yesOrNo =
  /(^|\.)(ready|started|serving|terminating|paused|suspend|immutable|unschedulable|controller|optional|readOnly|hostNetwork|hostPID|hostIPC|publishNotReadyAddresses|blockOwnerDeletion|allowVolumeExpansion|tty|stdin)$/;

/** A field where a question is expected: of most, the value is neither true nor false, and may not be there. */
function valueAlone({ source, operands }: Expression): string | undefined {
  const path = operands.length === 1 && operands[0]!.source === source ? source : undefined;
  if (!path || !/^(object|get\(.*\))[.[]/.test(path) || yesOrNo.test(path)) return undefined;
  return `${path} is a value, not a question: write has(${path}) to ask whether it is there, or compare it`;
}

/** Explanations, and with them their hints, that nobody is ever told. */
function lintReach({ check }: Task, path: readonly PropertyKey[], report: Report): void {
  const { explain, assert, follows, presence } = check;
  explain.forEach(({ when }, index) => {
    const at = [...path, 'explain', index, 'when'];
    if (!when) return;
    if (when.source === 'false') report.checks(at, 'is never told: its condition is false', 'warning');
    const above = explain.slice(0, index).find((each) => each.when && contains(when.parts, each.when.parts));
    if (above) {
      report.checks(at, `is never told: whenever this applies, ${above.id} above it applies as well`, 'warning');
    }
    // Where another task comes first, or something has to have been there, a check may hold and not pass.
    const passed = assert.length > 0 && !follows && !presence;
    if (
      passed &&
      contains(
        when.parts,
        assert.map(({ source }) => source),
      )
    ) {
      report.checks(at, 'is never told: it asks for what the task asserts, and then the task has passed', 'warning');
    }
  });
}

function contains(whole: readonly string[], parts: readonly string[]): boolean {
  return parts.every((part) => whole.includes(part));
}
