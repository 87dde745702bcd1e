import type { ParameterOperation, ParameterPart, WordNode } from './ast.ts';
import { ShellError } from './control.ts';
import type { Expansion } from './expansion.ts';
import { Pattern } from './patterns.ts';
import type { Shell } from './shell.ts';
import { specialParameter } from './special-parameters.ts';
import { quote, sortedKeys } from './variables.ts';

/** What a parameter expansion comes to. */
export interface Values {
  readonly texts: readonly string[];
  /** Several fields ($@, ${a[@]}), or several joined into one between quotes ($*). */
  readonly list?: boolean;
  readonly joined?: boolean;
  /** The word to expand in its place: ${x:-word}. */
  readonly word?: WordNode;
}

interface Parameter extends Values {
  readonly set: boolean;
}

export async function expandOperation(
  shell: Shell,
  expansion: Expansion,
  part: ParameterPart,
  quoted: boolean,
): Promise<Values> {
  const { operation } = part;
  if (operation?.type === 'ArrayKeys') {
    const variable = shell.variables.get(operation.array);
    const keys = variable?.elements ? sortedKeys(variable) : variable?.value === undefined ? [] : ['0'];
    return { texts: keys, list: true, joined: operation.star };
  }
  if (operation?.type === 'VarNamePrefix') {
    const texts = shell.variables.names().filter((name) => name.startsWith(operation.prefix));
    return { texts, list: true, joined: operation.star };
  }
  if (operation?.type === 'Indirection') {
    const target = (await lookup(shell, part.parameter)).texts[0] ?? '';
    return expandOperation(
      shell,
      expansion,
      { ...part, parameter: target, operation: operation.innerOp ?? null },
      quoted,
    );
  }
  const found = await lookup(shell, part.parameter);
  if (!operation) {
    if (!found.set && shell.options.nounset && !found.list)
      throw new ShellError(`${part.parameter}: unbound variable`, shell.isBash ? 127 : 2, true);
    return found.set || found.list ? found : { texts: [] };
  }
  return apply(shell, expansion, part.parameter, found, operation, quoted);
}

async function lookup(shell: Shell, name: string): Promise<Parameter> {
  const special = specialParameter(shell, name);
  if (special !== undefined) return { texts: [special], set: true };
  if (name === '@' || name === '*') {
    return { texts: shell.positional, list: true, joined: name === '*', set: shell.positional.length > 0 };
  }
  if (/^\d+$/.test(name)) {
    const value = shell.positional[Number(name) - 1];
    return value === undefined ? { texts: [], set: false } : { texts: [value], set: true };
  }
  const element = /^([A-Za-z_]\w*)\[(.*)\]$/s.exec(name);
  if (element) {
    const [, array, subscript] = element as unknown as [string, string, string];
    const variable = shell.variables.get(array);
    if (subscript === '@' || subscript === '*') {
      const texts = variable?.elements
        ? sortedKeys(variable).map((key) => variable.elements!.get(key)!)
        : variable?.value === undefined
          ? []
          : [variable.value];
      return { texts, list: true, joined: subscript === '*', set: texts.length > 0 };
    }
    const key = await shell.subscript(array, subscript);
    const value = variable?.elements ? variable.elements.get(key) : key === '0' ? variable?.value : undefined;
    return value === undefined ? { texts: [], set: false } : { texts: [value], set: true };
  }
  if (!/^[A-Za-z_]\w*$/.test(name)) throw new ShellError(`\${${name}}: bad substitution`, 1, true);
  const value = shell.variables.value(name);
  return value === undefined ? { texts: [], set: false } : { texts: [value], set: true };
}

async function apply(
  shell: Shell,
  expansion: Expansion,
  name: string,
  found: Parameter,
  operation: ParameterOperation,
  quoted: boolean,
): Promise<Values> {
  const missing =
    'checkEmpty' in operation && (!found.set || (operation.checkEmpty && found.texts.every((text) => text === '')));
  const map = (change: (text: string) => string): Values => ({ ...found, texts: found.texts.map(change) });
  switch (operation.type) {
    case 'DefaultValue':
      return missing ? { texts: [], word: operation.word } : found;
    case 'UseAlternative':
      return missing ? { texts: [] } : { texts: [], word: operation.word };
    case 'AssignDefault': {
      if (!missing) return found;
      const text = await expansion.text(operation.word);
      await shell.assign(name, text);
      return { texts: [text] };
    }
    case 'ErrorIfUnset': {
      if (!missing) return found;
      const word = operation.word && (await expansion.text(operation.word));
      throw new ShellError(`${name}: ${word || 'parameter null or not set'}`, shell.isBash ? 127 : 2, true);
    }
    case 'Length':
      return { texts: [String(found.list ? found.texts.length : [...(found.texts[0] ?? '')].length)] };
    case 'Substring': {
      const offset = Number(await expansion.arithmetic(operation.offset));
      const length = operation.length && Number(await expansion.arithmetic(operation.length));
      if (found.list) return { ...found, texts: sliceList(shell, name, found.texts, offset, length ?? undefined) };
      return map((text) => slice([...text], offset, length ?? undefined).join(''));
    }
    case 'PatternRemoval': {
      const pattern = new Pattern(await expansion.pattern(operation.pattern));
      return map((text) => {
        const length =
          operation.side === 'prefix' ? pattern.prefix(text, operation.greedy) : pattern.suffix(text, operation.greedy);
        if (length < 0) return text;
        return operation.side === 'prefix' ? text.slice(length) : text.slice(0, text.length - length);
      });
    }
    case 'PatternReplacement': {
      const pattern = new Pattern(await expansion.pattern(operation.pattern));
      const replacement = operation.replacement ? await expansion.text(operation.replacement) : '';
      return map((text) => replace(text, pattern, replacement, operation));
    }
    case 'CaseModification': {
      const pattern = operation.pattern && new Pattern(await expansion.pattern(operation.pattern));
      const change = (character: string) => {
        if (pattern && !pattern.matches(character)) return character;
        return operation.direction === 'upper' ? character.toUpperCase() : character.toLowerCase();
      };
      return map((text) => (operation.all ? [...text].map(change).join('') : change(text.slice(0, 1)) + text.slice(1)));
    }
    case 'Transform':
      return transform(shell, name, found, operation.operator, map);
    default:
      throw new ShellError(`\${${name}}: bad substitution`, 1, quoted || true);
  }
}

function slice<T>(items: readonly T[], offset: number, length: number | undefined): T[] {
  const start = offset < 0 ? items.length + offset : offset;
  if (start < 0) return [];
  if (length === undefined) return items.slice(start);
  return length < 0 ? items.slice(start, items.length + length) : items.slice(start, start + length);
}

/** ${@:1} counts from $1, with $0 before it. */
function sliceList(
  shell: Shell,
  name: string,
  texts: readonly string[],
  offset: number,
  length: number | undefined,
): string[] {
  if (name !== '@' && name !== '*') return slice(texts, offset, length);
  return slice([shell.zero, ...texts], offset, length);
}

function replace(
  text: string,
  pattern: Pattern,
  replacement: string,
  { all, anchor }: { all: boolean; anchor: 'start' | 'end' | null },
): string {
  if (anchor === 'end') {
    const length = pattern.suffix(text, true);
    return length < 0 ? text : text.slice(0, text.length - length) + replacement;
  }
  const budget = { steps: 1_000_000 };
  if (anchor === 'start') {
    const length = pattern.at(text, 0, budget);
    return length < 0 ? text : replacement + text.slice(length);
  }
  let result = '';
  let index = 0;
  while (index < text.length) {
    const length = pattern.at(text, index, budget);
    if (length > 0) {
      result += replacement;
      index += length;
      if (!all) break;
    } else {
      result += text[index++];
    }
  }
  return result + text.slice(index);
}

function transform(
  shell: Shell,
  name: string,
  found: Parameter,
  operator: string,
  map: (change: (text: string) => string) => Values,
): Values {
  switch (operator) {
    case 'Q':
      return map(quote);
    case 'U':
      return map((text) => text.toUpperCase());
    case 'u':
      return map((text) => text.slice(0, 1).toUpperCase() + text.slice(1));
    case 'L':
      return map((text) => text.toLowerCase());
    case 'E':
      return map((text) => text.replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\\\/g, '\\'));
    case 'A':
      return map((text) => `${name}=${quote(text)}`);
    case 'a': {
      const variable = shell.variables.get(name.replace(/\[.*$/, ''));
      const flags = variable
        ? (variable.elements ? (variable.associative ? 'A' : 'a') : '') +
          (variable.exported ? 'x' : '') +
          (variable.readonly ? 'r' : '')
        : '';
      return { texts: [flags] };
    }
    default:
      return found;
  }
}
