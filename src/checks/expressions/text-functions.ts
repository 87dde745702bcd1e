import type { Environment } from '@marcbachmann/cel-js';
import { compileRegularExpression } from '../pattern.ts';
import { toText } from './value.ts';

/** Functions on text and lists: they pay for their work, whose size comes from what a lesson hands them. */

interface Payer {
  spend(steps: number): void;
}

/** Methods of cel-js that are replaced by ones that pay, registered as `bounded_…`. */
export const rewritten: ReadonlySet<string> = new Set([
  'matches',
  'contains',
  'indexOf',
  'lastIndexOf',
  'split',
  'join',
]);

const synchronous = { async: false };

/** cel-go's strings, and Kubernetes' find and findAll. */
export function aboutText(environment: Environment, { spend }: Payer): void {
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

/** Kubernetes' lists, and a few more. */
export function aboutLists(environment: Environment, { spend }: Payer): void {
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
