import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { failingLessons, rehearse } from './lessons.ts';
import { folder, ordinal, unavailable, up } from './support.ts';

/**
 * On a cluster of its own, beside the one that everything else runs on: a real cluster waits for most of a minute before
 * it takes a node for lost, and these lessons lose one again and again.
 */

const data = join(folder, '../node-failure');
const minutes = (count: number) => ({ timeout: count * 60_000 });

describe.skipIf(unavailable)('on nodes that fail', () => {
  afterAll(async () => {
    await ordinal(['cluster', 'down', '--provider', 'kind', '--delete', '--data', data]);
  }, 120_000);

  it('a cluster is made beside the other one', minutes(10), async () => {
    const { code, err } = await up(data);
    expect(code, err).toBe(0);
  });

  for (const lesson of failingLessons) it(`${lesson} holds`, minutes(25), () => rehearse(lesson, data));
});
