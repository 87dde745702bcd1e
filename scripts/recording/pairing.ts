import { align } from './line-changes.ts';
import { lines, type Segment, type Token } from './segments.ts';

/**
 * Which token of one run stands for which of the other. Placeholders are not numbered as they appear, since one output
 * more or less would then change all that follow: two tokens that stand at the same place are a pair from there on,
 * and one that later turns up at another one's place is a difference.
 */
export class Pairing {
  readonly #expected: Map<string, string>;
  readonly #actual: Map<string, string>;

  constructor(from?: Pairing) {
    this.#expected = new Map(from ? from.#expected : []);
    this.#actual = new Map(from ? from.#actual : []);
  }

  /** Pairs the two if they may be one; says whether they may. */
  pair(expected: Token, actual: Token): boolean {
    if (expected.kind !== actual.kind) return false;
    if (!expected.names) return true;
    const [left, right] = [key(expected), key(actual)];
    const [toRight, toLeft] = [this.#expected.get(left), this.#actual.get(right)];
    if (toRight !== undefined || toLeft !== undefined) return toRight === right && toLeft === left;
    this.#expected.set(left, right);
    this.#actual.set(right, left);
    return true;
  }

  /** The other run's name for a token of the actual one, if it has a partner. */
  partner(actual: Token): string | undefined {
    return this.#actual.get(key(actual));
  }

  /** Pairs all tokens in a row. Undefined when the texts between them differ, or two tokens are no pair. */
  pairAll(expected: readonly Segment[], actual: readonly Segment[]): Pairing | undefined {
    if (expected.length !== actual.length) return undefined;
    const pairing = new Pairing(this);
    const same = expected.every((left, index) => {
      const right = actual[index]!;
      if (typeof left === 'string' || typeof right === 'string') return left === right;
      return pairing.pair(left, right);
    });
    return same ? pairing : undefined;
  }

  /**
   * The same for lines in any order. Of lines that look alike nothing tells which is whose partner, so what they name for
   * the first time stays unpaired until something does.
   */
  pairLines(expected: readonly Segment[], actual: readonly Segment[]): Pairing | undefined {
    const [left, right] = [lines(expected), lines(actual)];
    if (left.length !== right.length) return undefined;
    const partners = match(this, left, right, { attempts: 10_000 });
    if (!partners) return undefined;
    const shapes = left.map(shape);
    return left.reduce<Pairing>((pairing, line, index) => {
      const alone = shapes.indexOf(shapes[index]!) === shapes.lastIndexOf(shapes[index]!);
      return alone ? pairing.pairAll(line, partners[index]!)! : pairing;
    }, this);
  }

  /** Of two texts that differ, pairs what stands in lines that do not. */
  pairCommonLines(expected: readonly Segment[], actual: readonly Segment[]): Pairing {
    const [left, right] = [lines(expected), lines(actual)];
    let pairing: Pairing = this;
    for (const [i, j] of align(left.map(shape), right.map(shape))) {
      if (i !== undefined && j !== undefined) pairing = pairing.pairAll(left[i]!, right[j]!) ?? pairing;
    }
    return pairing;
  }
}

/** A line without the originals of its tokens. */
const shape = (line: readonly Segment[]) =>
  line.map((segment) => (typeof segment === 'string' ? segment : `<${segment.kind}>`)).join('');

/** Tokens with the same original are one, whatever way of writing their rule found them in: see Rule.normalForm. */
export const key = ({ kind, original }: Token) => `${kind.replace(/^reversed | with dashes$/, '')} ${original}`;

/** The partner of each line. Tries each for the first, and takes the choice back when the others then find none. */
function match(
  pairing: Pairing,
  left: readonly Segment[][],
  right: readonly Segment[][],
  budget: { attempts: number },
): Segment[][] | undefined {
  const [first, ...rest] = left;
  if (!first) return [];
  for (const [index, candidate] of right.entries()) {
    if (budget.attempts-- <= 0) return undefined;
    const next = pairing.pairAll(first, candidate);
    const others = next && match(next, rest, right.toSpliced(index, 1), budget);
    if (others) return [candidate, ...others];
  }
  return undefined;
}
