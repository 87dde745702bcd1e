import { expect, it } from 'vitest';
import { Turns } from '../../../src/progress/rehearsal/turns.ts';

it('lets nobody begin before who came first has ended, well or not', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  let end = () => {};
  const first = turns.next(async () => {
    seen.push('first begins');
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    seen.push('first ends');
    throw new Error('broken');
  });
  const second = turns.next(async () => {
    seen.push('second');
    return 2;
  });
  await new Promise(setImmediate);
  expect(seen).toEqual(['first begins']);
  end();
  await expect(first).rejects.toThrow('broken');
  await expect(second).resolves.toBe(2);
  expect(seen).toEqual(['first begins', 'first ends', 'second']);
});
