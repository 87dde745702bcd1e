/**
 * Amounts of resources, "500m", "1Gi", "12e6": k8s.io/apimachinery/pkg/api/resource. Exact, whatever the size; parsing,
 * rounding and the canonical form follow upstream's code, oddities included, because they show in `get -o yaml`.
 */

export type QuantityFormat = 'DecimalSI' | 'BinarySI' | 'DecimalExponent';

/** The text is upstream's; the API server puts the field in front of it. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError';
}

const formatWrong = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const wrongNumber = 'unable to parse numeric part of quantity';
const wrongSuffix = "unable to parse quantity's suffix";

const decimalSuffixes: ReadonlyMap<string, number> = new Map([
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]);
const binarySuffixes: ReadonlyMap<string, number> = new Map([
  ['Ki', 10],
  ['Mi', 20],
  ['Gi', 30],
  ['Ti', 40],
  ['Pi', 50],
  ['Ei', 60],
]);
const decimalByExponent = new Map([...decimalSuffixes].map(([suffix, exponent]) => [exponent, suffix]));
const binaryByExponent = new Map([...binarySuffixes].map(([suffix, exponent]) => [exponent, suffix]));

const largest = 2n ** 63n - 1n;
/** No amount is finer than this power of ten: anything smaller is rounded up to it. */
const nano = -9;
/** Beyond so many powers of ten between them, adding one amount to another is taken to change nothing. */
const farApart = 4096;

/** Immutable. `mantissa * 10 ** exponent`. */
export class Quantity {
  readonly format: QuantityFormat;
  readonly #mantissa: bigint;
  readonly #exponent: number;
  readonly #written: string | undefined;
  #text: string | undefined;

  /** @param text the form to print, where that is settled already */
  constructor(mantissa: bigint, exponent: number, format: QuantityFormat, text?: string) {
    this.#mantissa = mantissa;
    this.#exponent = mantissa === 0n ? 0 : exponent;
    this.format = format;
    this.#written = text;
    this.#text = text;
  }

  /**
   * A number stands for the same digits as a string (YAML's `cpu: 0.5`).
   * @throws QuantityError
   */
  static parse(input: string | number): Quantity {
    const text = typeof input === 'number' ? String(input).replace('e+', 'e') : input.trim();
    if (text === '') throw new QuantityError(formatWrong);
    const { negative, integer, fraction, suffix, digits } = split(text);
    const { base, exponent, format } = interpret(suffix);
    const amount = fast(text, negative, integer, fraction, exponent, format);
    if (amount) return amount;
    if (!digits) throw new QuantityError(wrongNumber);
    return slow(negative, integer, fraction, base, exponent, format);
  }

  /** The same, or undefined where `input` is no quantity. */
  static tryParse(input: string | number | undefined): Quantity | undefined {
    if (input === undefined) return undefined;
    try {
      return Quantity.parse(input);
    } catch (error) {
      if (error instanceof QuantityError) return undefined;
      throw error;
    }
  }

  static of(value: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
    return new Quantity(BigInt(value), 0, format);
  }

  static ofMilli(value: number | bigint, format: QuantityFormat = 'DecimalSI'): Quantity {
    return new Quantity(BigInt(value), -3, format);
  }

  static readonly zero: Quantity = new Quantity(0n, 0, 'DecimalSI', '0');

  /** -1, 0 or 1. */
  get sign(): -1 | 0 | 1 {
    return this.#mantissa === 0n ? 0 : this.#mantissa < 0n ? -1 : 1;
  }

  get isZero(): boolean {
    return this.#mantissa === 0n;
  }

  /** -1 where this is less than `other`, 0 where they are equal, 1 where it is more. */
  compare(other: Quantity): -1 | 0 | 1 {
    if (this.sign !== other.sign) return this.sign < other.sign ? -1 : 1;
    const magnitude = this.#magnitude() - other.#magnitude();
    if (magnitude !== 0) return magnitude < 0 === this.sign > 0 ? -1 : 1;
    const [a, b] = this.#aligned(other);
    return a === b ? 0 : a < b ? -1 : 1;
  }

  equals(other: Quantity): boolean {
    return this.compare(other) === 0;
  }

  /** Takes the other's format where this is zero, as upstream's Add does. */
  plus(other: Quantity): Quantity {
    const format = this.isZero ? other.format : this.format;
    if (this.isZero) return new Quantity(other.#mantissa, other.#exponent, format);
    if (other.isZero) return new Quantity(this.#mantissa, this.#exponent, format);
    if (Math.abs(this.#exponent - other.#exponent) > farApart) {
      const larger = this.#magnitude() > other.#magnitude() ? this : other;
      return new Quantity(larger.#mantissa, larger.#exponent, format);
    }
    const [a, b] = this.#aligned(other);
    return new Quantity(a + b, Math.min(this.#exponent, other.#exponent), format);
  }

  minus(other: Quantity): Quantity {
    return this.plus(other.negated());
  }

  negated(): Quantity {
    return new Quantity(-this.#mantissa, this.#exponent, this.format);
  }

  times(factor: number | bigint): Quantity {
    return new Quantity(this.#mantissa * BigInt(factor), this.#exponent, this.format);
  }

  /** In units of `10 ** exponent`, rounded away from zero. */
  scaled(exponent: number): bigint {
    const shift = this.#exponent - exponent;
    if (shift >= 0) return this.#mantissa * 10n ** BigInt(Math.min(shift, farApart));
    if (this.#magnitude() <= exponent) return BigInt(this.sign);
    return divideAwayFromZero(this.#mantissa, 10n ** BigInt(-shift));
  }

  /** Whole units (bytes, CPUs), rounded up. */
  value(): number {
    return Number(this.scaled(0));
  }

  milliValue(): number {
    return Number(this.scaled(-3));
  }

  /** Whether it is a whole number of units. */
  get isInteger(): boolean {
    return (
      this.#exponent >= 0 || (-this.#exponent <= farApart && this.#mantissa % 10n ** BigInt(-this.#exponent) === 0n)
    );
  }

  /** The nearest floating point number. */
  toNumber(): number {
    return Number(`${this.#mantissa}e${this.#exponent}`);
  }

  /** The text it was parsed from where that was canonical, else the canonical form: "1.5Gi" is "1536Mi". */
  toString(): string {
    this.#text ??= this.#canonical();
    return this.#text;
  }

  /** The text it was parsed from, where upstream's parser keeps that; short of a few that is what was canonical. */
  get written(): string | undefined {
    return this.#written;
  }

  toJSON(): string {
    return this.toString();
  }

  #canonical(): string {
    if (this.isZero) return '0';
    if (this.format === 'BinarySI' && this.isInteger) {
      let amount = this.scaled(0);
      if (amount <= -1024n || amount >= 1024n) {
        let exponent = 0;
        for (; amount % 1024n === 0n; amount /= 1024n) exponent += 10;
        return `${amount}${binaryByExponent.get(exponent) ?? ''}`;
      }
    }
    let mantissa = this.#mantissa;
    let exponent = this.#exponent;
    for (; mantissa % 10n === 0n; mantissa /= 10n) exponent++;
    const excess = ((exponent % 3) + 3) % 3;
    const digits = `${mantissa}${'0'.repeat(excess)}`;
    exponent -= excess;
    if (this.format === 'DecimalExponent') return exponent === 0 ? digits : `${digits}e${exponent}`;
    return `${digits}${decimalByExponent.get(exponent) ?? ''}`;
  }

  /** The power of ten just above the absolute value. */
  #magnitude(): number {
    const digits = this.#mantissa.toString();
    return (this.#mantissa < 0n ? digits.length - 1 : digits.length) + this.#exponent;
  }

  #aligned(other: Quantity): [bigint, bigint] {
    const exponent = Math.min(this.#exponent, other.#exponent);
    return [
      this.#mantissa * 10n ** BigInt(this.#exponent - exponent),
      other.#mantissa * 10n ** BigInt(other.#exponent - exponent),
    ];
  }
}

/** parseQuantityString: it takes more than it should ("-", "1.G"), and so do real clusters. */
function split(text: string) {
  const match = /^([+-]?)(0*)([0-9]*)(?:\.([0-9]*))?(.*)$/s.exec(text)!;
  const [, sign, zeros, integer, fraction = '', suffix = ''] = match;
  if (!/^[eEinumkKMGTP]*[-+]?[0-9]*$/.test(suffix)) throw new QuantityError(formatWrong);
  return {
    negative: sign === '-',
    integer: integer || '0',
    fraction,
    suffix,
    digits: zeros + integer! + fraction !== '',
  };
}

function interpret(suffix: string): { base: 2 | 10; exponent: number; format: QuantityFormat } {
  const decimal = decimalSuffixes.get(suffix);
  if (decimal !== undefined) return { base: 10, exponent: decimal, format: 'DecimalSI' };
  const binary = binarySuffixes.get(suffix);
  if (binary !== undefined) return { base: 2, exponent: binary, format: 'BinarySI' };
  if (/^[eE][-+]?[0-9]+$/.test(suffix)) {
    const exponent = BigInt(suffix.slice(1).replace('+', ''));
    if (BigInt.asIntN(64, exponent) === exponent) {
      return { base: 10, exponent: Number(BigInt.asIntN(32, exponent)), format: 'DecimalExponent' };
    }
  }
  throw new QuantityError(wrongSuffix);
}

/** Amounts of up to 18 digits: a text in canonical form is kept as it is. */
function fast(
  text: string,
  negative: boolean,
  integer: string,
  fraction: string,
  exponent: number,
  format: QuantityFormat,
): Quantity | undefined {
  const binary = format === 'BinarySI';
  if (binary && fraction !== '') return undefined;
  const precision = binary
    ? 15 - integer.length - Math.trunc(exponent * 0.3) - 1
    : 18 - integer.length - fraction.length;
  const scale = (binary ? 0 : exponent) - fraction.length;
  if (precision < 0 || scale < nano) return undefined;
  const digits = integer + fraction;
  const value = BigInt(digits);
  const amount = binary ? value << BigInt(exponent) : value;
  const canonical = binary
    ? (value & 7n) !== 0n
    : scale % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
  return new Quantity(negative ? -amount : amount, scale, format, canonical ? text : text === '0' ? '0' : undefined);
}

function slow(
  negative: boolean,
  integer: string,
  fraction: string,
  base: 2 | 10,
  suffixExponent: number,
  format: QuantityFormat,
): Quantity {
  const digits = integer + fraction;
  if (digits.length > 1024) throw new QuantityError(wrongNumber);
  let mantissa = BigInt(digits);
  let exponent = -fraction.length;
  if (base === 10) exponent += suffixExponent;
  else mantissa <<= BigInt(suffixExponent);
  if (mantissa !== 0n && exponent < nano) {
    const tooFine = digits.length + 20 + exponent < nano;
    mantissa = tooFine ? 1n : divideAwayFromZero(mantissa, 10n ** BigInt(nano - exponent));
    exponent = nano;
  }
  if (base === 2) {
    const unit = 10n ** BigInt(-exponent);
    if (mantissa > largest * unit) {
      mantissa = largest;
      exponent = 0;
    } else if (mantissa < unit && mantissa > 0n) {
      return new Quantity(negative ? -mantissa : mantissa, exponent, 'DecimalSI');
    }
  }
  return new Quantity(negative ? -mantissa : mantissa, exponent, format);
}

function divideAwayFromZero(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (quotient * divisor === value) return quotient;
  return value < 0n ? quotient - 1n : quotient + 1n;
}
