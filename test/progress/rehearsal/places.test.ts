import { describe, expect, it } from 'vitest';
import { type Place, Places } from '../../../src/progress/rehearsal/places.ts';

function place(kubeconfig: string): Place {
  return { kubeconfig, env: {} };
}

describe('places', () => {
  it('lets nobody else have a place until it is given back, and serves who came first', async () => {
    const places = new Places([async () => place('one'), async () => place('two')]);
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

  it('makes a place when it is first needed, and once', async () => {
    const made: string[] = [];
    const make = (name: string) => async () => {
      made.push(name);
      return place(name);
    };
    const places = new Places([make('one'), make('two')]);
    expect(made).toEqual([]);
    await places.with(async () => {});
    await places.with(async () => {});
    await places.with(async () => {});
    expect([...made].sort()).toEqual(['one', 'two']);
  });

  it('gives a place on after something went wrong there, or in making it', async () => {
    const failing = new Places([() => Promise.reject(new Error('no cluster'))]);
    const first = failing.with(async () => 'used');
    const second = failing.with(async () => 'used');
    await expect(first).rejects.toThrow('no cluster');
    await expect(second).rejects.toThrow('no cluster');
    const places = new Places([async () => place('one')]);
    const broken = places.with(() => Promise.reject(new Error('broken')));
    const next = places.with(async ({ kubeconfig }) => kubeconfig);
    await expect(broken).rejects.toThrow('broken');
    await expect(next).resolves.toBe('one');
  });
});
