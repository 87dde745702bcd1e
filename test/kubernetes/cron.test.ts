import { describe, expect, it } from 'vitest';
import { parseSchedule, ScheduleError, timeZoneProblem } from '../../src/kubernetes/cron.ts';

/** The next `count` times of a schedule, as UTC without the zone: "2026-01-01 00:05:00". */
function times(text: string, after: string, { count = 3, timeZone }: { count?: number; timeZone?: string } = {}) {
  const schedule = parseSchedule(text, timeZone);
  const found: string[] = [];
  let time: number | undefined = Date.parse(after);
  while (found.length < count) {
    time = schedule.next(time);
    if (time === undefined) break;
    found.push(new Date(time).toISOString().slice(0, 19).replace('T', ' '));
  }
  return found;
}

const start = '2026-01-01T00:00:00.123Z';

describe('fields', () => {
  it.each([
    ['0 9 * * mon-FRI', ['2026-01-01 09:00:00', '2026-01-02 09:00:00', '2026-01-05 09:00:00']],
    ['*/20 0-3 * * *', ['2026-01-01 00:20:00', '2026-01-01 00:40:00', '2026-01-01 01:00:00']],
    ['50/5 * * * *', ['2026-01-01 00:50:00', '2026-01-01 00:55:00', '2026-01-01 01:50:00']],
    ['5,1 4 ? feb,11 ?', ['2026-02-01 04:01:00', '2026-02-01 04:05:00', '2026-02-02 04:01:00']],
    ['0 0 29 2 *', ['2028-02-29 00:00:00', '2032-02-29 00:00:00', '2036-02-29 00:00:00']],
    ['  5   4 * * *  ', ['2026-01-01 04:05:00', '2026-01-02 04:05:00', '2026-01-03 04:05:00']],
  ])('%s', (text, expected) => {
    expect(times(text, start)).toEqual(expected);
  });

  it('takes either the day of the month or the day of the week when both are given', () => {
    expect(times('0 0 13 * fri', start)).toEqual(['2026-01-02 00:00:00', '2026-01-09 00:00:00', '2026-01-13 00:00:00']);
    expect(times('0 0 */10 * fri', '2026-01-03T00:00:00Z')[1]).toBe('2026-01-11 00:00:00');
  });

  it('gives up after five years without a match', () => {
    expect(times('0 0 31 2 *', start)).toEqual([]);
  });

  it('fires after the given time, never at it', () => {
    expect(times('0 0 * * *', '2026-01-01T00:00:00Z', { count: 1 })).toEqual(['2026-01-02 00:00:00']);
  });
});

describe('descriptors', () => {
  it.each([
    ['@yearly', '2027-01-01 00:00:00'],
    ['@annually', '2027-01-01 00:00:00'],
    ['@monthly', '2026-02-01 00:00:00'],
    ['@weekly', '2026-01-04 00:00:00'],
    ['@daily', '2026-01-02 00:00:00'],
    ['@midnight', '2026-01-02 00:00:00'],
    ['@hourly', '2026-01-01 01:00:00'],
    ['@every 1h30m', '2026-01-01 01:30:00'],
    ['@every 1.5s', '2026-01-01 00:00:01'],
    ['@every 100ms', '2026-01-01 00:00:01'],
    ['@every .5h', '2026-01-01 00:30:00'],
  ])('%s', (text, expected) => {
    expect(times(text, start, { count: 1 })).toEqual([expected]);
  });
});

describe('time zones', () => {
  const timeZone = 'Europe/Berlin';

  it('reads the fields as a wall clock of the zone, from the argument or the prefix', () => {
    expect(times('0 0 * * *', start, { count: 1, timeZone })).toEqual(['2026-01-01 23:00:00']);
    expect(times('TZ=Europe/Berlin 0 0 * * *', start, { count: 1 })).toEqual(['2026-01-01 23:00:00']);
    expect(times('CRON_TZ=Asia/Kolkata @daily', start, { count: 1 })).toEqual(['2026-01-01 18:30:00']);
  });

  it('skips a time that the clock skips in spring', () => {
    const expected = ['2026-03-28 01:30:00', '2026-03-30 00:30:00', '2026-03-31 00:30:00'];
    expect(times('30 2 * * *', '2026-03-28T00:00:00Z', { timeZone })).toEqual(expected);
  });

  it('fires twice at a time the clock shows twice in autumn', () => {
    const expected = ['2026-10-25 00:30:00', '2026-10-25 01:30:00', '2026-10-26 01:30:00'];
    expect(times('30 2 * * *', '2026-10-24T12:00:00Z', { timeZone })).toEqual(expected);
  });

  it.each(['UTC', 'Europe/Berlin', 'Etc/GMT+5', 'US/Pacific', 'Asia/Calcutta', 'America/Port-au-Prince'])(
    'knows %s',
    (name) => {
      expect(timeZoneProblem(name)).toBeUndefined();
    },
  );

  it.each(['europe/berlin', 'Europe/BERLIN', 'Nowhere', '+05:00', 'Europe/'])('does not know %s', (name) => {
    expect(timeZoneProblem(name)).toBe(`unknown time zone ${name}`);
  });
});

describe('errors, as robfig/cron words them', () => {
  it.each([
    ['', 'empty spec string'],
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['* * * * * *', 'expected exactly 5 fields, found 6: [* * * * * *]'],
    ['a * * * *', 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
    ['-1 * * * *', 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
    ['* * * feb sunday', 'failed to parse int from sunday: strconv.Atoi: parsing "sunday": invalid syntax'],
    [
      '* * * constructor *',
      'failed to parse int from constructor: strconv.Atoi: parsing "constructor": invalid syntax',
    ],
    [
      '99999999999999999999 * * * *',
      'failed to parse int from 99999999999999999999: strconv.Atoi: parsing "99999999999999999999": value out of range',
    ],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['1-2-3 * * * *', 'too many hyphens: 1-2-3'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['@nope', 'unrecognized descriptor: @nope'],
    ['@Hourly', 'unrecognized descriptor: @Hourly'],
    ['@every 90', 'failed to parse duration @every 90: time: missing unit in duration "90"'],
    ['@every x', 'failed to parse duration @every x: time: invalid duration "x"'],
    ['@every 1d', 'failed to parse duration @every 1d: time: unknown unit "d" in duration "1d"'],
    ['TZ=../etc 0 0 * * *', 'provided bad location ../etc: time: invalid location name'],
    ['TZ=Nowhere 0 0 * * *', 'provided bad location Nowhere: unknown time zone Nowhere'],
  ])('%j', (text, message) => {
    expect(() => parseSchedule(text)).toThrow(new ScheduleError(message));
  });
});
