import { goQuote } from '../../../kubernetes/go-format.ts';

const layouts = {
  time: '2006-01-02T15:04:05Z07:00',
  microTime: '2006-01-02T15:04:05.000000Z07:00',
};

/** The text is Go's. */
export class TimeError extends Error {
  override readonly name = 'TimeError';
}

/**
 * Parses as Go's time.Parse does and writes as metav1.Time ("2026-01-02T15:04:05Z", cut to seconds) or metav1.MicroTime
 * (six decimals) do; null for the zero time.
 * @throws TimeError
 */
export function canonicalTime(text: string, kind: 'time' | 'microTime'): string | null {
  const layout = layouts[kind];
  let rest = text;
  const cannot = (part: string) =>
    new TimeError(
      `parsing time ${goQuote(text)} as ${goQuote(layout)}: cannot parse ${goQuote(rest)} as ${goQuote(part)}`,
    );
  const take = (pattern: RegExp, part: string): string => {
    const found = rest.match(pattern)?.[0];
    if (found === undefined) throw cannot(part);
    rest = rest.slice(found.length);
    return found;
  };
  const outOfRange = (what: string) => new TimeError(`parsing time ${goQuote(text)}: ${what} out of range`);
  const part = (pattern: RegExp, name: string, what: string, least: number, most: number): number => {
    const value = Number(take(pattern, name));
    if (value < least || value > most) throw outOfRange(what);
    return value;
  };

  const year = Number(take(/^\d{4}/, '2006'));
  take(/^-/, '-');
  const month = part(/^\d\d/, '01', 'month', 1, 12);
  take(/^-/, '-');
  const day = Number(take(/^\d\d/, '02'));
  take(/^T/, 'T');
  const hour = part(/^\d\d/, '15', 'hour', 0, 23);
  take(/^:/, ':');
  const minute = part(/^\d\d/, '04', 'minute', 0, 59);
  take(/^:/, ':');
  const second = part(/^\d\d/, '05', 'second', 0, 59);
  // Seconds may have a fraction whatever the layout; MicroTime's layout wants exactly its six digits.
  const fraction = kind === 'microTime' ? take(/^[.,]\d{6}/, '.000000') : (rest.match(/^[.,]\d+/)?.[0] ?? '');
  if (kind === 'time') rest = rest.slice(fraction.length);
  const zone = take(/^(Z|[+-]\d\d:\d\d)/, 'Z07:00');
  if (rest !== '') throw new TimeError(`parsing time ${goQuote(text)}: extra text: ${goQuote(rest)}`);
  if (day < 1 || day > daysIn(year, month)) throw outOfRange('day');

  const offset =
    zone === 'Z' ? 0 : (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4)));
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute - offset, second);
  const seconds = date.toISOString().slice(0, 19);
  if (seconds === '0001-01-01T00:00:00' && /^\D?0*$/.test(fraction)) return null;
  return kind === 'time' ? `${seconds}Z` : `${seconds}.${fraction.slice(1)}Z`;
}

function daysIn(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]!;
}
