import type { Environment } from '@marcbachmann/cel-js';
import type { KubeObject } from '../../kubernetes/object.ts';
import { Quantity } from '../../kubernetes/quantity.ts';
import { LabelSelector } from '../../kubernetes/selectors.ts';
import { eventsAbout } from '../evidence/events.ts';
import { HistoryView } from '../history.ts';
import { commandLine, compilePattern, compileRegularExpression, type Pattern } from '../pattern.ts';
import { claimsOf, conditionOf, controllerOf, isReady, ordinalOf } from '../state.ts';
import type { World } from './expression.ts';
import { type CelValues, toText } from './value.ts';

/** What functions work with: the world of the evaluation that is going on. */
export interface Runtime {
  readonly values: CelValues;
  world(): World;
  spend(steps: number): void;
}

/** Functions that read the cluster; the first argument of all but events() names what. */
export const readers: ReadonlySet<string> = new Set(['get', 'list', 'exists', 'events']);

/** Methods of cel-js that are replaced by ones that pay for their work, registered here as `bounded_…`. */
export const rewritten: ReadonlySet<string> = new Set([
  'matches',
  'contains',
  'indexOf',
  'lastIndexOf',
  'split',
  'join',
]);

/**
 * The functions of lessons beyond CEL's own: those of Kubernetes' CEL libraries (k8s.io/apiserver/pkg/cel/library:
 * quantity, lists, regex) and cel-go's strings under the same names, and a few about objects.
 */
export function registerFunctions(environment: Environment, runtime: Runtime): void {
  aboutTheCluster(environment, runtime);
  aboutObjects(environment, runtime);
  aboutHistory(environment, runtime);
  quantities(environment);
  strings(environment, runtime);
  lists(environment, runtime);
}

const synchronous = { async: false };

function aboutTheCluster(environment: Environment, { values, world, spend }: Runtime): void {
  const find = (written: string): KubeObject | undefined => {
    const [kind, ...name] = written.split('/');
    return world().reader.get(kind ?? '', name.join('/'));
  };
  const list = (kind: string, selector?: string) => {
    const objects = world().reader.list(kind, selector);
    spend(objects.length);
    return values.of(objects);
  };
  const patterns = new Map<string, Pattern>();
  const ran = (source: string) => {
    let pattern = patterns.get(source);
    if (!pattern) {
      if (patterns.size >= 100) patterns.clear();
      pattern = compilePattern(source);
      patterns.set(source, pattern);
    }
    return world().commands.some(({ text }) => {
      spend(1 + text.length);
      return pattern.test(commandLine(text));
    });
  };
  environment
    .registerFunction('ran(string): bool', ran, synchronous)
    .registerFunction('get(string): dyn', (name: string) => values.of(find(name) ?? null), synchronous)
    .registerFunction('exists(string): bool', (name: string) => find(name) !== undefined, synchronous)
    .registerFunction('list(string): list<dyn>', (kind: string) => list(kind), synchronous)
    .registerFunction('list(string, string): list<dyn>', list, synchronous)
    .registerFunction(
      'events(dyn): list<dyn>',
      (object: unknown) => values.of(eventsAbout(values.original(object), world().reader)),
      synchronous,
    );
}

function aboutObjects(environment: Environment, { values }: Runtime): void {
  const on =
    <T>(answer: (object: KubeObject) => T, otherwise: T) =>
    (value: unknown) => {
      const object = values.original(value);
      return object ? answer(object) : otherwise;
    };
  environment
    .registerFunction('ready(dyn): bool', on(isReady, false), synchronous)
    .registerFunction(
      'owner(dyn): string',
      on((object) => controllerOf(object) ?? '', ''),
      synchronous,
    )
    .registerFunction('claims(dyn): list<string>', on(claimsOf, []), synchronous)
    .registerFunction(
      'condition(dyn, string): string',
      (value: unknown, type: string) => on((object) => conditionOf(object, type)?.status ?? '', '')(value),
      synchronous,
    )
    .registerFunction(
      'matchesLabels(dyn, string): bool',
      (value: unknown, selector: string) =>
        on((object) => LabelSelector.parse(selector).matches(object.metadata.labels), false)(value),
      synchronous,
    )
    .registerFunction('ordinal(string): int', (name: string) => BigInt(ordinalOf(name) ?? -1), synchronous);
}

function aboutHistory(environment: Environment, { spend }: Runtime): void {
  environment.registerType('History', HistoryView);
  for (const event of ['created', 'ready', 'terminating', 'deleted'] as const) {
    environment.registerFunction(
      `History.${event}(string): int`,
      (history: HistoryView, name: string) => {
        spend(history.entries.length);
        return BigInt(history[event](name));
      },
      synchronous,
    );
    if (event === 'terminating') continue;
    environment.registerFunction(
      `History.${event}(): list<string>`,
      (history: HistoryView) => {
        spend(history.entries.length);
        return history.order(event);
      },
      synchronous,
    );
  }
}

function quantities(environment: Environment): void {
  const compare = (one: Quantity, other: Quantity) => one.compare(other);
  const equal = (one: Quantity, other: Quantity) => one.equals(other);
  environment
    .registerType('Quantity', Quantity)
    .registerFunction('quantity(string): Quantity', (text: string) => Quantity.parse(text), synchronous)
    .registerFunction('isQuantity(string): bool', (text: string) => Quantity.tryParse(text) !== undefined, synchronous)
    .registerFunction('Quantity.compareTo(Quantity): int', (a, b) => BigInt(compare(a, b)), synchronous)
    .registerFunction('Quantity.isGreaterThan(Quantity): bool', (a, b) => compare(a, b) > 0, synchronous)
    .registerFunction('Quantity.isLessThan(Quantity): bool', (a, b) => compare(a, b) < 0, synchronous)
    .registerFunction('Quantity.sign(): int', (quantity: Quantity) => BigInt(quantity.sign), synchronous)
    .registerFunction('Quantity.isInteger(): bool', (quantity: Quantity) => quantity.isInteger, synchronous)
    .registerFunction('Quantity.asInteger(): int', (quantity: Quantity) => quantity.scaled(0), synchronous)
    .registerFunction('Quantity.asApproximateFloat(): double', (quantity: Quantity) => quantity.toNumber(), synchronous)
    .registerFunction('Quantity.add(Quantity): Quantity', (a: Quantity, b: Quantity) => a.plus(b), synchronous)
    .registerFunction('Quantity.add(int): Quantity', (a: Quantity, b: bigint) => a.plus(Quantity.of(b)), synchronous)
    .registerFunction('Quantity.sub(Quantity): Quantity', (a: Quantity, b: Quantity) => a.minus(b), synchronous)
    .registerFunction('Quantity.sub(int): Quantity', (a: Quantity, b: bigint) => a.minus(Quantity.of(b)), synchronous)
    .registerOperator('Quantity == Quantity', equal);
}

function strings(environment: Environment, { spend }: Runtime): void {
  /** Searching takes the product of both lengths at worst. */
  const search = (text: string, wanted: string) => spend(1 + (text.length * wanted.length) / 2000);
  const compiledExpressions = new Map<string, ReturnType<typeof compileRegularExpression>>();
  const expression = (source: string, text: string) => {
    let compiled = compiledExpressions.get(source);
    if (!compiled) {
      compiled = compileRegularExpression(source);
      spend(source.length * 20);
      if (compiledExpressions.size >= 100) compiledExpressions.clear();
      compiledExpressions.set(source, compiled);
    }
    spend(1 + (text.length * compiled.programSize()) / 100);
    return compiled;
  };
  const findAll = (text: string, source: string, most = -1n) => {
    const matcher = expression(source, text).matcher(text);
    const found: string[] = [];
    while ((most < 0n || found.length < most) && matcher.find()) {
      spend(1);
      found.push(matcher.group() ?? '');
    }
    return found;
  };
  const replace = (text: string, from: string, to: string, most = -1n) => {
    search(text, from);
    const pieces = from === '' ? [...text] : text.split(from);
    const times = most < 0n ? pieces.length - 1 : Math.min(Number(most), pieces.length - 1);
    spend((times * to.length) / 64);
    return pieces.reduce((whole, piece, index) => whole + (index <= times ? to : from) + piece);
  };
  environment
    .registerFunction(
      'string.bounded_matches(string): bool',
      (text, source) => expression(source, text).test(text),
      synchronous,
    )
    .registerFunction('string.find(string): string', (text, source) => findAll(text, source, 1n)[0] ?? '', synchronous)
    .registerFunction('string.findAll(string): list<string>', findAll, synchronous)
    .registerFunction('string.findAll(string, int): list<string>', findAll, synchronous)
    .registerFunction('string.replace(string, string): string', replace, synchronous)
    .registerFunction('string.replace(string, string, int): string', replace, synchronous)
    .registerFunction('string.charAt(int): string', (text: string, at: bigint) => text.charAt(Number(at)), synchronous);
  for (const [signature, work] of Object.entries({
    'string.bounded_contains(string): bool': (text: string, wanted: string) => text.includes(wanted),
    'string.bounded_indexOf(string): int': (text: string, wanted: string) => BigInt(text.indexOf(wanted)),
    'string.bounded_lastIndexOf(string): int': (text: string, wanted: string) => BigInt(text.lastIndexOf(wanted)),
    'string.bounded_split(string): list<string>': (text: string, separator: string) => text.split(separator),
  })) {
    const handler = (text: string, wanted: string) => {
      search(text, wanted);
      return work(text, wanted);
    };
    environment.registerFunction(signature, handler, synchronous);
  }
}

function lists(environment: Environment, { spend }: Runtime): void {
  const pay = (list: readonly unknown[]) => spend(list.length);
  const extreme = (list: unknown[], sign: 1 | -1) => {
    pay(list);
    if (list.length === 0) throw new Error(`${sign > 0 ? 'max' : 'min'}() of an empty list`);
    return list.reduce((best, item) => (order(item, best) * sign > 0 ? item : best));
  };
  const join = (list: unknown[], separator = '') => {
    spend((list.length * (8 + separator.length)) / 8);
    return list.map(toText).join(separator);
  };
  const same = (one: unknown, other: unknown) => one === other || key(one) === key(other);
  environment
    .registerFunction('list.bounded_join(): string', (list: unknown[]) => join(list), synchronous)
    .registerFunction('list.bounded_join(string): string', join, synchronous)
    .registerFunction('list.min(): dyn', (list: unknown[]) => extreme(list, -1), synchronous)
    .registerFunction('list.max(): dyn', (list: unknown[]) => extreme(list, 1), synchronous)
    .registerFunction(
      'list.isSorted(): bool',
      (list: unknown[]) => {
        pay(list);
        return list.every((item, index) => index === 0 || order(list[index - 1], item) <= 0);
      },
      synchronous,
    )
    .registerFunction(
      'list.sort(): list<dyn>',
      (list: unknown[]) => {
        spend(list.length * 10);
        return [...list].sort(order);
      },
      synchronous,
    )
    .registerFunction(
      'list.distinct(): list<dyn>',
      (list: unknown[]) => {
        pay(list);
        return [...new Map(list.map((item) => [key(item), item])).values()];
      },
      synchronous,
    )
    .registerFunction(
      'list.sum(): dyn',
      (list: unknown[]) => {
        pay(list);
        if (list.every((item) => typeof item === 'bigint')) return list.reduce((sum, item) => sum + item, 0n);
        return list.reduce((sum: number, item) => sum + Number(item), 0);
      },
      synchronous,
    )
    .registerFunction(
      'list.bounded_indexOf(dyn): int',
      (list: unknown[], wanted: unknown) => {
        pay(list);
        return BigInt(list.findIndex((item) => same(item, wanted)));
      },
      synchronous,
    )
    .registerFunction(
      'list.bounded_lastIndexOf(dyn): int',
      (list: unknown[], wanted: unknown) => {
        pay(list);
        return BigInt(list.findLastIndex((item) => same(item, wanted)));
      },
      synchronous,
    );
}

function order(one: unknown, other: unknown): number {
  const comparable = (value: unknown) =>
    typeof value === 'string' || typeof value === 'bigint' || typeof value === 'number';
  if (!comparable(one) || !comparable(other)) throw new Error('only numbers and texts have an order');
  if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : one > other ? 1 : 0;
  return Number(one) - Number(other);
}

/** Equal for equal values. */
function key(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? Number(item) : item)) ?? '';
}
