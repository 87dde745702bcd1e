import type { Clock, Timer } from '../../clock.ts';

/** In so many parts is a deadline waited for. */
const parts = 10;

/**
 * Calls back when `milliseconds` of the clock have passed in which this process ran. Kubelet, network and containers are
 * one process here: where the machine lets it wait for longer than a probe may take, what is probed waits as well, and a
 * plain timer would go off before the answer that is there could be read. So the time is waited for in parts, of which
 * such a wait uses up one at most.
 */
export function deadline(clock: Clock, milliseconds: number, callback: () => void): Timer {
  let timer: Timer;
  const wait = (left: number) => {
    timer = clock.schedule(milliseconds / parts, () => (left > 1 ? wait(left - 1) : callback()));
  };
  wait(parts);
  return { cancel: () => timer.cancel() };
}
