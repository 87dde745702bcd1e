import { resolve } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { outcomeOf, tell } from '../../scripts/vitest.mjs';

const file = (name: string) => resolve(import.meta.dirname, '../..', name);
const test = (status: string, fullName: string, ...failureMessages: string[]) => ({
  status,
  fullName,
  failureMessages,
});

afterEach(() => {
  vi.restoreAllMocks();
});

it('names each test that failed, with the first line of why, above the line that counts', () => {
  const outcome = outcomeOf({
    numPassedTests: 7,
    numFailedTests: 2,
    numPendingTests: 2,
    testResults: [
      {
        name: file('test/a.test.ts'),
        status: 'failed',
        assertionResults: [
          test('passed', 'a cluster starts'),
          test('failed', 'a cluster stops', '\nAssertionError: expected 1 to be 2\n    at x.ts:1'),
          test('failed', 'a cluster waits', 'Error: STACK_TRACE_ERROR\n    at x.ts:9'),
        ],
      },
      { name: file('test/b.test.ts'), status: 'failed', message: 'Cannot find module\nb.ts', assertionResults: [] },
      { name: file('test/c.test.ts'), status: 'passed', assertionResults: [test('passed', 'fine')] },
    ],
  });
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(...line.split('\n')));
  tell(outcome, ['missing Chromium']);
  expect(lines).toEqual([
    'FAILED test/a.test.ts > a cluster stops',
    '       AssertionError: expected 1 to be 2',
    'FAILED test/a.test.ts > a cluster waits',
    '       it did not end within its time',
    'FAILED test/b.test.ts',
    '       Cannot find module',
    'missing Chromium',
    '7 passed, 3 failed, 2 skipped',
  ]);
});
