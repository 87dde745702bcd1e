import { expect, it } from 'vitest';
import { outcomeOf } from '../../scripts/rehearsal.mjs';

const attempt = (name: string, ...messages: string[]) => ({
  kind: 'wrong',
  step: 'down',
  name,
  passed: messages.length === 0,
  problems: messages.map((message) => ({ message })),
});

it('counts attempts, and names what does not hold with the first line of why', () => {
  const outcome = outcomeOf({
    lessons: [
      { id: '01-a', status: 'passed', problems: [], attempts: [attempt('One'), attempt('Two')] },
      {
        id: '02-b',
        status: 'failed',
        problems: [],
        attempts: [attempt('One'), attempt('Two', 'it passes\nall the same')],
      },
      { id: '03-c', status: 'broken', problems: [{ message: 'there is no step "x"' }], attempts: [] },
      { id: '04-d', status: 'skipped', reason: 'needs nodes', problems: [], attempts: [] },
    ],
  });
  expect(outcome).toEqual({
    passed: 3,
    failed: 2,
    skipped: 1,
    failures: [
      { name: 'lessons/02-b > down > wrong > Two', message: 'it passes' },
      { name: 'lessons/03-c', message: 'there is no step "x"' },
    ],
  });
});
