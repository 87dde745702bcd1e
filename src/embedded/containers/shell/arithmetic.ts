/** Where an arithmetic expression's names come from. */
export interface ArithmeticScope {
  get(name: string, subscript: string | undefined): string;
  set(name: string, subscript: string | undefined, value: string): void;
}

export class ArithmeticError extends Error {}

const binary: Readonly<Record<string, number>> = {
  ',': 1,
  '=': 2,
  '+=': 2,
  '-=': 2,
  '*=': 2,
  '/=': 2,
  '%=': 2,
  '<<=': 2,
  '>>=': 2,
  '&=': 2,
  '|=': 2,
  '^=': 2,
  '?': 3,
  '||': 4,
  '&&': 5,
  '|': 6,
  '^': 7,
  '&': 8,
  '==': 9,
  '!=': 9,
  '<': 10,
  '>': 10,
  '<=': 10,
  '>=': 10,
  '<<': 11,
  '>>': 11,
  '+': 12,
  '-': 12,
  '*': 13,
  '/': 13,
  '%': 13,
  '**': 14,
};

const token =
  /\s*(?:(0[xX][0-9a-fA-F]+|\d+#[0-9a-zA-Z@_]+|\d+)|([A-Za-z_]\w*)|(<<=|>>=|\*\*|\+\+|--|&&|\|\||<<|>>|[<>=!+\-*/%&|^]=|[-+*/%<>=!~&|^?:,()[\]]))/y;

const deepest = 64;

/** Evaluates in 64 bits, as the shell does. Expansions have been made already. @throws ArithmeticError */
export function evaluate(text: string, scope: ArithmeticScope, depth = 0): bigint {
  if (depth > deepest) throw new ArithmeticError(`${text.trim()}: expression recursion level exceeded`);
  if (text.trim() === '') return 0n;
  return new Evaluation(text, scope, depth).run();
}

class Evaluation {
  readonly #tokens: string[] = [];
  #at = 0;
  #nesting = 0;

  constructor(
    readonly text: string,
    readonly scope: ArithmeticScope,
    readonly depth: number,
  ) {
    token.lastIndex = 0;
    let end = 0;
    const trimmed = text.trimEnd();
    while (end < trimmed.length) {
      token.lastIndex = end;
      const match = token.exec(trimmed);
      if (!match)
        throw this.#error(`syntax error: invalid arithmetic operator (error token is "${trimmed.slice(end).trim()}")`);
      this.#tokens.push(match[1] ?? match[2] ?? match[3]!);
      end = token.lastIndex;
    }
  }

  run(): bigint {
    const value = this.#expression(0, true);
    if (this.#at < this.#tokens.length) {
      throw this.#error(`syntax error in expression (error token is "${this.#tokens.slice(this.#at).join(' ')}")`);
    }
    return value;
  }

  /** @param live false in a branch that is not taken: it is parsed, and nothing is assigned. */
  #expression(minimum: number, live: boolean): bigint {
    if (++this.#nesting > 500) throw this.#error('expression too deeply nested');
    let left = this.#unary(live);
    for (;;) {
      const operator = this.#tokens[this.#at];
      const precedence = operator === undefined || !Object.hasOwn(binary, operator) ? 0 : binary[operator]!;
      if (precedence === 0 || precedence < minimum || (precedence <= 2 && operator !== ',')) break;
      this.#at++;
      if (operator === '?') left = this.#ternary(left, live);
      else if (operator === '&&')
        left = this.#expression(precedence + 1, live && left !== 0n) !== 0n && left !== 0n ? 1n : 0n;
      else if (operator === '||')
        left = this.#expression(precedence + 1, live && left === 0n) !== 0n || left !== 0n ? 1n : 0n;
      else
        left = this.#apply(
          operator!,
          left,
          this.#expression(operator === '**' ? precedence : precedence + 1, live),
          live,
        );
    }
    this.#nesting--;
    return left;
  }

  #ternary(condition: bigint, live: boolean): bigint {
    const yes = this.#expression(1, live && condition !== 0n);
    if (this.#tokens[this.#at++] !== ':') throw this.#error("syntax error: `:' expected for conditional expression");
    const no = this.#expression(3, live && condition === 0n);
    return condition !== 0n ? yes : no;
  }

  #unary(live: boolean): bigint {
    const operator = this.#tokens[this.#at];
    if (operator === undefined) throw this.#error('syntax error: operand expected (error token is "")');
    if (operator === '++' || operator === '--') {
      this.#at++;
      const name = this.#name();
      const value = this.#read(name, live) + (operator === '++' ? 1n : -1n);
      return this.#assign(name, value, live);
    }
    if (operator === '!' || operator === '~' || operator === '-' || operator === '+') {
      this.#at++;
      const value = this.#unary(live);
      return operator === '!'
        ? value === 0n
          ? 1n
          : 0n
        : operator === '~'
          ? ~value
          : operator === '-'
            ? -value
            : value;
    }
    if (operator === '(') {
      this.#at++;
      const value = this.#expression(0, live);
      if (this.#tokens[this.#at++] !== ')') throw this.#error("missing `)'");
      return value;
    }
    if (/^\d/.test(operator)) {
      this.#at++;
      return number(operator, (message) => this.#error(message));
    }
    const name = this.#name();
    const next = this.#tokens[this.#at];
    if (next === '++' || next === '--') {
      this.#at++;
      const value = this.#read(name, live);
      this.#assign(name, value + (next === '++' ? 1n : -1n), live);
      return value;
    }
    if (next !== undefined && binary[next] === 2) {
      this.#at++;
      const right = this.#expression(2, live);
      return this.#assign(
        name,
        next === '=' ? right : this.#apply(next.slice(0, -1), this.#read(name, live), right, live),
        live,
      );
    }
    return this.#read(name, live);
  }

  #name(): { name: string; subscript?: string } {
    const name = this.#tokens[this.#at];
    if (name === undefined || !/^[A-Za-z_]/.test(name)) {
      throw this.#error(`syntax error: operand expected (error token is "${this.#tokens.slice(this.#at).join(' ')}")`);
    }
    this.#at++;
    if (this.#tokens[this.#at] !== '[') return { name };
    this.#at++;
    const begin = this.#at;
    for (let open = 1; open > 0; this.#at++) {
      const part = this.#tokens[this.#at];
      if (part === undefined) throw this.#error('bad array subscript');
      if (part === '[') open++;
      else if (part === ']') open--;
    }
    return { name, subscript: this.#tokens.slice(begin, this.#at - 1).join(' ') };
  }

  #read({ name, subscript }: { name: string; subscript?: string }, live: boolean): bigint {
    if (!live) return 0n;
    const value = this.scope.get(name, subscript);
    if (/^\s*-?\d{1,15}\s*$/.test(value) && !/^\s*-?0\d/.test(value)) return BigInt(value.trim());
    return evaluate(value, this.scope, this.depth + 1);
  }

  #assign({ name, subscript }: { name: string; subscript?: string }, value: bigint, live: boolean): bigint {
    const wrapped = BigInt.asIntN(64, value);
    if (live) this.scope.set(name, subscript, String(wrapped));
    return wrapped;
  }

  #apply(operator: string, left: bigint, right: bigint, live: boolean): bigint {
    if ((operator === '/' || operator === '%') && right === 0n) {
      if (!live) return 0n;
      throw this.#error('division by 0 (error token is "0")');
    }
    return BigInt.asIntN(
      64,
      compute(operator, left, right, (message) => this.#error(message)),
    );
  }

  #error(message: string): ArithmeticError {
    return new ArithmeticError(`${this.text.trim()}: ${message}`);
  }
}

function compute(operator: string, left: bigint, right: bigint, error: (message: string) => Error): bigint {
  const truth = (value: boolean) => (value ? 1n : 0n);
  switch (operator) {
    case ',':
      return right;
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
    case '**':
      if (right < 0n) throw error('exponent less than 0');
      return power(left, right);
    case '<<':
      return left << (right & 63n);
    case '>>':
      return left >> (right & 63n);
    case '&':
      return left & right;
    case '|':
      return left | right;
    case '^':
      return left ^ right;
    case '==':
      return truth(left === right);
    case '!=':
      return truth(left !== right);
    case '<':
      return truth(left < right);
    case '>':
      return truth(left > right);
    case '<=':
      return truth(left <= right);
    default:
      return truth(left >= right);
  }
}

/** By squaring within 64 bits: an exponent of nineteen digits must not take nineteen digits' worth of time. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let square = BigInt.asIntN(64, base);
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}

function number(text: string, error: (message: string) => Error): bigint {
  const based = /^(\d+)#(.+)$/.exec(text);
  if (!based) {
    if (/^0\d/.test(text)) {
      if (/[89]/.test(text)) throw error(`value too great for base (error token is "${text}")`);
      return BigInt(`0o${text.slice(1)}`);
    }
    return BigInt.asIntN(64, BigInt(text));
  }
  const base = Number(based[1]);
  if (base < 2 || base > 64) throw error(`invalid arithmetic base (error token is "${text}")`);
  const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ@_';
  let value = 0n;
  for (const character of base <= 36 ? based[2]!.toLowerCase() : based[2]!) {
    const digit = digits.indexOf(character);
    if (digit >= base) throw error(`value too great for base (error token is "${text}")`);
    value = BigInt.asIntN(64, value * BigInt(base) + BigInt(digit));
  }
  return value;
}
