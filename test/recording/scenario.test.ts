import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countMatrix, parseCommand } from '../../scripts/recording/matrix.ts';
import { readRecording } from '../../scripts/recording/recording.ts';
import { loadScenarios, parseScenario } from '../../scripts/recording/scenario.ts';

describe('a scenario', () => {
  it('must be namespaceable, known in all its fields, and say why it compares less', () => {
    expect(() => parseScenario('Bad_Name', 'about: x\ncommands: [a]')).toThrow(/becomes a namespace/);
    expect(() => parseScenario('x', 'about: x\ncommands: []')).toThrow(/"x"/);
    expect(() => parseScenario('x', 'about: x\ncommands: [{run: a, compared: no}]')).toThrow(/"x"/);
    expect(() => parseScenario('x', 'about: x\ncommands: [{run: a, compare: exit-code}]')).toThrow(/say why/);
  });

  it('gives a command its defaults', () => {
    const { steps } = parseScenario('x', 'about: x\ncommands: [kubectl get pods, {settle: kubectl wait, timeout: 5}]');
    expect(steps).toEqual([
      { run: 'kubectl get pods', compare: 'output', settles: false, unordered: false, timeoutSeconds: 60 },
      { run: 'kubectl wait', compare: 'exit-code', settles: true, unordered: false, timeoutSeconds: 5 },
    ]);
  });
});

describe('the matrix', () => {
  it('reads verbs and kinds from commands and the files they name', () => {
    const files = { 'a.yaml': 'kind: Service\n---\nkind: StatefulSet\n' };
    expect(parseCommand('kubectl get pods,svc -o wide', files)).toEqual({ verb: 'get', kinds: ['Pod', 'Service'] });
    expect(parseCommand('kubectl apply -f a.yaml', files)).toEqual({
      verb: 'apply',
      kinds: ['Service', 'StatefulSet'],
    });
    expect(parseCommand('kubectl rollout undo sts/x', files)).toEqual({ verb: 'rollout undo', kinds: ['StatefulSet'] });
    expect(parseCommand('echo x | kubectl exec -i web -- cat', files)).toEqual({ verb: 'exec', kinds: ['Pod'] });
    expect(parseCommand('cat file', files)).toBeUndefined();
  });

  const scenarios = loadScenarios(resolve(import.meta.dirname, '../recordings/scenarios'));

  it('is as large as it has to be', () => {
    const compared = scenarios.flatMap(({ steps }) => steps).filter(({ compare }) => compare === 'output');
    expect(compared.length).toBeGreaterThanOrEqual(300);
  });

  it.each(['get', 'describe', 'apply', 'patch'])('has %s with the kinds learners meet', (verb) => {
    const kinds = [...countMatrix(scenarios)].filter(([name]) => name === verb).flatMap(([, row]) => [...row.keys()]);
    const met = [
      'Pod',
      'StatefulSet',
      'Deployment',
      'ReplicaSet',
      'Service',
      'PersistentVolumeClaim',
      'PersistentVolume',
    ];
    expect(kinds).toEqual(expect.arrayContaining([...met, 'StorageClass', 'ConfigMap', 'Job', 'CronJob', 'DaemonSet']));
  });
});

/** Fields that are maps: a real cluster tells what is wrong in them in the order of a Go map, which is none. */
const inMap =
  /^(?:\* |.*\[)?((?:[\w.[\]]+\.)?(?:labels|annotations|nodeSelector|selector|requests|limits|hard))(?:\[[^\]]+\])?: /;

describe('recorded causes that stand in one map', () => {
  const folder = resolve(import.meta.dirname, '../recordings');
  const commands = loadScenarios(resolve(folder, 'scenarios')).flatMap((scenario) => {
    const recorded = readRecording(resolve(folder, 'recorded'), scenario).commands;
    return scenario.steps.map((step, index) => ({ scenario: scenario.name, step, stderr: recorded[index]!.stderr }));
  });

  it('are compared in any order', () => {
    const ordered = commands.filter(({ step, stderr }) => {
      const fields = stderr.split('\n').flatMap((line) => inMap.exec(line)?.[1] ?? []);
      return step.compare === 'output' && !step.unordered && new Set(fields).size < fields.length;
    });
    expect(ordered.map(({ scenario, step }) => `${scenario}: ${step.run}`)).toEqual([]);
  });
});
