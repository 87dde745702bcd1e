import { since } from '../../../../kubernetes/durations.ts';
import type { KubeObject } from '../../../../kubernetes/object.ts';
import type { Event } from '../../../../kubernetes/objects.ts';
import type { Column } from '../../resource.ts';
import { column, nameColumnDescription, wideColumn } from './common.ts';

/**
 * printEvent, for both versions of Events.
 * @param toEvent the core/v1 form of what is to be shown
 */
export function eventColumns<T extends KubeObject>(toEvent: (object: T) => Event): Column<T>[] {
  const of =
    <V>(value: (event: Event, now: number) => V) =>
    (object: T, now: number) =>
      value(toEvent(object), now);
  return [
    column(
      'Last Seen',
      'string',
      'The time at which the most recent occurrence of this event was recorded.',
      of(lastSeen),
    ),
    column(
      'Type',
      'string',
      'Type of this event (Normal, Warning), new types could be added in the future',
      of(({ type }) => type ?? ''),
    ),
    column(
      'Reason',
      'string',
      "This should be a short, machine understandable string that gives the reason for the transition into the object's current status.",
      of(({ reason }) => reason ?? ''),
    ),
    column(
      'Object',
      'string',
      'The object that this event is about.',
      of(({ involvedObject: { kind = '', name } = {} }) => kind.toLowerCase() + (name ? `/${name}` : '')),
    ),
    wideColumn(
      'Subobject',
      'If referring to a piece of an object instead of an entire object, this string should contain a valid JSON/Go ' +
        'field access statement, such as desiredState.manifest.containers[2]. For example, if the object reference is ' +
        'to a container within a pod, this would take on a value like: "spec.containers{name}" (where "name" refers to ' +
        'the name of the container that triggered the event) or if no container name is specified "spec.containers[2]" ' +
        '(container with index 2 in this pod). This syntax is chosen only to have some well-defined way of referencing ' +
        'a part of an object.',
      of(({ involvedObject }) => involvedObject?.fieldPath ?? ''),
    ),
    wideColumn(
      'Source',
      'The component reporting this event. Should be a short machine understandable string.',
      of(({ source, reportingComponent, reportingInstance }) => {
        const component = source?.component || reportingComponent || '';
        const instance = source?.host || reportingInstance;
        return instance ? `${component}, ${instance}` : component;
      }),
    ),
    column(
      'Message',
      'string',
      'A human-readable description of the status of this operation.',
      of(({ message = '' }) => message.trim()),
    ),
    wideColumn(
      'First Seen',
      'The time at which the event was first recorded. (Time of server receipt is in TypeMeta.)',
      of(firstSeen),
    ),
    wideColumn(
      'Count',
      'The number of times this event has occurred.',
      of(({ series, count }) => (series ? (series.count ?? 0) : count || 1)),
    ),
    { ...wideColumn<T>('Name', nameColumnDescription, ({ metadata }) => metadata.name), format: 'name' },
  ];
}

function firstSeen({ firstTimestamp, eventTime }: Event, now: number): string {
  return since(firstTimestamp || eventTime, now);
}

function lastSeen(event: Event, now: number): string {
  if (event.series) return since(event.series.lastObservedTime, now);
  return event.lastTimestamp ? since(event.lastTimestamp, now) : firstSeen(event, now);
}
