import { describe, expect, it } from 'vitest';
import { type Clock, ManualClock } from '../../../../src/embedded/clock.ts';
import { deadline } from '../../../../src/embedded/kubelet/probes/deadline.ts';

describe('a deadline', () => {
  it('is over at its time, unless it is cancelled', async () => {
    const clock = new ManualClock();
    const over: number[] = [];
    const began = clock.now();
    deadline(clock, 1000, () => over.push(clock.now() - began));
    deadline(clock, 900, () => over.push(0)).cancel();
    await clock.advance(999);
    expect(over).toEqual([]);
    await clock.advance(1);
    expect(over).toEqual([1000]);
    expect(clock.pending).toBe(0);
  });

  it('is not over because the machine let the process wait for longer', () => {
    let now = 0;
    const timers: { at: number; callback: () => void }[] = [];
    const clock: Clock = {
      now: () => now,
      schedule: (milliseconds, callback) => {
        timers.push({ at: now + milliseconds, callback });
        return { cancel: () => {} };
      },
    };
    /** What an event loop does when it gets its turn: all timers that are due, and only those that were there. */
    const turn = () => {
      for (const timer of timers.splice(0)) {
        if (timer.at <= now) timer.callback();
        else timers.push(timer);
      }
    };
    let over = false;
    deadline(clock, 1000, () => {
      over = true;
    });
    now = 60_000;
    turn();
    expect(over).toBe(false);
    now += 900;
    for (let turns = 0; turns < 8; turns++) turn();
    expect(over).toBe(false);
    for (let parts = 0; parts < 10; parts++) {
      now += 100;
      turn();
    }
    expect(over).toBe(true);
  });
});
