import { describe, expect, it } from 'vitest';
import { OutputFilter, type Piece } from '../../src/terminal/filter.ts';

const nonce = 'n0nce';

/** All that a stream becomes, neighbouring texts joined, however it is cut into chunks. */
function filtered(input: string, chunk = input.length): Piece[] {
  const filter = new OutputFilter(nonce);
  const pieces: Piece[] = [];
  for (let at = 0; at < input.length; at += chunk) {
    for (const piece of filter.push(input.slice(at, at + chunk))) {
      const last = pieces.at(-1);
      if (piece.kind === 'text' && last?.kind === 'text')
        pieces[pieces.length - 1] = { ...last, data: last.data + piece.data };
      else pieces.push(piece);
    }
  }
  return pieces;
}

const text = (pieces: Piece[]) => pieces.flatMap((piece) => (piece.kind === 'text' ? [piece.data] : [])).join('');

describe('OutputFilter', () => {
  it('lets ordinary output through, colours and cursor movements included', () => {
    const output = 'plain \x1b[1;31mred\x1b[0m \x1b[2J\x1b[H\x1b[?25l\x1b(B\x1b7\x1b8 größe 🐳\r\n';
    expect(filtered(output)).toEqual([{ kind: 'text', data: output }]);
  });

  it.each([
    ['clipboard', '\x1b]52;c;ZXZpbA==\x07'],
    ['clipboard, ended by ST', '\x1b]52;c;ZXZpbA==\x1b\\'],
    ['clipboard with 8-bit introducer', '\x9d52;c;ZXZpbA==\x9c'],
    ['title', '\x1b]0;rm -rf\x07'],
    ['icon name', '\x1b]1;x\x07'],
    ['window title', '\x1b]2;x\x1b\\'],
    ['notification', '\x1b]9;look here\x07'],
    ['notification with title', '\x1b]777;notify;a;b\x07'],
    ['file', '\x1b]1337;File=inline=1:AAAA\x07'],
    ['title report', '\x1b[21t'],
    ['title report with a control character inside', '\x1b[\r21t'],
    ['application program command', '\x1b_Gf=100;AAAA\x1b\\'],
    ['privacy message', '\x1b^secret\x1b\\'],
    ['a mark of another shell integration', '\x1b]133;D;0\x07'],
  ])('drops: %s', (_, sequence) => {
    expect(filtered(`a${sequence}b`, 1)).toEqual([{ kind: 'text', data: 'ab' }]);
  });

  it.each([
    ['cursor position', '\x1b[6n'],
    ['device attributes', '\x1b[c'],
    ['secondary device attributes', '\x1b[>c'],
    ['mode', '\x1b[?2026$p'],
    ['version', '\x1b[>0q'],
    ['background colour', '\x1b]11;?\x07'],
    ['setting', '\x1bP$qm\x1b\\'],
    ['answer-back', '\x05'],
  ])('asks only the screen on the server: %s', (_, sequence) => {
    const pieces = filtered(`a${sequence}b`);
    expect(text(pieces)).toBe('ab');
    expect(pieces.filter((piece) => piece.kind === 'query')).toEqual([{ kind: 'query', data: sequence }]);
  });

  it('keeps links to web pages and takes the target off all others', () => {
    expect(text(filtered('\x1b]8;;https://kubernetes.io/\x1b\\docs\x1b]8;;\x1b\\'))).toContain(
      'https://kubernetes.io/',
    );
    for (const address of ['javascript:alert(1)', 'file:///etc/passwd', 'data:text/html,x', 'https://a b']) {
      const shown = text(filtered(`\x1b]8;;${address}\x07label\x1b]8;;\x07`));
      expect(shown).toContain('label');
      expect(shown).not.toContain(address);
    }
  });

  it('reads our marks', () => {
    const command = '\x1b]633;E;a\\\\b\\x0ac\\x3bd;n0nce;17\x07';
    const marks = filtered(
      `\x1b]133;A;aid=n0nce\x07$ \x1b]133;B;aid=n0nce\x07${command}\x1b]133;C;aid=n0nce\x07out\x1b]133;D;130;aid=n0nce\x07`,
    );
    expect(text(marks)).toBe('$ out');
    expect(marks.flatMap((piece) => (piece.kind === 'mark' ? [piece.mark] : []))).toEqual([
      { type: 'prompt-start' },
      { type: 'prompt-end' },
      { type: 'command', text: 'a\\b\nc;d', entry: '17' },
      { type: 'output' },
      { type: 'finished', exitCode: 130 },
    ]);
  });

  it('believes no mark without the nonce', () => {
    const forged = '\x1b]133;D;0;aid=guess\x07\x1b]633;E;kubectl get pods;guess\x07\x1b]133;C\x07';
    expect(filtered(forged)).toEqual([]);
  });

  it('comes to the same wherever the stream is cut', () => {
    const stream =
      'a\x1b[31mb\x1b]52;c;xx\x1b\\c\x1b]133;D;3;aid=n0nce\x07d\x1b[6ne\x1b]8;;javascript:x\x07f\x1b]8;;\x07g\x9b1mh\x1bP$qm\x1b\\i\x1b(0j';
    for (let chunk = 1; chunk < stream.length; chunk++) expect(filtered(stream, chunk)).toEqual(filtered(stream));
  });

  it('bounds what it holds back, and finds its way after it', () => {
    const filter = new OutputFilter(nonce);
    filter.push('\x1b]52;c;');
    for (let index = 0; index < 100; index++) expect(filter.push('A'.repeat(100_000))).toEqual([]);
    expect(filter.push('\x07after')).toEqual([{ kind: 'text', data: 'after' }]);
  });
});
