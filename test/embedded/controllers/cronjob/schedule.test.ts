import { describe, expect, it } from 'vitest';
import {
  inTimeZone,
  isTooMany,
  lastDue,
  scheduleOf,
  untilNext,
} from '../../../../src/embedded/controllers/cronjob/schedule.ts';
import type { CronJob } from '../../../../src/kubernetes/objects.ts';

const time = (text: string) => Date.parse(`2026-01-${text}Z`);

function cronJob(schedule: string, spec: Partial<CronJob['spec']> = {}, lastScheduleTime?: string): CronJob {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'cron', creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { schedule, jobTemplate: {}, ...spec },
    ...(lastScheduleTime && { status: { lastScheduleTime: `2026-01-${lastScheduleTime}Z` } }),
  };
}

describe('the start that is due', () => {
  it.each([
    ['none yet', cronJob('0 * * * *'), '01T00:59:59', undefined, 0],
    ['the first', cronJob('0 * * * *'), '01T01:00:00', '01T01:00:00', 0],
    ['the last of several', cronJob('0 * * * *'), '01T03:30:00', '01T03:00:00', 3],
    ['none since the last one', cronJob('0 * * * *', {}, '01T03:00:00'), '01T03:30:00', undefined, 0],
    ['of uneven ones', cronJob('0 8,9,20 * * *'), '02T09:30:00', '02T09:00:00', 26],
    ['none within the deadline', cronJob('0 * * * *', { startingDeadlineSeconds: 60 }), '01T03:30:00', undefined, 0],
    ['one within the deadline', cronJob('0 * * * *', { startingDeadlineSeconds: 60 }), '01T03:00:30', '01T03:00:00', 0],
  ])('%s', (_, object, now, at, missed) => {
    const due = lastDue(object, scheduleOf(object), time(now), true);
    expect(due.at).toBe(at && time(at));
    expect(due.missed).toBe(missed);
  });

  it('is one too many to count beyond 100', () => {
    const object = cronJob('* * * * *');
    expect(isTooMany(lastDue(object, scheduleOf(object), time('01T01:40:00'), true))).toBe(false);
    expect(isTooMany(lastDue(object, scheduleOf(object), time('01T01:41:00'), true))).toBe(true);
  });

  it('is waited for until a moment after its time', () => {
    const object = cronJob('0 * * * *');
    expect(untilNext(object, scheduleOf(object), time('01T00:59:00'))).toBe(60_100);
    expect(untilNext(object, scheduleOf(object), time('01T01:30:00'))).toBe(30 * 60_000 + 100);
  });

  it('never comes on the 31st of February', () => {
    const object = cronJob('0 0 31 2 *');
    expect(() => lastDue(object, scheduleOf(object), time('01T01:00:00'), true)).toThrow(
      'time difference between two schedules is less than 1 second',
    );
    expect(untilNext(object, scheduleOf(object), time('01T01:00:00'))).toBeUndefined();
  });
});

it.each([
  [undefined, '2026-01-01T12:00:00Z'],
  ['Etc/UTC', '2026-01-01T12:00:00Z'],
  ['Europe/Berlin', '2026-01-01T13:00:00+01:00'],
  ['America/New_York', '2026-01-01T07:00:00-05:00'],
  ['Asia/Kathmandu', '2026-01-01T17:45:00+05:45'],
])('shows a time as clocks in %s do', (timeZone, expected) => {
  expect(inTimeZone(time('01T12:00:00'), timeZone)).toBe(expected);
});
