import { describe, expect, it } from 'vitest';
import type { Difference } from '../../scripts/recording/compare.ts';
import { judge, parseDifferences } from '../../scripts/recording/differences.ts';

const list = `
- because: the reason
  commands:
    pods: [kubectl get pods, {command: kubectl get pods, occurrence: 2}]
    nodes:
      - kubectl get nodes
`;
const difference = (scenario: string, command: string, occurrence = 1): Difference => ({
  scenario,
  command,
  occurrence,
  details: [],
});

describe('the list of differences', () => {
  it('names commands by scenario, wording and occurrence', () => {
    expect(parseDifferences(list)).toEqual([
      { scenario: 'pods', command: 'kubectl get pods', occurrence: 1, because: 'the reason' },
      { scenario: 'pods', command: 'kubectl get pods', occurrence: 2, because: 'the reason' },
      { scenario: 'nodes', command: 'kubectl get nodes', occurrence: 1, because: 'the reason' },
    ]);
    expect(parseDifferences('# nothing differs\n')).toEqual([]);
  });

  it('needs a reason for each', () => {
    expect(() => parseDifferences('- commands: {pods: [kubectl get pods]}')).toThrow(/because/);
  });

  it('fails what it does not know, and what it knows but is no more', () => {
    const found = [difference('pods', 'kubectl get pods', 2), difference('pods', 'kubectl get nodes')];
    const { unknown, outdated } = judge(parseDifferences(list), found);
    expect(unknown).toEqual([difference('pods', 'kubectl get nodes')]);
    expect(outdated).toMatchObject([
      { scenario: 'pods', occurrence: 1 },
      { scenario: 'nodes', command: 'kubectl get nodes' },
    ]);
  });
});
