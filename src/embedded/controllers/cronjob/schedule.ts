import { parseSchedule, type Schedule } from '../../../kubernetes/cron.ts';
import type { CronJob } from '../../../kubernetes/objects.ts';

/** More starts than these that were missed are worth a warning. */
const manyMissed = 100;
/** Added to each wait, for clocks that are a little behind. */
const delta = 100;

/** @throws ScheduleError */
export function scheduleOf({ spec }: CronJob): Schedule {
  // A time zone within the schedule is not supported, but works.
  return spec.schedule.includes('TZ') ? parseSchedule(spec.schedule) : parseSchedule(spec.schedule, spec.timeZone);
}

/** When a Job should have been started last. Times are milliseconds since the epoch. */
export interface Due {
  /** From when on starts are looked for. */
  readonly since: number;
  /** The last start up to now; undefined where there was none. */
  readonly at?: number;
  /** How many starts there were, as far as that can be told without counting them. */
  readonly missed: number;
}

/** @throws Error where the schedule never comes */
export function lastDue(cronJob: CronJob, schedule: Schedule, now: number, withDeadline: boolean): Due {
  const { startingDeadlineSeconds } = cronJob.spec;
  let since = Date.parse(cronJob.status?.lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? '');
  if (withDeadline && startingDeadlineSeconds !== undefined) {
    since = Math.max(since, now - startingDeadlineSeconds * 1000);
  }
  const first = schedule.next(since);
  if (first !== undefined && now < first) return { since, missed: 0 };
  const second = first === undefined ? undefined : schedule.next(first);
  if (first === undefined || second === undefined) {
    throw new Error('time difference between two schedules is less than 1 second');
  }
  if (now < second) return { since, at: first, missed: 0 };
  // Starts are not counted one by one, since there may be very many; they need not be evenly spaced either.
  const missed = Math.floor((now - first) / (second - first)) + 1;
  let at: number | undefined;
  let next = schedule.next(first + (missed - 2) * (second - first));
  for (; next !== undefined && next <= now; next = schedule.next(next)) at = next;
  return { since, missed, ...(at !== undefined && { at }) };
}

export function isTooMany({ missed }: Due): boolean {
  return missed > manyMissed;
}

/** Milliseconds until the next start; undefined where there will be none. */
export function untilNext(cronJob: CronJob, schedule: Schedule, now: number): number | undefined {
  let from = now;
  try {
    const { at, since, missed } = lastDue(cronJob, schedule, now, false);
    from = at ?? (missed === 0 ? since : now);
  } catch {
    // It is looked for from now on.
  }
  const next = schedule.next(from);
  return next === undefined ? undefined : next + delta - now;
}

/** RFC 3339, as clocks in the time zone show it: "2026-01-01T01:00:00+01:00", "…Z" where that is UTC. */
export function inTimeZone(time: number, timeZone = 'UTC'): string {
  const name = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(time)
    .find(({ type }) => type === 'timeZoneName')!.value;
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? ['', '+', '00', '00'];
  const offset = (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  const local = new Date(time + offset).toISOString().slice(0, 19);
  return offset === 0 ? `${local}Z` : `${local}${sign}${hours}:${minutes}`;
}
