import { describe, expect, it } from 'vitest';
import { WorkQueue } from '../../../src/embedded/client/workqueue.ts';
import { ManualClock } from '../../../src/embedded/clock.ts';

/** Work that is finished by hand. */
class Work {
  readonly started: string[] = [];
  readonly #finish = new Map<string, (error?: Error) => void>();

  readonly run = (key: string): Promise<void> => {
    this.started.push(key);
    return new Promise((resolve, reject) => {
      this.#finish.set(key, (error) => (error ? reject(error) : resolve()));
    });
  };

  finish(key: string, error?: Error): void {
    this.#finish.get(key)!(error);
  }
}

describe('WorkQueue', () => {
  it('keeps a key once, and works on it again where it was added meanwhile', async () => {
    const clock = new ManualClock();
    const work = new Work();
    const queue = new WorkQueue({ clock, work: work.run });
    queue.add('a');
    queue.add('a');
    queue.add('b');
    expect(work.started).toEqual([]);
    queue.start();
    expect(work.started).toEqual(['a']);
    queue.add('a');
    work.finish('a');
    await clock.advance(0);
    expect(work.started).toEqual(['a', 'b']);
    work.finish('b');
    await clock.advance(0);
    expect(work.started).toEqual(['a', 'b', 'a']);
    work.finish('a');
    await clock.advance(0);
    expect(queue.size).toBe(0);
  });

  it('works on as many keys at once as it may', () => {
    const work = new Work();
    const queue = new WorkQueue({ clock: new ManualClock(), work: work.run, concurrency: 2 });
    queue.start();
    for (const key of ['a', 'b', 'c']) queue.add(key);
    expect(work.started).toEqual(['a', 'b']);
  });

  it('tries again after each failure, later each time, and forgets them with a success', async () => {
    const clock = new ManualClock();
    const times: number[] = [];
    const start = clock.now();
    let failures = 4;
    const failed: string[] = [];
    const queue = new WorkQueue({
      clock,
      work: async () => {
        times.push(clock.now() - start);
        if (failures-- > 0) throw new Error('not yet');
      },
      failed: (key, error) => failed.push(`${key}: ${(error as Error).message}`),
    });
    queue.start();
    queue.add('a');
    await clock.advance(1000);
    expect(times).toEqual([0, 5, 15, 35, 75]);
    expect(failed).toHaveLength(4);
    failures = 1;
    queue.add('a');
    await clock.advance(10);
    expect(times.slice(5)).toEqual([1000, 1005]);
  });

  it('waits for the earliest time that was asked for', async () => {
    const clock = new ManualClock();
    const work = new Work();
    const queue = new WorkQueue({ clock, work: work.run });
    queue.start();
    queue.addAfter('a', 100);
    queue.addAfter('a', 50);
    queue.addAfter('a', 200);
    await clock.advance(49);
    expect(work.started).toEqual([]);
    await clock.advance(1);
    expect(work.started).toEqual(['a']);
    expect(clock.pending).toBe(0);
  });

  it('stops when what is under way is done, and begins nothing more', async () => {
    const clock = new ManualClock();
    const work = new Work();
    const queue = new WorkQueue({ clock, work: work.run });
    queue.start();
    queue.add('a');
    queue.add('b');
    queue.addAfter('c', 10);
    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
    });
    await clock.advance(100);
    expect(stopped).toBe(false);
    work.finish('a', new Error('too late'));
    await stopping;
    await clock.advance(100);
    expect(work.started).toEqual(['a']);
    expect(clock.pending).toBe(0);
  });

  it('lets I/O have its turn in a long queue', async () => {
    const clock = new ManualClock();
    let done = 0;
    const queue = new WorkQueue({
      clock,
      work: async () => {
        done++;
      },
    });
    queue.start();
    for (let i = 0; i < 1000; i++) queue.add(String(i));
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBeLessThan(1000);
    while (queue.size > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(1000);
  });
});
