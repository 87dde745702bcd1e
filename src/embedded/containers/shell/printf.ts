/** The escapes of echo -e, printf and $'…'. `stop` tells of \c, which ends the output. */
export function unescapeText(text: string, octalWithZero: boolean): { text: string; stop: boolean } {
  const named: Record<string, string> = {
    a: '\x07',
    b: '\b',
    e: '\x1b',
    E: '\x1b',
    f: '\f',
    n: '\n',
    r: '\r',
    t: '\t',
    v: '\v',
    '\\': '\\',
  };
  let result = '';
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== '\\' || index + 1 >= text.length) {
      result += text[index];
      continue;
    }
    const next = text[++index]!;
    if (next === 'c') return { text: result, stop: true };
    if (Object.hasOwn(named, next)) {
      result += named[next];
      continue;
    }
    const rest = text.slice(index);
    const octal = octalWithZero ? /^0([0-7]{0,3})/.exec(rest) : /^([0-7]{1,3})/.exec(rest);
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest);
    const unicode = /^(?:u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8}))/.exec(rest);
    if (octal) result += String.fromCharCode(Number.parseInt(octal[1] || '0', 8));
    else if (hex) result += String.fromCharCode(Number.parseInt(hex[1]!, 16));
    else if (unicode)
      result += String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(unicode[1] ?? unicode[2]!, 16)));
    else result += `\\${next}`;
    const length = (octal ?? hex ?? unicode)?.[0].length ?? 1;
    index += length - 1;
  }
  return { text: result, stop: false };
}

export interface Printed {
  readonly text: string;
  readonly errors: readonly string[];
}

/** printf(1): the format is used again while arguments are left. @param now milliseconds, for %(…)T. */
export function printf(format: string, args: readonly string[], now: number): Printed {
  const errors: string[] = [];
  let text = '';
  let index = 0;
  do {
    const before = index;
    let stopped = false;
    const pattern =
      /\\(?:x[0-9a-fA-F]{1,2}|[0-7]{1,3}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|.)|%%|%([-+ #0']*)(\*|\d+)?(?:\.(\*|\d+)?)?(\([^)]*\)T|[a-zA-Z])|[^\\%]+|./gs;
    for (const match of format.matchAll(pattern)) {
      const [whole, flags = '', width, precision, conversion] = match;
      if (whole === '%%') text += '%';
      else if (whole.startsWith('\\')) {
        const escaped = unescapeText(whole, false);
        text += escaped.text;
        if (escaped.stop) {
          stopped = true;
          break;
        }
      } else if (conversion === undefined) text += whole;
      else {
        const next = () => args[index++];
        const columns = Math.min(1_000_000, width === '*' ? Number(next() ?? 0) : Number(width ?? 0));
        const digits = whole.includes('.')
          ? precision === '*'
            ? Number(next() ?? 0)
            : Number(precision ?? 0)
          : undefined;
        const converted = convert(conversion, flags, digits, next(), now, errors);
        text += pad(converted.text, columns, flags, converted.numeric);
        if (converted.stop) return { text, errors };
      }
    }
    if (stopped || index === before) break;
    if (text.length > 16 * 1024 * 1024) break;
  } while (index < args.length);
  return { text, errors };
}

function pad(text: string, columns: number, flags: string, numeric: boolean): string {
  if (text.length >= columns) return text;
  if (flags.includes('-')) return text.padEnd(columns);
  if (flags.includes('0') && numeric) {
    const sign = /^[-+]/.exec(text)?.[0] ?? '';
    return sign + text.slice(sign.length).padStart(columns - sign.length, '0');
  }
  return text.padStart(columns);
}

function convert(
  conversion: string,
  flags: string,
  precision: number | undefined,
  argument: string | undefined,
  now: number,
  errors: string[],
): { text: string; numeric: boolean; stop?: boolean } {
  const value = argument ?? '';
  switch (conversion) {
    case 's':
      return { text: precision === undefined ? value : value.slice(0, precision), numeric: false };
    case 'b': {
      const escaped = unescapeText(value, true);
      return { text: escaped.text, numeric: false, stop: escaped.stop };
    }
    case 'q':
      return {
        text: /^[\w@%+=:,./-]+$/.test(value) ? value : value === '' ? "''" : value.replace(/[^\w@%+=:,./-]/g, '\\$&'),
        numeric: false,
      };
    case 'c':
      return { text: value.slice(0, 1), numeric: false };
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X': {
      const integer = toInteger(value, errors);
      const unsigned = BigInt.asUintN(64, integer);
      let digits =
        conversion === 'd' || conversion === 'i'
          ? String(integer < 0n ? -integer : integer)
          : unsigned.toString(conversion === 'o' ? 8 : conversion === 'u' ? 10 : 16);
      if (conversion === 'X') digits = digits.toUpperCase();
      if (precision !== undefined) digits = digits.padStart(precision, '0');
      if (flags.includes('#') && /[xX]/.test(conversion) && integer !== 0n) digits = `0${conversion}${digits}`;
      const negative = integer < 0n && /[di]/.test(conversion);
      const sign = negative ? '-' : flags.includes('+') && /[di]/.test(conversion) ? '+' : '';
      return { text: sign + digits, numeric: true };
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G': {
      const number = Number(value || 0);
      if (Number.isNaN(number)) errors.push(`${value}: invalid number`);
      const finite = Number.isNaN(number) ? 0 : number;
      const places = Math.min(100, precision ?? 6);
      let text = /[fF]/.test(conversion)
        ? finite.toFixed(places)
        : /[eE]/.test(conversion)
          ? finite.toExponential(places).replace(/e([+-])(\d)$/, 'e$10$2')
          : String(Number(finite.toPrecision(places || 1)));
      if (flags.includes('+') && finite >= 0) text = `+${text}`;
      return { text, numeric: true };
    }
    default:
      if (conversion.endsWith('T')) {
        const seconds = value === '' || value === '-1' ? Math.floor(now / 1000) : Number(value);
        return { text: strftime(conversion.slice(1, -2) || '%H:%M:%S', seconds * 1000), numeric: false };
      }
      errors.push(`%${conversion}: invalid directive`);
      return { text: '', numeric: false };
  }
}

function toInteger(text: string, errors: string[]): bigint {
  if (text === '') return 0n;
  if (/^["']./.test(text)) return BigInt(text.codePointAt(1)!);
  const match = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(text);
  if (!match || match[0].length !== text.trimEnd().length) errors.push(`${text}: invalid number`);
  if (!match) return 0n;
  const digits = /^0\d/.test(match[2]!) ? `0o${match[2]!.slice(1)}` : match[2]!;
  const value = /^0o.*[89]/.test(digits) ? 0n : BigInt(digits);
  return BigInt.asIntN(64, match[1] === '-' ? -value : value);
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** strftime(3) in UTC, where containers live. @param at milliseconds since the epoch. */
export function strftime(format: string, at: number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const dayOfYear = () => Math.floor((at - Date.UTC(date.getUTCFullYear(), 0, 1)) / 86_400_000) + 1;
  const hour12 = () => date.getUTCHours() % 12 || 12;
  const codes: Record<string, () => string> = {
    Y: () => String(date.getUTCFullYear()),
    y: () => two(date.getUTCFullYear() % 100),
    C: () => two(Math.floor(date.getUTCFullYear() / 100)),
    m: () => two(date.getUTCMonth() + 1),
    d: () => two(date.getUTCDate()),
    e: () => String(date.getUTCDate()).padStart(2),
    H: () => two(date.getUTCHours()),
    I: () => two(hour12()),
    k: () => String(date.getUTCHours()).padStart(2),
    l: () => String(hour12()).padStart(2),
    M: () => two(date.getUTCMinutes()),
    S: () => two(date.getUTCSeconds()),
    N: () => `${String(date.getUTCMilliseconds()).padStart(3, '0')}000000`,
    p: () => (date.getUTCHours() < 12 ? 'AM' : 'PM'),
    P: () => (date.getUTCHours() < 12 ? 'am' : 'pm'),
    a: () => days[date.getUTCDay()]!.slice(0, 3),
    A: () => days[date.getUTCDay()]!,
    b: () => months[date.getUTCMonth()]!.slice(0, 3),
    h: () => months[date.getUTCMonth()]!.slice(0, 3),
    B: () => months[date.getUTCMonth()]!,
    j: () => String(dayOfYear()).padStart(3, '0'),
    u: () => String(date.getUTCDay() || 7),
    w: () => String(date.getUTCDay()),
    s: () => String(Math.floor(at / 1000)),
    z: () => '+0000',
    Z: () => 'UTC',
    n: () => '\n',
    t: () => '\t',
    '%': () => '%',
    F: () => strftime('%Y-%m-%d', at),
    T: () => strftime('%H:%M:%S', at),
    R: () => strftime('%H:%M', at),
    r: () => strftime('%I:%M:%S %p', at),
    D: () => strftime('%m/%d/%y', at),
    x: () => strftime('%m/%d/%y', at),
    X: () => strftime('%H:%M:%S', at),
    c: () => strftime('%a %b %e %H:%M:%S %Y', at),
  };
  return format.replace(
    /%(-|_|0|\^)?(:?)(\d?)([A-Za-z%])/g,
    (whole, flag: string | undefined, colon: string, digits: string, code: string) => {
      if (!Object.hasOwn(codes, code)) return whole;
      const text = code === 'z' && colon ? '+00:00' : codes[code]!();
      if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '');
      if (flag === '^') return text.toUpperCase();
      return code === 'N' && digits ? text.slice(0, Number(digits)) : text;
    },
  );
}
