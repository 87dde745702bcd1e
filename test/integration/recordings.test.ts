import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareRecordings, type Difference } from '../../scripts/recording/compare.ts';
import { judge, readDifferences } from '../../scripts/recording/differences.ts';
import { type Recording, readRecording } from '../../scripts/recording/recording.ts';
import { describeDifference, describeScore, score } from '../../scripts/recording/report.ts';
import { runScenarios, scenarioImages } from '../../scripts/recording/run.ts';
import { loadScenarios } from '../../scripts/recording/scenario.ts';
import { ClusterProcess } from './support/cluster-process.ts';
import { kubectlPath, withoutKubectl } from './support/program.ts';

const folder = resolve(import.meta.dirname, '../recordings');
const minor = (version: string) => version.split('.')[1];
const milliseconds = 15 * 60_000;
/** Of all commands that are compared as a whole, at least this share answers alike; what is listed may not grow beyond. */
const leastEqual = 0.99;

/** What kubectl printed on a real cluster is what it prints on the embedded one; see scripts/record.ts. */
describe.skipIf(!kubectlPath)(`the embedded cluster beside recordings of a real one${withoutKubectl}`, () => {
  const cluster = new ClusterProcess();
  const scenarios = loadScenarios(join(folder, 'scenarios'));
  const expected = scenarios.map((scenario) => readRecording(join(folder, 'recorded'), scenario));
  const known = readDifferences(join(folder, 'differences.yaml'));
  let actual: Map<string, Recording>;

  beforeAll(async () => {
    await cluster.start();
    const recordings = await runScenarios(scenarios, {
      target: { kubeconfig: cluster.kubeconfig, kubectl: kubectlPath! },
      images: scenarioImages,
      parallel: 6,
      leave: true,
    });
    actual = new Map(recordings.map((recording) => [recording.scenario, recording]));
  }, milliseconds);

  afterAll(() => cluster.remove());

  it('answers alike, apart from what is listed with its reason', ({ skip }) => {
    const [theirs, ours] = [expected[0]!.kubectl, [...actual.values()][0]!.kubectl];
    if (minor(theirs) !== minor(ours)) skip(`recorded with kubectl ${theirs}; ${ours} words its answers otherwise`);

    const compared = scenarios.map((scenario, index) =>
      compareRecordings(scenario, expected[index]!, actual.get(scenario.name)!),
    );
    const differences: Difference[] = compared.flatMap((one) => one.differences);
    const total = score(compared);
    console.log(describeScore(total));

    const { unknown, outdated } = judge(known, differences);
    expect(unknown.map(describeDifference).join('\n\n'), 'commands that answer otherwise').toBe('');
    expect(outdated, 'commands that are listed to answer otherwise, but do not').toEqual([]);
    expect(total.equal / total.compared).toBeGreaterThanOrEqual(leastEqual);
  });
});
