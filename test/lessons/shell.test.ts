import { describe, expect, it } from 'vitest';
import { commandLines, simpleCommands } from '../../src/lessons/shell.ts';

describe('commandLines', () => {
  it.each([
    ['a\nb', ['a', 'b']],
    ['a \\\n  b\nc', ['a \\\n  b', 'c']],
    ['echo "one\ntwo"\nc', ['echo "one\ntwo"', 'c']],
    ["echo 'it''s'\nc", ["echo 'it''s'", 'c']],
    ['cat <<EOF\na: "\nEOF\nc', ['cat <<EOF\na: "\nEOF', 'c']],
    ["kubectl apply -f - <<'END'\nx\nEND", ["kubectl apply -f - <<'END'\nx\nEND"]],
    ['# a comment\n\n  a\n', ['a']],
    ['echo "open', ['echo "open']],
  ])('%j', (script, lines) => {
    expect(commandLines(script).map(({ text }) => text)).toEqual(lines);
    for (const { text, offset } of commandLines(script)) expect(script.slice(offset)).toContain(text);
  });
});

describe('simpleCommands', () => {
  const words = (line: string) => simpleCommands(line).map((command) => command.map(({ text }) => text));
  it.each([
    ['kubectl get pods -o wide', [['kubectl', 'get', 'pods', '-o', 'wide']]],
    ['a | b && c; d || e &', [['a'], ['b'], ['c'], ['d'], ['e']]],
    ['(a; b)', [['a'], ['b']]],
    [`get -o jsonpath='{.a}{"\\n"}'`, [['get', '-o', 'jsonpath={.a}{"\\n"}']]],
    [
      'echo "a $(kubectl get pod -o name) b"',
      [
        ['kubectl', 'get', 'pod', '-o', 'name'],
        ['echo', 'a  b'],
      ],
    ],
    ['a > file 2>&1 < in', [['a']]],
    ['a 2>/dev/null b', [['a', 'b']]],
    ['a # not this', [['a']]],
    ['a \\\n  b', [['a', 'b']]],
    ['echo one\\ word', [['echo', 'one word']]],
  ])('%s', (line, expected) => {
    expect(words(line)).toEqual(expected);
  });

  it('knows what only the shell knows', () => {
    const [command] = simpleCommands(`a "$b" 'c$d' *.yaml`);
    expect(command?.map(({ dynamic }) => dynamic)).toEqual([false, true, false, true]);
  });
});
