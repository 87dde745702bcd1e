import { Quantity } from '../../../kubernetes/quantity.ts';
import { goMembers } from './go-structs.ts';

/** Two values of one Go type compared part by part, as github.com/google/go-cmp does it. */

export interface DiffNode {
  readonly type: string;
  readonly kind: GoKind;
  /** Absent is nil or zero, except where `missing` says that the list has no such element. */
  readonly x: unknown;
  readonly y: unknown;
  readonly missing?: 'x' | 'y';
  /** Leaves that are the same, and that differ. */
  readonly same: number;
  readonly different: number;
  /** Members, elements or entries. */
  readonly records?: readonly DiffRecord[];
  /** What a pointer points to. */
  readonly target?: DiffNode;
  /** Nodes below this one, and how deep they go: equal where each has one child at most. */
  readonly descendants: number;
  readonly depth: number;
}

export interface DiffRecord {
  readonly key: string;
  readonly node: DiffNode;
}

export type GoKind = 'pointer' | 'slice' | 'map' | 'struct' | 'scalar';

export function goKind(type: string): GoKind {
  if (type.startsWith('*')) return 'pointer';
  if (type.startsWith('[]')) return 'slice';
  if (type.startsWith('map[') || type === 'core.ResourceList') return 'map';
  // A quantity compares by its amount, so that its members are not looked at.
  return type !== 'resource.Quantity' && membersOf(type) ? 'struct' : 'scalar';
}

const foreignTypes: Readonly<Record<string, readonly Member[]>> = {
  'v1.LabelSelector': [
    { name: 'MatchLabels', json: 'matchLabels', type: 'map[string]string' },
    { name: 'MatchExpressions', json: 'matchExpressions', type: '[]v1.LabelSelectorRequirement' },
  ],
  'v1.LabelSelectorRequirement': [
    { name: 'Key', json: 'key', type: 'string' },
    { name: 'Operator', json: 'operator', type: 'string' },
    { name: 'Values', json: 'values', type: '[]string' },
  ],
  'intstr.IntOrString': [
    { name: 'Type', json: 'type', type: 'int' },
    { name: 'IntVal', json: 'int', type: 'int32' },
    { name: 'StrVal', json: 'string', type: 'string' },
  ],
};

export interface Member {
  readonly name: string;
  readonly json: string;
  readonly type: string;
  readonly embedded?: boolean;
}

export function membersOf(type: string): readonly Member[] | undefined {
  return foreignTypes[type] ?? goMembers(type);
}

/** The value of a member of a struct as it stands in JSON, which is not always where Go has it. */
export function memberValue(type: string, value: unknown, member: Member): unknown {
  if (value === undefined || value === null) return undefined;
  if (type === 'intstr.IntOrString') {
    const text = typeof value === 'string';
    return { type: text ? 1 : undefined, int: text ? undefined : value, string: text ? value : undefined }[member.json];
  }
  const object = value as Readonly<Record<string, unknown>>;
  if (member.embedded) return object;
  if (type !== 'core.PodSpec' || member.name !== 'SecurityContext') return object[member.json] ?? undefined;
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = object;
  return { ...(object.securityContext as object), hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers };
}

export function elementType(type: string): string {
  return type === 'core.ResourceList' ? 'resource.Quantity' : type.replace(/^(\*|\[\]|map\[\w+\])/, '');
}

export function compareValues(type: string, x: unknown, y: unknown): DiffNode {
  const kind = goKind(type);
  const base = { type, kind, x, y };
  switch (kind) {
    case 'struct':
      return withRecords(
        base,
        membersOf(type)!.map((member) => ({
          key: member.name,
          node: compareValues(member.type, memberValue(type, x, member), memberValue(type, y, member)),
        })),
      );
    case 'pointer': {
      if (isNil(x) || isNil(y)) return leaf(base, isNil(x) && isNil(y));
      const target = compareValues(elementType(type), x, y);
      return { ...base, ...sums([target]), target };
    }
    case 'slice':
      if (isNil(x) || isNil(y)) return leaf(base, isNil(x) && isNil(y));
      return withRecords(
        base,
        compareLists(elementType(type), x as unknown[], y as unknown[]).map((node) => ({ key: '', node })),
      );
    case 'map': {
      if (isNil(x) || isNil(y)) return leaf(base, isNil(x) && isNil(y));
      const [left, right] = [x as Record<string, unknown>, y as Record<string, unknown>];
      const keys = [...new Set([...Object.keys(left), ...Object.keys(right)])].sort();
      const item = elementType(type);
      return withRecords(
        base,
        keys.map((key) => {
          const node = !Object.hasOwn(left, key)
            ? lonely(item, right[key], 'x')
            : !Object.hasOwn(right, key)
              ? lonely(item, left[key], 'y')
              : compareValues(item, left[key], right[key]);
          return { key, node };
        }),
      );
    }
    default:
      return leaf(base, isSame(type, x, y));
  }
}

export function isNil(value: unknown): boolean {
  return value === undefined || value === null;
}

function isSame(type: string, x: unknown, y: unknown): boolean {
  if (type !== 'resource.Quantity') return (x || undefined) === (y || undefined);
  const [a, b] = [x, y].map((value) => Quantity.tryParse((value as string | undefined) ?? '0'));
  return a !== undefined && b !== undefined && a.equals(b);
}

type Base = Pick<DiffNode, 'type' | 'kind' | 'x' | 'y' | 'missing'>;

function leaf(base: Base, same: boolean): DiffNode {
  return { ...base, same: same ? 1 : 0, different: same ? 0 : 1, descendants: 0, depth: 0 };
}

/** An element that the other list does not have. */
function lonely(type: string, value: unknown, missing: 'x' | 'y'): DiffNode {
  const kind = goKind(type);
  return leaf(
    { type, kind, x: missing === 'x' ? undefined : value, y: missing === 'y' ? undefined : value, missing },
    false,
  );
}

function withRecords(base: Base, records: readonly DiffRecord[]): DiffNode {
  return { ...base, ...sums(records.map(({ node }) => node)), records };
}

function sums(children: readonly DiffNode[]): Pick<DiffNode, 'same' | 'different' | 'descendants' | 'depth'> {
  const sum = (count: (node: DiffNode) => number) => children.reduce((total, node) => total + count(node), 0);
  return {
    same: sum((node) => node.same),
    different: sum((node) => node.different),
    descendants: sum((node) => node.descendants + 1),
    depth: Math.max(0, ...children.map((node) => node.depth + 1)),
  };
}

/** Elements that have stayed, in order; what lies between is paired where it is alike, else removed and added. */
function compareLists(type: string, x: readonly unknown[], y: readonly unknown[]): DiffNode[] {
  const pairs = x.map((left) => y.map((right) => compareValues(type, left, right)));
  // lengths[i][j]: how many elements the rests of both lists from there on have in common.
  const lengths = Array.from({ length: x.length + 1 }, () => Array<number>(y.length + 1).fill(0));
  for (let i = x.length - 1; i >= 0; i--) {
    for (let j = y.length - 1; j >= 0; j--) {
      lengths[i]![j] =
        pairs[i]![j]!.different === 0
          ? lengths[i + 1]![j + 1]! + 1
          : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const nodes: DiffNode[] = [];
  let [i, j] = [0, 0];
  const upTo = (endX: number, endY: number) => {
    while (i < endX && j < endY) {
      const pair = pairs[i]![j]!;
      if (pair.different === 0 || pair.same + 1 >= pair.different) {
        nodes.push(pair);
        i++;
        j++;
      } else if (endX - i >= endY - j) nodes.push(lonely(type, x[i++], 'y'));
      else nodes.push(lonely(type, y[j++], 'x'));
    }
    while (i < endX) nodes.push(lonely(type, x[i++], 'y'));
    while (j < endY) nodes.push(lonely(type, y[j++], 'x'));
  };
  let [a, b] = [0, 0];
  while (a < x.length && b < y.length) {
    if (pairs[a]![b]!.different === 0) {
      upTo(a, b);
      nodes.push(pairs[a]![b]!);
      a = ++i;
      b = ++j;
    } else if (lengths[a + 1]![b]! >= lengths[a]![b + 1]!) a++;
    else b++;
  }
  upTo(x.length, y.length);
  return nodes;
}
