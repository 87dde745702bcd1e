import type { RecordedCommand, Recording } from '../../scripts/recording/recording.ts';
import { parseScenario, type Scenario } from '../../scripts/recording/scenario.ts';

/** A scenario of one command, or of several, in the namespace "example". */
export function scenarioOf(commands: string, files = ''): Scenario {
  return parseScenario('example', `about: for a test\n${files}commands:\n${commands}`);
}

/** What each command of the scenario printed, in order. A text alone is standard output with exit code 0. */
export function recordingOf(scenario: Scenario, answers: readonly (string | Partial<RecordedCommand>)[]): Recording {
  return {
    scenario: scenario.name,
    server: 'v1.33.13',
    kubectl: 'v1.33.1',
    recorded: '2025-01-31',
    commands: scenario.steps.map((step, index) => {
      const answer = answers[index]!;
      const given = typeof answer === 'string' ? { stdout: answer } : answer;
      return { command: step.run, exitCode: 0, stdout: '', stderr: '', ...given };
    }),
  };
}
