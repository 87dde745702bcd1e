import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { compareRecordings } from './recording/compare.ts';
import { type Recording, readRecording, writeRecording } from './recording/recording.ts';
import { describeDifference, describeMatrix, describeScore, score } from './recording/report.ts';
import { runScenarios, scenarioImages } from './recording/run.ts';
import { loadScenarios, type Scenario } from './recording/scenario.ts';

const folder = resolve(import.meta.dirname, '../test/recordings');

const help = `Records what kubectl answers on a cluster, scenario by scenario, or compares it with what was recorded.

  node scripts/run.mjs scripts/record.ts --kubeconfig FILE [--only SCENARIO[,SCENARIO …]] [--out FOLDER]
  node scripts/run.mjs scripts/record.ts --kubeconfig FILE --compare [--only …] [--out FOLDER]
  node scripts/run.mjs scripts/record.ts --compare --out FOLDER
  node scripts/run.mjs scripts/record.ts --list

  --kubeconfig FILE  the cluster; its current context is used, and namespaces are made and deleted there
  --kubectl FILE     the kubectl to record with; the first on PATH when absent
  --only NAMES       these scenarios alone, separated by commas
  --out FOLDER       where recordings go (test/recordings/recorded when absent)
  --compare          leave the repository's recordings alone and print what differs from them; without a kubeconfig,
                     what an earlier run left in --out is compared
  --equal SHARE      of the commands that must answer alike (1); exit codes always must
  --parallel N       scenarios at a time (6)
  --leave            leave the namespaces, for a cluster that is thrown away
  --list             print how often each verb meets each kind`;

/** `node scripts/run.mjs scripts/record.ts`; see `help`. Exit code 1 when --compare found more differences than may be. */
export async function main(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      kubeconfig: { type: 'string' },
      kubectl: { type: 'string' },
      only: { type: 'string' },
      out: { type: 'string' },
      compare: { type: 'boolean' },
      equal: { type: 'string', default: '1' },
      parallel: { type: 'string', default: '6' },
      leave: { type: 'boolean' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const scenarios = selected(loadScenarios(join(folder, 'scenarios')), values.only);
  if (values.list) return console.log(describeMatrix(scenarios));
  if (values.help || !(values.kubeconfig || (values.compare && values.out))) return console.log(help);

  const recorded = join(folder, 'recorded');
  const out = values.out ?? (values.compare ? undefined : recorded);
  const recordings = values.kubeconfig
    ? await runScenarios(scenarios, {
        target: { kubeconfig: resolve(values.kubeconfig), kubectl: values.kubectl ?? kubectlOnPath() },
        images: scenarioImages,
        parallel: Number(values.parallel),
        ...(values.leave && { leave: true }),
        onFinish: (recording, seconds) => {
          if (out) writeRecording(out, recording);
          console.error(`${recording.scenario}: ${recording.commands.length} commands in ${seconds.toFixed(1)} s`);
        },
      })
    : scenarios.map((scenario) => readRecording(out!, scenario));
  if (values.compare) compare(scenarios, recorded, recordings, Number(values.equal));
}

function compare(
  scenarios: readonly Scenario[],
  recorded: string,
  recordings: readonly Recording[],
  leastEqual: number,
): void {
  const actual = new Map(recordings.map((recording) => [recording.scenario, recording]));
  const results = scenarios.map((scenario) =>
    compareRecordings(scenario, readRecording(recorded, scenario), actual.get(scenario.name)!),
  );
  const differences = results.flatMap((result) => result.differences);
  for (const difference of differences) console.log(`${describeDifference(difference)}\n`);
  const total = score(results);
  console.log(describeScore(total));
  if (total.equal < leastEqual * total.compared || total.otherExitCodes > 0) process.exitCode = 1;
}

function selected(scenarios: Scenario[], only: string | undefined): Scenario[] {
  const names = only?.split(',');
  const unknown = names?.filter((name) => !scenarios.some((scenario) => scenario.name === name)) ?? [];
  if (unknown.length) throw new Error(`There is no scenario ${unknown.join(', ')} in ${folder}`);
  return names ? scenarios.filter(({ name }) => names.includes(name)) : scenarios;
}

function kubectlOnPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  const found = folders.map((path) => join(path, 'kubectl')).find(existsSync);
  if (!found) throw new Error('There is no kubectl on PATH; name one: --kubectl FILE');
  return found;
}
