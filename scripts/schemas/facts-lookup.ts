import * as facts from '../../src/embedded/apiserver/schema/facts.ts';

const lists = {
  pointerScalars: facts.pointerScalars,
  valueStructs: facts.valueStructs,
  pointerStructs: facts.pointerStructs,
  pointerTimes: facts.pointerTimes,
  valueSpecials: facts.valueSpecials,
  alwaysWritten: facts.alwaysWritten,
  droppedWhenEmpty: facts.droppedWhenEmpty,
};

/**
 * Answers from facts.ts, and remembers what was asked for, so that a misspelt fact is an error instead of one without
 * effect. Types are named as in facts.ts ("core.v1.Container").
 */
export class FactsLookup {
  readonly #unused = new Set<string>();
  readonly #goNames = new Map<string, string>();
  readonly #atomicStructs = new Set(words(facts.atomicStructs));

  constructor() {
    for (const [table, entries] of Object.entries(lists)) {
      for (const [type, fields] of Object.entries(entries)) {
        for (const field of words(fields)) this.#unused.add(`${table} ${type}.${field}`);
      }
    }
    for (const [table, entries] of Object.entries({ merging: facts.merging, defaults: facts.defaults })) {
      for (const [type, fields] of Object.entries(entries)) {
        for (const field of Object.keys(fields)) this.#unused.add(`${table} ${type}.${field}`);
      }
    }
    for (const type of this.#atomicStructs) this.#unused.add(`atomicStructs ${type}`);
    for (const type of Object.keys(facts.unions)) this.#unused.add(`unions ${type}`);
    for (const [goName, paths] of Object.entries(facts.goTypes)) {
      for (const path of words(paths)) {
        this.#goNames.set(path, goName);
        this.#unused.add(`goTypes ${path}`);
      }
    }
  }

  has(table: keyof typeof lists, type: string, field: string): boolean {
    this.#unused.delete(`${table} ${type}.${field}`);
    return words(lists[table][type] ?? '').includes(field);
  }

  isAtomic(type: string): boolean {
    this.#unused.delete(`atomicStructs ${type}`);
    return this.#atomicStructs.has(type);
  }

  /** Words about merging, as facts.ts has them. */
  merging(type: string, field: string): string[] {
    this.#unused.delete(`merging ${type}.${field}`);
    return words(facts.merging[type]?.[field] ?? '');
  }

  default(type: string, field: string): string | number | boolean | undefined {
    this.#unused.delete(`defaults ${type}.${field}`);
    return facts.defaults[type]?.[field];
  }

  goName(type: string, field: string): string | undefined {
    this.#unused.delete(`goTypes ${type}.${field}`);
    return this.#goNames.get(`${type}.${field}`);
  }

  union(type: string) {
    this.#unused.delete(`unions ${type}`);
    return facts.unions[type];
  }

  assertAllUsed(): void {
    if (this.#unused.size === 0) return;
    const list = [...this.#unused].join(', ');
    throw new Error(`facts.ts knows fields that no package has: ${list}. Correct or remove them.`);
  }
}

function words(list: string): string[] {
  return list.split(/\s+/).filter((word) => word !== '');
}
