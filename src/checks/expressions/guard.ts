import type { ASTNode } from '@marcbachmann/cel-js';

export const limits = {
  /** Characters of an expression. */
  source: 4000,
  /** What cel-js itself limits. */
  structure: { maxAstNodes: 600, maxDepth: 40, maxListElements: 100, maxMapEntries: 100, maxCallArguments: 8 },
  /** Nodes evaluated for one check, all its expressions together. A check over 100 Pods takes a few thousand. */
  steps: 200_000,
  /** Characters of a text and elements of a list that an expression makes. */
  string: 32_768,
  list: 10_000,
} as const;

/**
 * CEL always ends, but not soon: comprehensions nest, and lists and strings grow with every step. cel-js limits the size
 * of an expression and nothing of its evaluation, so each node of a compiled expression is made to pay for its evaluation
 * and for what it returns. The bill is counted in steps, not in time: the same check of the same objects always ends the
 * same way.
 */
export class Budget {
  #left: number = limits.steps;

  /** Set once a limit was hit: CEL's || and exists() go on after an error, so the thrown one may not come through. */
  exceeded: LimitError | undefined;

  /** @throws LimitError */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) this.#exceed(`takes more than ${limits.steps} steps: look at fewer objects, or nest less`);
  }

  /** @throws LimitError where a value that was computed has grown too long. */
  measure(value: unknown): void {
    const length = typeof value === 'string' || Array.isArray(value) ? value.length : 0;
    if (length === 0) return;
    this.spend(length / 64);
    const most = typeof value === 'string' ? limits.string : limits.list;
    if (length > most) this.#exceed(`makes a ${typeof value === 'string' ? 'text' : 'list'} longer than ${most}`);
  }

  #exceed(message: string): never {
    this.#left = -1;
    this.exceeded ??= new LimitError(message);
    throw this.exceeded;
  }
}

export class LimitError extends Error {
  override readonly name = 'LimitError';
}

/** What the library's nodes have beyond their declared shape, all of it public at run time. */
interface Node {
  readonly op: string;
  readonly args: unknown;
  readonly meta: { readonly alternate?: unknown; readonly macro?: unknown };
  evaluate: Evaluate;
}

type Evaluate = (this: unknown, evaluator: unknown, node: unknown, context: unknown) => unknown;

/** Steps that an error costs at each node it passes: it takes that much longer than a value. */
const failure = 10;

/** Operations that make something new; all others pass on what is there. */
const makers = new Set(['+', 'call', 'rcall', 'list', 'map']);

/** Makes every node of a checked expression pay from the budget of the evaluation that is going on. */
export function guard(root: ASTNode, budget: () => Budget): void {
  const seen = new Set<unknown>();
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    if (Array.isArray(value)) {
      value.forEach(visit);
      return;
    }
    if (!isNode(value)) {
      // Arguments of a comprehension and of a macro are plain objects that hold nodes.
      if (Object.getPrototypeOf(value) === Object.prototype) Object.values(value).forEach(visit);
      return;
    }
    visit(value.args);
    visit(value.meta.alternate);
    visit(value.meta.macro);
    meter(value, budget);
  };
  visit(root);
}

function isNode(value: object): value is Node {
  return 'op' in value && 'evaluate' in value && 'meta' in value;
}

function meter(node: Node, budget: () => Budget): void {
  // A node replaces its own `evaluate` when it is first evaluated: what it puts there is what the meter goes on to call.
  let inner: Evaluate = node.evaluate;
  const makes = makers.has(node.op);
  const metered: Evaluate = function (this: unknown, evaluator, self, context) {
    const payer = budget();
    payer.spend(1);
    let value: unknown;
    try {
      value = inner.call(node, evaluator, self, context);
    } catch (error) {
      payer.spend(failure);
      throw error;
    }
    if (makes) payer.measure(value);
    return value;
  };
  Object.defineProperty(node, 'evaluate', {
    configurable: true,
    get: () => metered,
    set: (replacement: Evaluate) => {
      inner = replacement;
    },
  });
}
