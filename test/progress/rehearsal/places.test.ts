import { describe, expect, it } from 'vitest';
import { type Place, Places } from '../../../src/progress/rehearsal/places.ts';

function place(kubeconfig: string): Place {
  return { kubeconfig, env: {} };
}

describe('places', () => {
  it('lets nobody else have a place until it is given back, and serves who came first', async () => {
    const places = new Places([place('one'), place('two')]);
    const seen: string[] = [];
    const ends: (() => void)[] = [];
    const work = ['a', 'b', 'c', 'd'].map((name) =>
      places.with(async ({ kubeconfig }) => {
        seen.push(`${name} on ${kubeconfig}`);
        await new Promise<void>((resolve) => ends.push(resolve));
      }),
    );
    await new Promise(setImmediate);
    expect(seen).toEqual(['a on one', 'b on two']);
    ends[1]!();
    await work[1];
    await new Promise(setImmediate);
    expect(seen.slice(2)).toEqual(['c on two']);
    ends[0]!();
    await work[0];
    await new Promise(setImmediate);
    expect(seen.slice(3)).toEqual(['d on one']);
    for (const end of ends) end();
    await Promise.all(work);
  });

  it('gives a place on after something went wrong there', async () => {
    const places = new Places([place('one')]);
    const broken = places.with(() => Promise.reject(new Error('broken')));
    const next = places.with(async ({ kubeconfig }) => kubeconfig);
    await expect(broken).rejects.toThrow('broken');
    await expect(next).resolves.toBe('one');
  });
});
