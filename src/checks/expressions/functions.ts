import type { Environment } from '@marcbachmann/cel-js';
import type { KubeObject } from '../../kubernetes/object.ts';
import { Quantity } from '../../kubernetes/quantity.ts';
import { LabelSelector } from '../../kubernetes/selectors.ts';
import { eventsAbout } from '../evidence/events.ts';
import { HistoryView } from '../history.ts';
import { commandLine, compilePattern, type Pattern } from '../pattern.ts';
import { claimsOf, conditionOf, controllerOf, isReady, ordinalOf } from '../state.ts';
import type { World } from './expression.ts';
import { aboutLists, aboutText } from './text-functions.ts';
import type { CelValues } from './value.ts';

/** What functions work with: the world of the evaluation that is going on. */
export interface Runtime {
  readonly values: CelValues;
  world(): World;
  spend(steps: number): void;
}

/** Functions that read the cluster; the first argument of all but events() names what. */
export const readers: ReadonlySet<string> = new Set(['get', 'list', 'exists', 'events']);

/**
 * The functions of lessons beyond CEL's own: those of Kubernetes' CEL libraries (k8s.io/apiserver/pkg/cel/library:
 * quantity, lists, regex) and cel-go's strings under the same names, and a few about objects.
 */
export function registerFunctions(environment: Environment, runtime: Runtime): void {
  aboutTheCluster(environment, runtime);
  aboutObjects(environment, runtime);
  aboutHistory(environment, runtime);
  quantities(environment);
  aboutText(environment, runtime);
  aboutLists(environment, runtime);
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
