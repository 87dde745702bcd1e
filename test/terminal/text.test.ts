import { expect, it } from 'vitest';
import { plainText } from '../../src/terminal/text.ts';

it.each([
  ['\x1b[1;32mready\x1b[0m\r\n', 'ready\n'],
  ['10%\r50%\r100%\r\ndone', '100%\ndone'],
  ['abcdef\rxy', 'xycdef'],
  ['typo\b\b\b\bright', 'right'],
  ['\x1b]8;;https://kubernetes.io\x1b\\docs\x1b]8;;\x1b\\', 'docs'],
  ['a\x1b(Bb\x1b[?2004lc', 'abc'],
])('%j reads %j', (output, text) => {
  expect(plainText(output)).toBe(text);
});
