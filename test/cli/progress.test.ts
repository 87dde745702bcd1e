import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { progressPrinter } from '../../src/cli/progress.ts';

function printed(isTTY: boolean, messages: readonly string[]): string {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY });
  const print = progressPrinter(stream);
  for (const message of messages) print(message);
  return (stream.read() as string | null) ?? '';
}

const steps = ['making', 'fetching', 'fetching: 0 %', 'fetching: 50 %', 'fetching: 100 %', 'ready'];

it('prints a step with a percentage twice where lines cannot be taken back', () => {
  expect(printed(false, steps)).toBe('making\nfetching\nfetching: done\nready\n');
});

it('fills one bar at a terminal', () => {
  const lines = printed(true, steps).split('\n');
  expect(lines[0]).toBe('making');
  const bars = lines[2]!.split('\r');
  expect(bars.at(-2)).toBe(`${'█'.repeat(15)}${'░'.repeat(15)}  50 % fetching`);
  expect(bars.at(-1)).toBe(`${'█'.repeat(30)} 100 % fetching`);
  expect(lines.slice(3)).toEqual(['ready', '']);
});

it('leaves a bar that stands still on a line of its own', () => {
  expect(printed(true, ['a: 10 %', 'b'])).toMatch(/10 % a\nb\n$/);
});
