import { describe, expect, it } from 'vitest';
import { splitCommands } from '../../src/terminal/commands.ts';

describe('splitCommands', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['# only a remark\n\n', []],
    ['kubectl get pods', ['kubectl get pods']],
    ['a\nb  # said\n\n# c\nd', ['a', 'b  # said', 'd']],
    ['kubectl run x \\\n  --image=y\nnext', ['kubectl run x \\\n  --image=y', 'next']],
    ['echo "two\nlines"\nnext', ['echo "two\nlines"', 'next']],
    ["echo 'it\\'\nnext", ["echo 'it\\'", 'next']],
    ['echo "a\\"b"\nnext', ['echo "a\\"b"', 'next']],
    [
      'cat <<EOF | kubectl apply -f -\nkind: Pod\n  if: "\nEOF\nnext',
      ['cat <<EOF | kubectl apply -f -\nkind: Pod\n  if: "\nEOF', 'next'],
    ],
    ["cat <<-'X'\n\tb\n\tX\nnext", ["cat <<-'X'\n\tb\n\tX", 'next']],
    ['grep x <<< "y"\nnext', ['grep x <<< "y"', 'next']],
    ['a |\n  b &&\n  c\nnext', ['a |\n  b &&\n  c', 'next']],
    ['for i in 1 2; do\n  echo $i\ndone\nnext', ['for i in 1 2; do\n  echo $i\ndone', 'next']],
    ['while true\ndo x; done\nnext', ['while true\ndo x; done', 'next']],
    ['if a; then b\nelse c; fi\nnext', ['if a; then b\nelse c; fi', 'next']],
    ['case $x in\n a) b ;;\nesac\nnext', ['case $x in\n a) b ;;\nesac', 'next']],
    ['f() {\n  a\n}\nf', ['f() {\n  a\n}', 'f']],
    ['(a\nb)\nnext', ['(a\nb)', 'next']],
    ['x=$(a\nb)\nnext', ['x=$(a\nb)', 'next']],
    ['echo done if do { }\nnext', ['echo done if do { }', 'next']],
    ['echo a#b\nkubectl proxy &\nnext', ['echo a#b', 'kubectl proxy &', 'next']],
    ['kubectl patch x -p \'{"a":\n1}\'\r\nnext', ['kubectl patch x -p \'{"a":\n1}\'', 'next']],
    ['echo "never closed', ['echo "never closed']],
  ])('%j', (script, commands) => {
    expect(splitCommands(script)).toEqual(commands);
  });
});
