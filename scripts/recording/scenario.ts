import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/**
 * How a command's answer is held to the recorded one: all of it, its exit code alone, or not at all.
 * `output` covers standard output, standard error and the exit code.
 */
export type Comparison = 'output' | 'exit-code' | 'nothing';

export interface Step {
  /** For bash, with kubectl on PATH, in the scenario's folder of files. */
  readonly run: string;
  readonly compare: Comparison;
  /** Only waits for the cluster to settle, so what it prints on the way depends on timing. */
  readonly settles: boolean;
  /** The lines of its output come in an order that means nothing: names end in random letters, or were made at once. */
  readonly unordered: boolean;
  /** Why it is not compared as a whole. */
  readonly because?: string;
  readonly timeoutSeconds: number;
}

export interface Scenario {
  /** The file's name without extension, and the namespace its commands run in. */
  readonly name: string;
  readonly about: string;
  /** Changes or lists what all namespaces share, so nothing else runs beside it. */
  readonly exclusive: boolean;
  /** What is in the folder the commands run in, by path. */
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const commandSchema = z.strictObject({
  run: z.string(),
  compare: z.enum(['exit-code', 'nothing']).optional(),
  because: z.string().optional(),
  unordered: z.boolean().optional(),
  timeout: z.number().optional(),
});

const stepSchema = z.union([
  z.string(),
  z.strictObject({ settle: z.string(), timeout: z.number().optional() }),
  commandSchema,
]);

const scenarioSchema = z.strictObject({
  about: z.string(),
  exclusive: z.boolean().default(false),
  files: z.record(z.string(), z.string()).default({}),
  commands: z.array(stepSchema).min(1),
});

const defaultTimeoutSeconds = 60;

/** Reads a scenario from its YAML. Throws an Error that names the scenario and what is wrong with it. */
export function parseScenario(name: string, text: string): Scenario {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) {
    throw new Error(`scenario "${name}": its file name becomes a namespace; use lower-case letters, digits and dashes`);
  }
  const result = scenarioSchema.safeParse(parse(text));
  if (!result.success) throw new Error(`scenario "${name}": ${z.prettifyError(result.error)}`);
  const { about, exclusive, files, commands } = result.data;
  return { name, about, exclusive, files, steps: commands.map((step) => makeStep(name, step)) };
}

function makeStep(scenario: string, step: z.infer<typeof stepSchema>): Step {
  const common = { unordered: false, timeoutSeconds: defaultTimeoutSeconds };
  if (typeof step === 'object' && 'settle' in step) {
    const timeoutSeconds = step.timeout ?? defaultTimeoutSeconds;
    return { ...common, run: step.settle.trim(), compare: 'exit-code', settles: true, timeoutSeconds };
  }
  const command: z.infer<typeof commandSchema> = typeof step === 'string' ? { run: step } : step;
  const { run, compare = 'output', because, unordered = false, timeout = defaultTimeoutSeconds } = command;
  if (compare !== 'output' && !because) {
    throw new Error(`scenario "${scenario}": "${run}" is not compared as a whole; say why in "because"`);
  }
  return {
    run: run.trim(),
    compare,
    settles: false,
    unordered,
    timeoutSeconds: timeout,
    ...(because !== undefined && { because }),
  };
}

/** All scenarios of a folder, by name. */
export function loadScenarios(folder: string): Scenario[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => parseScenario(basename(file, '.yaml'), readFileSync(join(folder, file), 'utf8')));
}

/** Everything its author wrote: a value found here is no accident of the cluster it ran on. */
export function authoredText(scenario: Scenario): string {
  return [scenario.name, ...Object.values(scenario.files), ...scenario.steps.map((step) => step.run)].join('\n');
}
