import { describe, expect, it } from 'vitest';
import { compareRecordings, type Difference } from '../../scripts/recording/compare.ts';
import { score } from '../../scripts/recording/report.ts';
import { recordingOf, scenarioOf } from './support.ts';

type Answer = Parameters<typeof recordingOf>[1][number];

/** The differences of two runs of commands nobody needs to know. */
function differences(expected: readonly Answer[], actual: readonly Answer[], options = ''): readonly Difference[] {
  const scenario = scenarioOf(expected.map((_, index) => `  - {run: kubectl get ${index}${options}}`).join('\n'));
  return compareRecordings(scenario, recordingOf(scenario, expected), recordingOf(scenario, actual)).differences;
}

const table = [
  'NAME      READY   STATUS    RESTARTS      AGE   IP            NODE             NOMINATED NODE   READINESS GATES',
  'kubia-0   1/1     Running   0             12s   10.244.1.7    ordinal-worker   <none>           <none>',
  'kubia-1   1/1     Running   2 (15s ago)   9s    10.244.2.13   ordinal-worker2  <none>           <none>',
  '',
].join('\n');

const service = [
  'Name:                     kubia',
  'Namespace:                example',
  'Type:                     ClusterIP',
  'IP:                       10.96.14.200',
  'Port:                     http  80/TCP',
  'TargetPort:               http/TCP',
  'Endpoints:                10.244.1.7:8080,10.244.2.13:8080',
  'Events:                   <none>',
  '',
].join('\n');

const invalid = [
  'The StatefulSet "kubia" is invalid: ',
  '* spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  '* spec.selector: Required value',
  '',
].join('\n');

describe('two runs that differ only by accident', () => {
  it('are equal whatever their ages, addresses and column widths are', () => {
    const later = table
      .replace('12s   10.244.1.7 ', '3m4s  10.244.1.77')
      .replace('10.244.2.13', '10.244.2.9 ')
      .replace('2 (15s ago) ', '2 (110s ago)');
    expect(differences([table], [later])).toEqual([]);
  });

  it('are equal when one address stands for the same thing everywhere', () => {
    const moved = (text: string) =>
      text.replace(/10\.244\.1\.7( ?)/g, '10.244.1.70').replaceAll('10.96.14.200', '10.96.3.4');
    expect(differences([table, service], [moved(table), moved(service)])).toEqual([]);
  });

  it('are equal in another order where the order means nothing', () => {
    const names = ['pod/web-7d8f9c6b5d-2xkqz', 'pod/web-7d8f9c6b5d-b4hjx', ''].join('\n');
    const other = ['pod/web-66c9f7d4b8-zz2l4', 'pod/web-66c9f7d4b8-4mnp5', ''].join('\n');
    expect(differences([names], [other], ', unordered: true')).toEqual([]);
  });
});

describe('a recording that was changed', () => {
  const changes: [string, string, string, string][] = [
    ['a port', service, '80/TCP', '81/TCP'],
    ['the port of an endpoint', service, '10.244.2.13:8080', '10.244.2.13:8081'],
    ['a missing endpoint', service, ',10.244.2.13:8080', ''],
    ['a type', service, 'ClusterIP', 'NodePort'],
    ['a name', table, 'kubia-1', 'kubia-2'],
    ['a count', table, '1/1     Running   0', '0/1     Running   0'],
    ['a count of restarts', table, '2 (15s ago)', '3 (15s ago)'],
    ['a status', table, 'Running   2', 'Pending   2'],
    ['a node', table, 'ordinal-worker2', 'ordinal-control-plane'],
    ['a column', table, 'READINESS GATES', 'READY GATES'],
    ['a missing row', table, /kubia-1.*\n/.exec(table)![0], ''],
    ['a missing age', table, '12s', '   '],
    ['an address where none was', table, '<none>           <none>\n', '10.244.1.9       <none>\n'],
    ['a message', invalid, 'greater than or equal to 0', 'greater than 0'],
    ['a value in a message', invalid, '-1', '-2'],
    ['a cause less', invalid, '* spec.selector: Required value\n', ''],
    ['a missing newline at the end', invalid, 'Required value\n', 'Required value'],
  ];

  it.each(changes)('is told apart by %s', (_, text, from, to) => {
    expect(text).toContain(from);
    const changed = text.replace(from, to);
    expect(differences([text], [text])).toEqual([]);
    expect(differences([text], [changed])).toHaveLength(1);
    expect(differences([changed], [text])).toHaveLength(1);
    expect(differences([text], [changed], ', unordered: true')).toHaveLength(1);
  });

  it('is told apart by the order of its lines', () => {
    const [header, first, second] = table.split('\n');
    expect(differences([table], [[header, second, first, ''].join('\n')])).toHaveLength(1);
    const [title, one, two] = invalid.split('\n');
    expect(differences([invalid], [[title, two, one, ''].join('\n')])).toHaveLength(1);
  });

  it('is told apart by its exit code', () => {
    const [difference] = differences([{ stderr: 'no\n', exitCode: 1 }], [{ stderr: 'no\n', exitCode: 0 }]);
    expect(difference!.details[0]).toBe('exit code 0 instead of 1');
  });

  it('is told apart by the stream it was printed to', () => {
    expect(differences([{ stdout: 'x\n' }], [{ stderr: 'x\n' }])).toHaveLength(1);
  });

  it('is told apart by an address that now names two things, or by two that name one', () => {
    const two = 'a 10.244.1.7\nb 10.244.1.8\n';
    const one = 'a 10.244.1.7\nb 10.244.1.7\n';
    expect(differences([two], [one])).toHaveLength(1);
    expect(differences([one], [two])).toHaveLength(1);
  });

  it('is told apart by a Pod that kept its UID where it should have got another, commands later', () => {
    const uid = (digit: string) => `${digit.repeat(8)}-0000-4000-8000-000000000000`;
    expect(differences([uid('1'), uid('2')], [uid('3'), uid('4')])).toEqual([]);
    const [difference] = differences([uid('1'), uid('2')], [uid('3'), uid('3')]);
    expect(difference!.command).toBe('kubectl get 1');
  });

  it('is told apart by the order of owners that only their hashes name', () => {
    const revisions = (first: string, second: string) => `kubia-${first}   1\nkubia-${second}   2\n`;
    const before = revisions('5b8d9c7f64', '6c9f7d8b45');
    expect(differences([before, before], [before, revisions('6c9f7d8b45', '5b8d9c7f64')])).toHaveLength(1);
  });
});

describe('what is compared', () => {
  it('is the exit code alone where the scenario says so or waits, and nothing where it says that', () => {
    const scenario = scenarioOf(`
  - settle: kubectl wait
  - {run: kubectl drain, compare: exit-code, because: it tries often}
  - {run: kubectl top, compare: nothing, because: it depends}
  - kubectl get pods`);
    const compared = compareRecordings(
      scenario,
      recordingOf(scenario, ['waiting', 'trying', 'a', 'same']),
      recordingOf(scenario, ['', '', { stdout: 'b', exitCode: 3 }, 'same']),
    );
    expect(compared).toMatchObject({ compared: 1, exitCodesOnly: 2, different: 0, differences: [] });
    const late = compareRecordings(
      scenario,
      recordingOf(scenario, ['', '', '', 'same']),
      recordingOf(scenario, [{ exitCode: 124, stderr: 'timed out\n' }, '', '', 'other']),
    );
    expect(late.differences.map(({ details }) => details)).toEqual([
      ['exit code 124 instead of 0', 'timed out'],
      ['stdout:', '- same', '+ other'],
    ]);
    expect(score([compared, late])).toEqual({ compared: 2, equal: 1, exitCodesOnly: 4, otherExitCodes: 1 });
  });

  it('counts the commands of one wording', () => {
    const scenario = scenarioOf('  - kubectl get pods\n  - kubectl get pods');
    const { differences } = compareRecordings(
      scenario,
      recordingOf(scenario, ['a', 'b']),
      recordingOf(scenario, ['a', 'c']),
    );
    expect(differences).toMatchObject([{ command: 'kubectl get pods', occurrence: 2 }]);
  });
});
