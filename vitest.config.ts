import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * `unit` is everything that needs no other program; `integration` drives the built product with the real kubectl;
 * `browser` with the system's Chromium; `behaviour` holds the embedded cluster to a real one's answers, command by
 * command, which takes minutes; `soak` to a day's work; `kind` needs a real cluster. scripts/test.mjs picks and reports.
 */
const behaviour = [
  'test/integration/recordings.test.ts',
  'test/integration/misconceptions/*.test.ts',
  'test/integration/seeds/*.test.ts',
];
const soak = ['test/integration/soak.test.ts'];
const shared = {
  environment: 'node' as const,
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // What is waited for may take its time on a busy machine; a second, as is usual, is no measure of anything here.
  expect: { poll: { timeout: 30_000 } },
};
/**
 * What takes longest begins first, so that nobody waits for it alone at the end, and one browser at a time, which keeps
 * a processor busy, beside what mostly waits. vitest knows how long files take only where it has run them before.
 */
const longest = [
  'progress/rehearse',
  'clusters/kind/provider',
  'browser/interface',
  'cli/validate',
  'browser/terminals',
  'browser/lesson',
  'integration/kubia',
  'integration/kubectl',
  'cli/cluster',
  'browser/accessibility',
].map((name) => `/test/${name}.test.ts`);
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = longest.findIndex((name) => moduleId.endsWith(name));
      return found < 0 ? longest.length : found;
    };
    const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    return (await super.sort(files)).sort((a, b) => group(a) - group(b) || place(a) - place(b));
  }
}

/** What needs a processor first, then what mostly waits for other programs; a real cluster has the machine to itself. */
const turn = (groupOrder: number) => ({ sequence: { groupOrder } });

export default defineConfig({
  test: {
    // Most of what is slow waits for other programs, so that two at a time suit two processors.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          ...shared,
          ...turn(0),
          name: 'unit',
          // No module keeps anything that changes, so that files can share what they import: loading it is half of the work.
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: ['test/integration/**', 'test/cli/**', 'test/browser/**', 'test/kind/**'],
        },
      },
      {
        test: {
          ...shared,
          ...turn(1),
          name: 'integration',
          include: ['test/{integration,cli}/**/*.test.ts'],
          exclude: [...behaviour, ...soak],
          testTimeout: 120_000,
        },
      },
      { test: { ...shared, ...turn(1), name: 'behaviour', include: behaviour, testTimeout: 120_000 } },
      { test: { ...shared, ...turn(1), name: 'soak', include: soak } },
      {
        test: { ...shared, ...turn(1), name: 'browser', include: ['test/browser/**/*.test.ts'], testTimeout: 180_000 },
      },
      {
        test: {
          ...shared,
          ...turn(2),
          name: 'kind',
          include: ['test/kind/**/*.test.ts'],
          testTimeout: 900_000,
        },
      },
    ],
  },
});
