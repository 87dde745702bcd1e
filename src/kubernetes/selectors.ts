import { goQuote } from './go-format.ts';
import { isQualifiedName, isValidLabelValue } from './names.ts';

/** Label selectors in both forms, string and object: k8s.io/apimachinery/pkg/labels and pkg/apis/meta/v1/helpers.go. */

export type Labels = Readonly<Record<string, string>>;

/** metav1.LabelSelector. */
export interface LabelSelectorLike {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export type Operator = '=' | '==' | '!=' | 'in' | 'notin' | 'exists' | '!' | 'gt' | 'lt';

export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
}

/** The text is what the API server puts after "unable to parse: " and the like. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

/** All requirements must hold; none at all match everything. Kept in order of their keys. */
export class LabelSelector {
  readonly requirements: readonly Requirement[];
  readonly #nothing: boolean;

  private constructor(requirements: readonly Requirement[], nothing = false) {
    this.requirements = [...requirements].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    this.#nothing = nothing;
  }

  static everything(): LabelSelector {
    return new LabelSelector([]);
  }

  static nothing(): LabelSelector {
    return new LabelSelector([], true);
  }

  /** "app=kubia,tier in (a,b),!legacy", as in -l and labelSelector=. @throws SelectorError */
  static parse(text: string): LabelSelector {
    return new LabelSelector(new Parser(text).parse());
  }

  /**
   * The selector of a StatefulSet, a claim, …: absent selects nothing, empty everything.
   * @throws SelectorError where an operator, key or value is invalid
   */
  static from(selector: LabelSelectorLike | undefined): LabelSelector {
    if (!selector) return LabelSelector.nothing();
    const requirements = Object.entries(selector.matchLabels ?? {}).map(([key, value]) =>
      requirement(key, '=', [value]),
    );
    for (const { key, operator, values } of selector.matchExpressions ?? []) {
      const known = expressionOperators[operator];
      if (!known) throw new SelectorError(`${goQuote(operator)} is not a valid label selector operator`);
      requirements.push(requirement(key, known, values ?? []));
    }
    return new LabelSelector(requirements);
  }

  /** The selector of a Service or ReplicationController: equality only, empty selects everything. Not validated. */
  static fromLabels(labels: Labels | undefined): LabelSelector {
    return new LabelSelector(
      Object.entries(labels ?? {}).map(([key, value]) => ({ key, operator: '=' as const, values: [value] })),
    );
  }

  get empty(): boolean {
    return !this.#nothing && this.requirements.length === 0;
  }

  matches(labels: Labels | undefined): boolean {
    return !this.#nothing && this.requirements.every((each) => satisfies(each, labels ?? {}));
  }

  toString(): string {
    return this.requirements.map(print).join(',');
  }
}

/** What `kubectl get` shows in a SELECTOR column: metav1.FormatLabelSelector. */
export function formatLabelSelector(selector: LabelSelectorLike | undefined): string {
  try {
    return LabelSelector.from(selector).toString() || '<none>';
  } catch {
    return '<error>';
  }
}

const expressionOperators: Readonly<Record<string, Operator | undefined>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
};

function has(labels: Labels, key: string): boolean {
  return Object.hasOwn(labels, key);
}

function satisfies({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = has(labels, key) ? labels[key]! : undefined;
  switch (operator) {
    case '=':
    case '==':
    case 'in':
      return value !== undefined && values.includes(value);
    case '!=':
    case 'notin':
      return value === undefined || !values.includes(value);
    case 'exists':
      return value !== undefined;
    case '!':
      return value === undefined;
    case 'gt':
    case 'lt': {
      if (value === undefined || !isInteger(value)) return false;
      const difference = BigInt(value) - BigInt(values[0]!);
      return operator === 'gt' ? difference > 0n : difference < 0n;
    }
  }
}

function print({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case '!':
      return `!${key}`;
    case 'in':
    case 'notin':
      return `${key} ${operator} (${[...values].sort().join(',')})`;
    case 'gt':
      return `${key}>${values[0]}`;
    case 'lt':
      return `${key}<${values[0]}`;
    default:
      return `${key}${operator}${values[0]}`;
  }
}

function isInteger(text: string): boolean {
  if (!/^[+-]?[0-9]+$/.test(text)) return false;
  return BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

/**
 * labels.NewRequirement. Its errors name the place by a path, which is "key", "values" and so on without a root: Go's
 * nil path prints as "<nil>" where nothing hangs below it.
 * @throws SelectorError
 */
function requirement(key: string, operator: Operator, values: readonly string[]): Requirement {
  const errors: string[] = [];
  const invalid = (field: string, value: string, detail: string) =>
    errors.push(`${field}: Invalid value: ${value}: ${detail}`);
  const list = `[]string{${values.map(goQuote).join(', ')}}`;
  const keyErrors = isQualifiedName(key);
  if (keyErrors.length > 0) invalid('key', goQuote(key), keyErrors.join('; '));
  if ((operator === 'in' || operator === 'notin') && values.length === 0) {
    invalid('values', list, "for 'in', 'notin' operators, values set can't be empty");
  }
  if ((operator === 'exists' || operator === '!') && values.length > 0) {
    invalid('values', list, 'values set must be empty for exists and does not exist');
  }
  if (operator === 'gt' || operator === 'lt') {
    values.forEach((value, index) => {
      if (isInteger(value)) return;
      invalid(`values[${index}]`, goQuote(value), "for 'Gt', 'Lt' operators, the value must be an integer");
    });
  }
  values.forEach((value, index) => {
    const valueErrors = isValidLabelValue(value);
    if (valueErrors.length > 0) invalid(`values[${index}][${key}]`, goQuote(value), valueErrors.join('; '));
  });
  if (errors.length > 0) throw new SelectorError(errors.length > 1 ? `[${errors.join(', ')}]` : errors[0]);
  return { key, operator, values };
}

type Token = 'identifier' | 'end' | 'error' | 'in' | 'notin' | '(' | ')' | ',' | '!' | '=' | '==' | '!=' | '<' | '>';

interface Scanned {
  readonly token: Token;
  readonly text: string;
}

const special = '=!(),><';
const symbols = new Set<string>([')', ',', '!', '==', '=', '>', '<', '!=', '(']);

function scan(text: string): Scanned[] {
  const scanned: Scanned[] = [];
  let position = 0;
  while (position < text.length) {
    const character = text[position]!;
    if (' \t\r\n'.includes(character)) {
      position++;
    } else if (special.includes(character)) {
      let end = position + 1;
      while (end < text.length && special.includes(text[end]!) && symbols.has(text.slice(position, end + 1))) end++;
      const symbol = text.slice(position, end);
      scanned.push({ token: symbol as Token, text: symbol });
      position = end;
    } else {
      let end = position;
      while (end < text.length && !special.includes(text[end]!) && !' \t\r\n'.includes(text[end]!)) end++;
      const word = text.slice(position, end);
      scanned.push({ token: word === 'in' || word === 'notin' ? word : 'identifier', text: word });
      position = end;
    }
  }
  scanned.push({ token: 'end', text: '' });
  return scanned;
}

/** Recursive descent, the same decisions in the same order as upstream's parser, so that its complaints are the same. */
class Parser {
  readonly #tokens: Scanned[];
  #position = 0;

  constructor(text: string) {
    this.#tokens = scan(text);
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const { token, text } = this.#look();
      if (token === 'end') return requirements;
      if (token !== 'identifier' && token !== '!') {
        throw new SelectorError(`found '${text}', expected: !, identifier, or 'end of string'`);
      }
      try {
        requirements.push(this.#requirement());
      } catch (error) {
        if (error instanceof SelectorError) throw new SelectorError(`unable to parse requirement: ${error.message}`);
        throw error;
      }
      const after = this.#take();
      if (after.token === 'end') return requirements;
      if (after.token !== ',') {
        throw new SelectorError(`found '${after.text}', expected: ',' or 'end of string'`);
      }
      const next = this.#look();
      if (next.token !== 'identifier' && next.token !== '!') {
        throw new SelectorError(`found '${next.text}', expected: identifier after ','`);
      }
    }
  }

  /** `in` and `notin` are operators in one place only; everywhere else they may be a key or a value. */
  #look(): Scanned {
    const scanned = this.#tokens[this.#position] ?? { token: 'end', text: '' };
    return scanned.token === 'in' || scanned.token === 'notin' ? { token: 'identifier', text: scanned.text } : scanned;
  }

  #take(): Scanned {
    const scanned = this.#look();
    this.#position++;
    return scanned;
  }

  #requirement(): Requirement {
    let first = this.#take();
    const negated = first.token === '!';
    if (negated) first = this.#take();
    if (first.token !== 'identifier') throw new SelectorError(`found '${first.text}', expected: identifier`);
    const errors = isQualifiedName(first.text);
    if (errors.length > 0) {
      throw new SelectorError(`<nil>: Invalid value: ${goQuote(first.text)}: ${errors.join('; ')}`);
    }
    if (negated) return requirement(first.text, '!', []);
    const next = this.#look().token;
    if (next === 'end' || next === ',') return requirement(first.text, 'exists', []);
    const operator = this.#operator();
    const values = operator === 'in' || operator === 'notin' ? this.#values() : this.#exactValue();
    return requirement(first.text, operator, [...new Set(values)].sort());
  }

  #operator(): Operator {
    const { token, text } = this.#tokens[this.#position++]!;
    switch (token) {
      case 'in':
      case 'notin':
      case '=':
      case '==':
      case '!=':
        return token;
      case '>':
        return 'gt';
      case '<':
        return 'lt';
      default:
        throw new SelectorError(`found '${text}', expected: in, notin, =, ==, !=, gt, lt`);
    }
  }

  #values(): string[] {
    const open = this.#take();
    if (open.token !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
    const first = this.#look();
    if (first.token === ')') {
      this.#take();
      return [''];
    }
    if (first.token !== 'identifier' && first.token !== ',') {
      throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
    }
    const values = this.#identifiers();
    if (this.#take().token !== ')') throw new SelectorError(`found '${first.text}', expected: ')'`);
    return values;
  }

  /** "a,,b" and "a," hold an empty value each. */
  #identifiers(): string[] {
    const values: string[] = [];
    for (;;) {
      const { token, text } = this.#take();
      if (token === 'identifier') {
        values.push(text);
        const next = this.#look();
        if (next.token === ')') return values;
        if (next.token !== ',') throw new SelectorError(`found '${next.text}', expected: ',' or ')'`);
      } else if (token === ',') {
        if (values.length === 0) values.push('');
        const next = this.#look();
        if (next.token === ')') return [...values, ''];
        if (next.token === ',') {
          this.#take();
          values.push('');
        }
      } else {
        throw new SelectorError(`found '${text}', expected: ',', or identifier`);
      }
    }
  }

  #exactValue(): string[] {
    const next = this.#look();
    if (next.token === 'end' || next.token === ',') return [''];
    const { token, text } = this.#take();
    if (token === 'identifier') return [text];
    throw new SelectorError(`found '${text}', expected: identifier`);
  }
}
