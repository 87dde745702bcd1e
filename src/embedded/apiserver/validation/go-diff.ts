import { goQuote } from '../../../kubernetes/go-format.ts';
import type { LabelSelector } from '../../../kubernetes/objects.ts';
import { Quantity } from '../../../kubernetes/quantity.ts';
import { compareValues, type DiffNode, elementType, goKind, isNil, membersOf, memberValue } from './go-diff-tree.ts';
import { goAmount } from './go-structs.ts';
import { ellipsis, layOut, type Text, type TextRecord } from './go-text.ts';

/**
 * What cmp.Diff of github.com/google/go-cmp prints of two values of a Go type: the API server puts it under the errors
 * that refuse to change a Pod or a claim. How much is shown, and how, follows that library's report.
 */

/** "" where nothing differs. @param type as go-structs.ts has it; `x` is what is stored, `y` what is asked for */
export function goDiff(type: string, x: unknown, y: unknown): string {
  const node = compareValues(type, x, y);
  return node.different === 0 ? '' : layOut(formatDiff(node, { mode: 'both', types: 'auto', verbosity: 3 }));
}

interface Options {
  readonly mode: 'both' | 'identical' | '-' | '+';
  /** Whether the type stands before the value: by the kind of value, or not. */
  readonly types: 'auto' | 'none';
  /** How much is shown before an ellipsis; less the deeper it goes. */
  readonly verbosity: number;
}

/** Equal neighbours shown before and after what differs. */
const context = 2;

function formatDiff(node: DiffNode, outer: Options): Text {
  const verbosity = outer.mode === 'identical' ? 1 : Math.max(3, outer.verbosity);
  const options = { ...outer, verbosity };
  if (node.depth === 0) {
    if (options.mode === '-') return formatValue(node.type, node.x, options);
    if (options.mode === '+' || node.different === 0) return formatValue(node.type, node.y, options);
    return [
      { diff: '-', value: formatValue(node.type, node.x, { ...options, types: 'none' }) },
      { diff: '+', value: formatValue(node.type, node.y, { ...options, types: 'none' }) },
    ];
  }
  if (node.target) return { prefix: '&', value: formatDiff(node.target, options), suffix: '' };
  return withType(node.type, formatRecords(node, options), options);
}

function formatRecords(node: DiffNode, outer: Options): Text {
  const isStruct = node.kind === 'struct';
  const maximum = outer.mode === 'identical' ? limit(outer.verbosity) : 2 << outer.verbosity;
  const options: Options = { ...outer, types: isStruct ? 'auto' : 'none', verbosity: outer.verbosity - 1 };
  const records = node.records!;
  const list: TextRecord[] = [];
  const add = (key: string, child: DiffNode, mode: Options['mode'], diff?: '-' | '+') =>
    list.push({
      key: node.kind === 'map' ? goKey(node.type, key) : key,
      value: formatDiff(child, { ...options, mode }),
      ...(diff && { diff }),
    });
  if (outer.mode !== 'both') {
    for (const { key, node: child } of records) {
      if (list.length === maximum) {
        list.push({ value: ellipsis });
        break;
      }
      if (child.missing === (outer.mode === '-' ? 'x' : 'y')) continue;
      if (!isStruct || !isZero(child.type, outer.mode === '-' ? child.x : child.y)) add(key, child, outer.mode);
    }
    return { prefix: '{', value: list, suffix: '}' };
  }
  const name = isStruct ? 'field' : node.kind === 'map' ? 'entry' : 'element';
  for (let start = 0; start < records.length; ) {
    const differs = records[start]!.node.different > 0;
    let end = start;
    while (end < records.length && records[end]!.node.different > 0 === differs) end++;
    const group = records.slice(start, end);
    if (differs) {
      for (const { key, node: child } of group) {
        if (child.descendants !== child.depth) {
          add(key, child, 'both');
          continue;
        }
        if (child.missing !== 'x') add(key, child, '-', '-');
        if (child.missing !== 'y') add(key, child, '+', '+');
      }
    } else {
      let low = start === 0 ? 0 : Math.min(context, group.length);
      let high = end === records.length ? 0 : Math.min(context, group.length - low);
      // A single one is not worth an ellipsis.
      if (group.length - low - high === 1) high++;
      low = Math.min(low, group.length);
      for (const { key, node: child } of group.slice(0, low)) add(key, child, 'identical');
      const hidden = group.length - low - high;
      if (hidden > 0) list.push({ value: ellipsis, comment: `${hidden} identical ${plural(name, hidden)}` });
      for (const { key, node: child } of group.slice(group.length - high)) add(key, child, 'identical');
    }
    start = end;
  }
  return { prefix: '{', value: list, suffix: '}' };
}

function plural(name: string, count: number): string {
  if (count === 1) return name;
  return name.endsWith('y') ? `${name.slice(0, -1)}ies` : `${name}s`;
}

function formatValue(type: string, value: unknown, options: Options): Text {
  const inner = { ...options, verbosity: options.verbosity - 1 };
  switch (goKind(type)) {
    case 'pointer':
      if (isNil(value)) return 'nil';
      if (type === '*v1.LabelSelector')
        return `s${formatScalar('string', selectorText(value as LabelSelector), options)}`;
      return { prefix: '&', value: formatValue(elementType(type), value, options), suffix: '' };
    case 'slice': {
      if (isNil(value)) return 'nil';
      const items = value as unknown[];
      const records = items.map((item) => ({
        value: formatValue(elementType(type), item, { ...inner, types: 'none' }),
      }));
      return withType(type, braces(records, options), options);
    }
    case 'map': {
      if (isNil(value)) return 'nil';
      const map = value as Readonly<Record<string, unknown>>;
      const records = Object.keys(map)
        .sort()
        .map((key) => ({
          key: goKey(type, key),
          value: formatValue(elementType(type), map[key], { ...inner, types: 'none' }),
        }));
      return withType(type, braces(records, options), options);
    }
    case 'struct': {
      const records = membersOf(type)!.flatMap((member) => {
        const part = memberValue(type, value, member);
        if (isZero(member.type, part)) return [];
        return [{ key: member.name, value: formatValue(member.type, part, { ...inner, types: 'auto' }) }];
      });
      return withType(type, braces(records, options), options);
    }
    default:
      return type === 'resource.Quantity' ? formatQuantity(value, options) : formatScalar(type, value, options);
  }
}

function braces(records: readonly TextRecord[], { verbosity }: Options): Text {
  const maximum = limit(verbosity);
  const shown = records.length > maximum ? [...records.slice(0, maximum), { value: ellipsis }] : records;
  return { prefix: '{', value: shown, suffix: '}' };
}

/** 0, 4, 8, 16, … */
function limit(verbosity: number): number {
  return verbosity <= 0 ? 0 : 2 << verbosity;
}

function formatScalar(type: string, value: unknown, { verbosity }: Options): string {
  if (type === 'bool') return String(value ?? false);
  if (/^int(32|64)?$/.test(type)) return String(value ?? 0);
  const text = String(value ?? '');
  if (type === 'core.ResourceName') return `s${quote(text)}`;
  const maximum = 32 << Math.max(0, verbosity);
  return text.length > maximum + ellipsis.length ? `${quote(text.slice(0, maximum))}...` : quote(text);
}

/** Keys whose type has a String method are marked with an s. */
function goKey(type: string, key: string): string {
  return type === 'core.ResourceList' ? `s${goQuote(key)}` : goQuote(key);
}

/** A raw string where that saves escapes. */
function quote(text: string): string {
  const quoted = goQuote(text);
  if (quoted.length === text.length + 2 || /[`\n]/.test(text)) return quoted;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  return /[\x00-\x08\x0b-\x1f\x7f]/.test(text) ? quoted : `\`${text}\``;
}

/** What a selector's own String method makes of it. */
function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.keys(matchLabels)
    .sort()
    .map((key) => `${key}: ${matchLabels[key]},`);
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => {
    return `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`;
  });
  const list = `[]LabelSelectorRequirement{${expressions.join('')}}`;
  return `&LabelSelector{MatchLabels:map[string]string{${labels.join('')}},MatchExpressions:${list},}`;
}

/** The amount in digits and a power of ten, the text, and the kind of suffix. */
function formatQuantity(value: unknown, options: Options): Text {
  const quantity = Quantity.parse((value as string | undefined) ?? '0');
  const { value: digits, scale } = goAmount(quantity.toString());
  const amount = [
    { key: 'value', value: String(digits) },
    ...(scale === 0 ? [] : [{ key: 'scale', value: String(scale) }]),
  ];
  const inner: Options = { ...options, types: 'auto', verbosity: options.verbosity - 1 };
  const records = [
    ...(quantity.isZero ? [] : [{ key: 'i', value: withType('resource.int64Amount', braces(amount, inner), inner) }]),
    ...(quantity.written === undefined ? [] : [{ key: 's', value: goQuote(quantity.written) }]),
    { key: 'Format', value: goQuote(quantity.format) },
  ];
  return withType('resource.Quantity', braces(records, options), options);
}

function withType(type: string, text: Text, { types, mode }: Options): Text {
  if (types === 'none' || mode === 'identical') return text;
  return { prefix: type, value: text, suffix: '' };
}

/** Left out of a struct: "", 0, false, nil, and structs of nothing else. */
function isZero(type: string, value: unknown): boolean {
  if (isNil(value)) return true;
  switch (goKind(type)) {
    case 'struct':
      return membersOf(type)!.every((member) => isZero(member.type, memberValue(type, value, member)));
    case 'scalar':
      return type === 'resource.Quantity' ? value === '' : value === '' || value === 0 || value === false;
    default:
      return false;
  }
}
