import { goQuote } from './go-format.ts';

/**
 * CronJob schedules. Syntax, error texts and the order of firing follow github.com/robfig/cron/v3 (ParseStandard), which
 * both the API server's validation and the CronJob controller use.
 */

export interface Schedule {
  /**
   * The first time after `after` at which the schedule fires, in milliseconds since the epoch, to the second.
   * Undefined when there is none within five years ("0 0 31 2 *").
   */
  next(after: number): number | undefined;
}

/** A schedule that cannot be read; the message is the one Kubernetes shows. */
export class ScheduleError extends Error {
  override name = 'ScheduleError';
}

/**
 * @param text five fields ("0/5 2-4 * JAN-MAR sun"), a descriptor ("@daily") or an interval ("@every 1h30m"), optionally
 *   preceded by "TZ=Europe/Berlin " or "CRON_TZ=Europe/Berlin "
 * @param timeZone an IANA name; where it and the prefix are missing the schedule is read in UTC, the time zone of a
 *   controller manager in a container
 * @throws ScheduleError
 */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  if (text === '') throw new ScheduleError('empty spec string');
  let zone = timeZone;
  let spec = text;
  const prefix = /^(?:CRON_)?TZ=/.exec(text)?.[0];
  if (prefix !== undefined) {
    const end = text.indexOf(' ');
    // Upstream slices up to a space that is not there and panics; naming the fields that are missing serves better.
    if (end < 0) throw new ScheduleError('expected exactly 5 fields, found 0: []');
    zone = text.slice(prefix.length, end);
    const problem = timeZoneProblem(zone);
    if (problem !== undefined) throw new ScheduleError(`provided bad location ${zone}: ${problem}`);
    spec = text.slice(end).trim();
  }
  if (spec.startsWith('@')) return parseDescriptor(spec, zone);
  const fields = spec.split(/\s+/u).filter((field) => field !== '');
  if (fields.length !== 5) {
    throw new ScheduleError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`);
  }
  const [minutes, hours, days, months, weekdays] = fields.map((field, index) => parseField(field, bounds[index]!));
  return wallClockSchedule(
    { minutes: minutes!, hours: hours!, days: days!, months: months!, weekdays: weekdays! },
    zone || 'UTC',
  );
}

/**
 * Why Go's time.LoadLocation refuses a name, or undefined when it is a time zone. Names are case-sensitive there, as
 * file names are, while Intl takes them in any case.
 */
export function timeZoneProblem(name: string): string | undefined {
  if (name === '' || name === 'UTC' || name === 'Local') return undefined;
  if (name.includes('..') || /^[/\\]/.test(name)) return 'time: invalid location name';
  const unknown = `unknown time zone ${name}`;
  if (!name.split('/').every((part) => /^[A-Z][A-Za-z0-9_+.-]*$/.test(part))) return unknown;
  try {
    const canonical = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
    const wrongCase = canonical !== name && canonical.toLowerCase() === name.toLowerCase();
    return wrongCase ? unknown : undefined;
  } catch {
    return unknown;
  }
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: Readonly<Record<string, number>>;
}

const monthNames = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdayNames = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const bounds: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: Object.fromEntries(monthNames.map((name, index) => [name, index + 1])) },
  { min: 0, max: 6, names: Object.fromEntries(weekdayNames.map((name, index) => [name, index])) },
];

/** `any` remembers a bare star: with one, day of month and day of week must both match, otherwise either suffices. */
interface Field {
  readonly values: ReadonlySet<number>;
  readonly any: boolean;
}

interface Fields {
  readonly minutes: Field;
  readonly hours: Field;
  readonly days: Field;
  readonly months: Field;
  readonly weekdays: Field;
}

function parseField(field: string, range: Bounds): Field {
  const values = new Set<number>();
  let any = false;
  for (const part of field.split(',')) {
    if (part === '') continue;
    const parsed = parseRange(part, range);
    any ||= parsed.any;
    for (let value = parsed.start; value <= parsed.end; value += parsed.step) values.add(value);
  }
  return { values, any };
}

// "*", "?", "3", "mon", "1-5", "*/15", "10/20" (from 10 on), "0-30/10".
function parseRange(text: string, { min, max, names }: Bounds) {
  const [range, stepText, ...moreSlashes] = text.split('/');
  const [low, high, ...moreHyphens] = range!.split('-');
  const star = low === '*' || low === '?';
  const start = star ? min : parseNumberOrName(low!, names);
  if (!star && moreHyphens.length > 0) throw new ScheduleError(`too many hyphens: ${text}`);
  let end = star ? max : high === undefined ? start : parseNumberOrName(high, names);
  let step = 1;
  if (moreSlashes.length > 0) throw new ScheduleError(`too many slashes: ${text}`);
  if (stepText !== undefined) {
    step = parseNumber(stepText);
    if (high === undefined) end = max;
  }
  if (start < min) throw new ScheduleError(`beginning of range (${start}) below minimum (${min}): ${text}`);
  if (end > max) throw new ScheduleError(`end of range (${end}) above maximum (${max}): ${text}`);
  if (start > end) throw new ScheduleError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new ScheduleError(`step of range should be a positive number: ${text}`);
  return { start, end, step, any: star && step === 1 };
}

function parseNumberOrName(text: string, names: Bounds['names']): number {
  const name = text.toLowerCase();
  return names && Object.hasOwn(names, name) ? names[name]! : parseNumber(text);
}

function parseNumber(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text)) {
    const problem = `strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`;
    throw new ScheduleError(`failed to parse int from ${text}: ${problem}`);
  }
  const value = BigInt(text.replace(/^\+/, ''));
  if (BigInt.asIntN(64, value) !== value) {
    const problem = `strconv.Atoi: parsing ${goQuote(text)}: value out of range`;
    throw new ScheduleError(`failed to parse int from ${text}: ${problem}`);
  }
  if (value < 0n) throw new ScheduleError(`negative number (${value}) not allowed: ${text}`);
  return Number(value);
}

const descriptors: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

function parseDescriptor(text: string, zone: string): Schedule {
  if (Object.hasOwn(descriptors, text)) return parseSchedule(descriptors[text]!, zone);
  if (!text.startsWith('@every ')) throw new ScheduleError(`unrecognized descriptor: ${text}`);
  const duration = parseDuration(text.slice('@every '.length));
  if (typeof duration === 'string') throw new ScheduleError(`failed to parse duration ${text}: ${duration}`);
  const delay = Math.max(1, Math.trunc(duration / 1000)) * 1000;
  return { next: (after) => Math.floor(after / 1000) * 1000 + delay };
}

const units: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Go's time.ParseDuration: milliseconds, or the text of its error. */
function parseDuration(text: string): number | string {
  const quoted = goQuote(text);
  const invalid = `time: invalid duration ${quoted}`;
  const sign = text.startsWith('-') ? -1 : 1;
  let rest = text.replace(/^[+-]/, '');
  if (rest === '0') return 0;
  if (rest === '') return invalid;
  let total = 0;
  while (rest !== '') {
    const number = /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)/.exec(rest)?.[0];
    if (number === undefined) return invalid;
    rest = rest.slice(number.length);
    const unit = /^[^0-9.]*/.exec(rest)![0];
    if (unit === '') return `time: missing unit in duration ${quoted}`;
    if (!Object.hasOwn(units, unit)) return `time: unknown unit ${goQuote(unit)} in duration ${quoted}`;
    total += Number(number) * units[unit]!;
    rest = rest.slice(unit.length);
  }
  // Go counts nanoseconds in 64 bits.
  return total > Number(2n ** 63n - 1n) / 1e6 ? invalid : sign * total;
}

const day = 86_400_000;

function wallClockSchedule(fields: Fields, zone: string): Schedule {
  const offset = zoneOffset(zone);
  const times = [...fields.hours.values]
    .sort((a, b) => a - b)
    .flatMap((hour) => [...fields.minutes.values].sort((a, b) => a - b).map((minute) => hour * 60 + minute))
    .map((minutes) => minutes * 60_000);

  const dayMatches = (date: Date) => {
    if (!fields.months.values.has(date.getUTCMonth() + 1)) return false;
    const inMonth = fields.days.values.has(date.getUTCDate());
    const inWeek = fields.weekdays.values.has(date.getUTCDay());
    return fields.days.any || fields.weekdays.any ? inMonth && inWeek : inMonth || inWeek;
  };

  return {
    next(after) {
      const local = after + offset(after);
      const lastYear = new Date(local).getUTCFullYear() + 5;
      // Local dates are counted as if they were UTC; the day before is looked at too, for clocks that were put back.
      for (let start = Math.floor(local / day) * day - day; ; start += day) {
        const date = new Date(start);
        if (date.getUTCFullYear() > lastYear) return undefined;
        if (!dayMatches(date)) continue;
        const found = firstInstant(start, times, after, offset);
        if (found !== undefined) return found;
      }
    },
  };
}

/**
 * The earliest instant after `after` at which a clock of the zone shows one of `times` on the local date `start`. A
 * time the clock skips in spring is never shown; one it shows twice in autumn counts twice.
 */
function firstInstant(
  start: number,
  times: readonly number[],
  after: number,
  offset: (instant: number) => number,
): number | undefined {
  const offsets = new Set([offset(start - day), offset(start + day / 2), offset(start + 2 * day)]);
  let earliest: number | undefined;
  for (const time of times) {
    for (const candidate of offsets) {
      const instant = start + time - candidate;
      if (instant <= after || offset(instant) !== candidate) continue;
      if (earliest === undefined || instant < earliest) earliest = instant;
    }
    if (earliest !== undefined && offsets.size === 1) break;
  }
  return earliest;
}

/** Milliseconds that a zone's clocks are ahead of UTC at an instant. */
function zoneOffset(zone: string): (instant: number) => number {
  if (zone === 'UTC' || zone === 'Local') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instant) => {
    const parts = new Map(format.formatToParts(instant).map((part) => [part.type, Number(part.value)]));
    const get = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const shown = Date.UTC(get('year'), get('month') - 1, get('day'), get('hour'), get('minute'), get('second'));
    return shown - Math.floor(instant / 1000) * 1000;
  };
}
