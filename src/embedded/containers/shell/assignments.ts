import type { AssignmentNode, SimpleCommandNode } from './ast.ts';
import type { Shell } from './shell.ts';
import { quote } from './variables.ts';

/** name=(…) as an argument of a declaration: its text, with quoted parts quoted again for the builtin to parse. */
export async function arrayText(shell: Shell, parts: SimpleCommandNode['args'][number]['parts']): Promise<string> {
  let text = '';
  for (const part of parts) {
    if (part.type === 'Literal') text += part.value;
    else if (part.type === 'Glob') text += part.pattern;
    else {
      const expanded = await shell.expansion.text({ type: 'Word', parts: [part] });
      text += part.type === 'DoubleQuoted' || part.type === 'SingleQuoted' ? quote(expanded) : expanded;
    }
  }
  return text;
}

export async function assign(shell: Shell, node: AssignmentNode): Promise<void> {
  if (!node.array)
    return shell.assign(node.name, node.value ? await shell.expansion.text(node.value) : '', node.append);
  const variable = shell.variables.get(node.name);
  const associative = variable?.associative ?? false;
  const elements = new Map(
    node.append ? (variable?.elements ?? (variable?.value === undefined ? [] : [['0', variable.value]])) : [],
  );
  let next = elements.size === 0 ? 0 : Math.max(...[...elements.keys()].map(Number)) + 1;
  for (const word of node.array) {
    const first = word.parts[0];
    const raw = first?.type === 'Glob' || first?.type === 'Literal' ? keyed(word.parts) : undefined;
    if (raw) {
      const key = associative
        ? await shell.expansion.text({ type: 'Word', parts: raw.key })
        : await shell.subscript(node.name, await shell.expansion.text({ type: 'Word', parts: raw.key }));
      elements.set(key, await shell.expansion.text({ type: 'Word', parts: raw.value }));
      next = Number(key) + 1;
      continue;
    }
    for (const field of await shell.expansion.words([word])) elements.set(String(next++), field);
  }
  shell.variables.setArray(node.name, elements, associative);
}

type Parts = SimpleCommandNode['args'][number]['parts'];

/** "[key]=value" of an array, taken apart. */
function keyed(parts: Parts): { key: Parts; value: Parts } | undefined {
  const [first, second, ...rest] = parts;
  if (first?.type === 'Glob' && second?.type === 'Literal' && second.value.startsWith('=')) {
    const match = /^\[(["']?)([^\]]+?)\1\]$/.exec(first.pattern);
    if (!match) return undefined;
    return {
      key: [{ type: 'Literal', value: match[2]! }],
      value: [{ ...second, value: second.value.slice(1) }, ...rest],
    };
  }
  if (first?.type === 'Glob' && first.pattern === '[') {
    const end = parts.findIndex((part) => part.type === 'Literal' && part.value.startsWith(']='));
    if (end < 1) return undefined;
    const close = parts[end] as Extract<Parts[number], { type: 'Literal' }>;
    return { key: parts.slice(1, end), value: [{ ...close, value: close.value.slice(2) }, ...parts.slice(end + 1)] };
  }
  if (first?.type === 'Literal') {
    const match = /^\[([^\]]+)\]=(.*)$/s.exec(first.value);
    if (match)
      return {
        key: [{ type: 'Literal', value: match[1]! }],
        value: [{ ...first, value: match[2]! }, ...parts.slice(1)],
      };
  }
  return undefined;
}
