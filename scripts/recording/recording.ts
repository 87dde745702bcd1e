import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Scenario } from './scenario.ts';

/** What one command answered, byte for byte. */
export interface RecordedCommand {
  readonly command: string;
  /** As the shell reports it; 124 when it ran out of time. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** One scenario as it went on one cluster. */
export interface Recording {
  readonly scenario: string;
  /** Of the API server, "v1.33.13". */
  readonly server: string;
  /** Of the kubectl that was used, "v1.33.1". */
  readonly kubectl: string;
  /** The day, "2025-01-31". */
  readonly recorded: string;
  readonly commands: readonly RecordedCommand[];
}

const file = (folder: string, scenario: string) => join(folder, `${scenario}.json`);

export function writeRecording(folder: string, recording: Recording): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(file(folder, recording.scenario), `${JSON.stringify(recording, null, 1)}\n`);
}

/** Throws when the scenario has not been recorded, or has been changed since. */
export function readRecording(folder: string, scenario: Scenario): Recording {
  const path = file(folder, scenario.name);
  if (!existsSync(path)) throw new Error(`scenario "${scenario.name}" has no recording: ${again(scenario)}`);
  const recording = JSON.parse(readFileSync(path, 'utf8')) as Recording;
  const changed = scenario.steps.findIndex((step, index) => step.run !== recording.commands[index]?.command);
  if (changed >= 0 || recording.commands.length !== scenario.steps.length) {
    const command = scenario.steps[changed]?.run ?? 'the number of commands';
    throw new Error(`scenario "${scenario.name}" has changed since it was recorded (${command}): ${again(scenario)}`);
  }
  return recording;
}

function again(scenario: Scenario): string {
  return `record it with "node scripts/run.mjs scripts/record.ts --kubeconfig FILE --only ${scenario.name}"`;
}
