import type { ComparedScenario, Difference } from './compare.ts';
import { countMatrix } from './matrix.ts';
import type { Scenario } from './scenario.ts';

export interface Score {
  readonly compared: number;
  readonly equal: number;
  /** Commands of which only the exit code is compared, and how many of those ended otherwise. */
  readonly exitCodesOnly: number;
  readonly otherExitCodes: number;
}

export function score(scenarios: readonly ComparedScenario[]): Score {
  const sum = (number: (scenario: ComparedScenario) => number) => scenarios.reduce((all, one) => all + number(one), 0);
  const compared = sum((one) => one.compared);
  return {
    compared,
    equal: compared - sum((one) => one.different),
    exitCodesOnly: sum((one) => one.exitCodesOnly),
    otherExitCodes: sum((one) => one.differences.length - one.different),
  };
}

/** "598 of 600 commands equal (99.67 %); of 120 that only settle, 0 ended otherwise" */
export function describeScore({ compared, equal, exitCodesOnly, otherExitCodes }: Score): string {
  const percent = compared ? ((100 * equal) / compared).toFixed(2) : '100.00';
  return `${equal} of ${compared} commands equal (${percent} %); of ${exitCodesOnly} compared by exit code alone, ${otherExitCodes} ended otherwise`;
}

const longest = 60;

export function describeDifference({ scenario, command, occurrence, details }: Difference): string {
  const which = occurrence > 1 ? ` (time ${occurrence})` : '';
  const more = details.length > longest ? [`… ${details.length - longest} more lines`] : [];
  return [
    `${scenario}: ${command}${which}`,
    ...[...details.slice(0, longest), ...more].map((line) => `    ${line}`),
  ].join('\n');
}

/** The list as verbs with the kinds they meet, each with its number of commands. */
export function describeMatrix(scenarios: readonly Scenario[]): string {
  const steps = scenarios.flatMap((scenario) => scenario.steps);
  const count = (compare: string) => steps.filter((step) => step.compare === compare).length;
  const rows = [...countMatrix(scenarios)].sort(([a], [b]) => a.localeCompare(b));
  return [
    ...rows.map(([verb, kinds]) => {
      const sorted = [...kinds].sort(([a], [b]) => a.localeCompare(b));
      return `${verb.padEnd(24)} ${sorted.map(([kind, number]) => `${kind} ${number}`).join(', ')}`;
    }),
    `${steps.length} commands in ${scenarios.length} scenarios: ${count('output')} compared, ${count('exit-code')} by exit code alone, ${count('nothing')} not at all`,
  ].join('\n');
}
