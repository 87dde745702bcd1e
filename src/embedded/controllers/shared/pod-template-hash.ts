import type { PodTemplateSpec } from '../../../kubernetes/objects.ts';
import { fnv1a, safeEncode } from './hash.ts';
import { podTemplateLayout } from './pod-template-layout.ts';

/**
 * The hash in the names of ReplicaSets and in the label pod-template-hash. Upstream's controller.ComputeHash takes FNV-1a
 * of what the Go library spew prints of the template, types and absent fields included; to have the same hashes as a real
 * cluster, this prints the same.
 */

interface GoField {
  readonly name: string;
  /** '' for an embedded struct. */
  readonly json: string;
  readonly type: string;
}

type Layout = ReadonlyMap<string, readonly GoField[]>;
type Values = Readonly<Record<string, unknown>>;

/** @param template with its defaults, as the API server returns it */
export class PodTemplateHasher {
  readonly #layout: Layout = readLayout(podTemplateLayout);

  /** @param collisions the Deployment's collisionCount; undefined until there has been a collision */
  hash(template: PodTemplateSpec, collisions?: number): string {
    return safeEncode(fnv1a(Buffer.concat([Buffer.from(this.print(template)), littleEndian(collisions)])));
  }

  /** "(v1.PodTemplateSpec){ObjectMeta:(v1.ObjectMeta){Name:(string) …": spew's "%#v". */
  print(template: PodTemplateSpec): string {
    return this.#typed('v1.PodTemplateSpec', template);
  }

  /** With the type in front, unless the value is an element of a list or a map. */
  #typed(type: string, value: unknown): string {
    return `(${type})${this.#value(type, value)}`;
  }

  #value(type: string, value: unknown): string {
    if (type.startsWith('*')) return value === undefined ? '<nil>' : this.#value(type.slice(1), value);
    if (type.startsWith('[]')) {
      if (!Array.isArray(value) || value.length === 0) return '<nil>';
      return `[${value.map((item: unknown) => this.#value(type.slice(2), item)).join(' ')}]`;
    }
    if (type.startsWith('map[')) return this.#map(type.slice(type.indexOf(']') + 1), value);
    if (type === 'v1.ResourceList') return this.#map('resource.Quantity', value);
    if (type === 'v1.Time') return '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}';
    if (type === 'resource.Quantity') return printQuantity(String(value));
    if (type === 'intstr.IntOrString') return printIntOrString(value);
    const fields = this.#layout.get(type);
    if (fields) return this.#struct(fields, (value ?? {}) as Values);
    return String(value ?? zeroOf(type));
  }

  #struct(fields: readonly GoField[], values: Values): string {
    const printed = fields.map(
      ({ name, json, type }) => `${name}:${this.#typed(type, json === '' ? values : values[json])}`,
    );
    return `{${printed.join(' ')}}`;
  }

  #map(type: string, value: unknown): string {
    const entries = Object.entries((value ?? {}) as Values);
    if (entries.length === 0) return '<nil>';
    const sorted = entries.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return `map[${sorted.map(([key, each]) => `${key}:${this.#value(type, each)}`).join(' ')}]`;
  }
}

function zeroOf(type: string): string {
  if (type === 'bool') return 'false';
  return /^u?int/.test(type) ? '0' : '';
}

function readLayout(text: string): Layout {
  const layout = new Map<string, GoField[]>();
  let fields: GoField[] = [];
  for (const line of text.trim().split('\n')) {
    if (line.startsWith(' ')) {
      fields.push(...line.trim().split(' ').map(readField));
    } else {
      fields = [];
      layout.set(line, fields);
    }
  }
  return layout;
}

function readField(word: string): GoField {
  const [names = '', type = ''] = word.split(':');
  const [name = '', json = name.charAt(0).toLowerCase() + name.slice(1)] = names.split('/');
  return { name, json, type };
}

function printIntOrString(value: unknown): string {
  const text = typeof value === 'string';
  return `{Type:(intstr.Type)${text ? 1 : 0} IntVal:(int32)${text ? 0 : (value ?? 0)} StrVal:(string)${text ? value : ''}}`;
}

/** Eight bytes, of which upstream uses four; none where there have been no collisions. */
function littleEndian(collisions: number | undefined): Buffer {
  const bytes = Buffer.alloc(collisions === undefined ? 0 : 8);
  if (collisions !== undefined) bytes.writeUInt32LE(collisions);
  return bytes;
}

const binaryExponents: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
const decimalExponents: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  '': 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};

/** The fields of a Quantity after resource.ParseQuantity has read it. @param text in canonical form */
function printQuantity(text: string): string {
  if (text === '0') return printAmount(0n, 0, text, 'DecimalSI');
  const [, sign = '', digits = '', suffix = ''] = /^([+-]?)([0-9]+)(.*)$/.exec(text) ?? [];
  const number = BigInt(`${sign === '-' ? '-' : ''}${digits}`);
  const binary = binaryExponents[suffix];
  if (binary !== undefined) {
    const value = number << BigInt(binary);
    const exact = 15 - digits.length - Math.trunc((binary * 3) / 10) - 1 >= 0;
    if (!exact) return printDecimal(value * 10n ** 9n, 'BinarySI');
    // Only a text that cannot be written shorter is kept.
    return printAmount(value, 0, binary % 10 === 0 && (number & 7n) !== 0n ? text : '', 'BinarySI');
  }
  const exponential = /^[eE](.+)$/.exec(suffix)?.[1];
  const exponent = exponential === undefined ? (decimalExponents[suffix] ?? 0) : Number(exponential);
  const format = exponential === undefined ? 'DecimalSI' : 'DecimalExponent';
  if (digits.length > 18 || exponent < -9)
    return printDecimal(number * 10n ** BigInt(Math.max(0, exponent + 9)), format);
  const canonical = exponent % 3 === 0 && !digits.endsWith('000') && !digits.startsWith('0');
  return printAmount(number, exponent, canonical ? text : '', format);
}

function printAmount(value: bigint, scale: number, text: string, format: string): string {
  return `{i:(resource.int64Amount){value:(int64)${value} scale:(resource.Scale)${scale}} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${text} Format:(resource.Format)${format}}`;
}

/** What is too large for 64 bits. @param nanos in billionths */
function printDecimal(nanos: bigint, format: string): string {
  const words: bigint[] = [];
  for (let rest = nanos < 0n ? -nanos : nanos; rest > 0n; rest >>= 64n) words.push(rest & (2n ** 64n - 1n));
  return `{i:(resource.int64Amount){value:(int64)0 scale:(resource.Scale)0} d:(resource.infDecAmount){Dec:(*inf.Dec){unscaled:(big.Int){neg:(bool)${nanos < 0n} abs:(big.nat)[${words.join(' ')}]} scale:(inf.Scale)9}} s:(string) Format:(resource.Format)${format}}`;
}
