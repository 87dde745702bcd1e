import { describe, expect, it } from 'vitest';
import { Acknowledger } from '../../../src/web/terminal/acknowledge.ts';
import { isWebAddress } from '../../../src/web/terminal/addresses.ts';
import { letterSpacing } from '../../../src/web/terminal/cells.ts';

describe('acknowledging output', () => {
  it('tells of every character once, in batches', () => {
    const sent: number[] = [];
    const acknowledger = new Acknowledger((characters) => sent.push(characters));
    for (let chunk = 0; chunk < 13; chunk += 1) acknowledger.drawn(1000);
    expect(sent).toEqual([5000, 5000]);
    acknowledger.drawn(9000);
    expect(sent).toEqual([5000, 5000, 12_000]);
  });

  it('forgets what an earlier connection still owed', () => {
    const sent: number[] = [];
    const acknowledger = new Acknowledger((characters) => sent.push(characters));
    acknowledger.drawn(4999);
    acknowledger.reset();
    acknowledger.drawn(1);
    expect(sent).toEqual([]);
  });
});

describe('links in a terminal', () => {
  it.each([
    ['https://kubernetes.io/docs/', true],
    ['http://localhost:8001/api', true],
    ['javascript:alert(1)', false],
    ['JAVASCRIPT:alert(1)', false],
    ['data:text/html,x', false],
    ['file:///etc/passwd', false],
    ['vscode://open', false],
    ['kubernetes.io', false],
  ])('%s: %s', (address, safe) => expect(isWebAddress(address)).toBe(safe));
});

describe('letter spacing', () => {
  it('brings a cell to the nearest whole device pixel', () => {
    for (const [size, ratio] of [
      [13, 1],
      [14, 1],
      [15, 1],
      [13, 2],
      [13, 1.25],
    ] as const) {
      const width = 0.6 * size * ratio;
      expect(Math.floor(width) + letterSpacing(size, ratio)).toBe(Math.round(width));
    }
  });
});
