import { nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Event, EventsEvent } from '../../../kubernetes/objects.ts';
import { defineResource } from '../resource.ts';
import { validateEvent, validateEventStrictly, validateEventUpdateStrictly } from '../validation/events.ts';
import { eventColumns } from './columns/event.ts';

const shared = {
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  singular: 'event',
  shortNames: ['ev'],
  namespaced: true,
  validateName: nameIsDNSSubdomain,
  allowCreateOnUpdate: true,
  /** The API server's --event-ttl: an hour. */
  timeToLive: 3600,
} as const;

const referenceFields = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const;

/** pkg/registry/core/event. */
export const event = defineResource<Event>({
  ...shared,
  group: '',
  schema: 'io.k8s.api.core.v1.Event',

  validateCreate: (object) => validateEvent(object),
  validateUpdate: (object) => validateEvent(object),

  selectableFields: {
    ...Object.fromEntries(
      referenceFields.map((field) => [
        `involvedObject.${field}`,
        ({ involvedObject }: Event) => involvedObject?.[field] ?? '',
      ]),
    ),
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component || reportingComponent || '',
    type: ({ type }) => type ?? '',
  },

  columns: eventColumns((object: Event) => object),
});

/** The same Events by events.k8s.io's names for their fields (pkg/apis/events/v1). */
export const eventsEvent = defineResource<EventsEvent>({
  ...shared,
  group: 'events.k8s.io',
  schema: 'io.k8s.api.events.v1.Event',
  storedAs: { resource: 'events', toStorage: toCore, fromStorage: (object) => fromCore(object as Event) },

  validateCreate: (object) => validateEventStrictly(toCore(object)),
  validateUpdate: (object, current) => validateEventUpdateStrictly(toCore(object), toCore(current)),

  selectableFields: {
    ...Object.fromEntries(
      referenceFields.map((field) => [`regarding.${field}`, ({ regarding }: EventsEvent) => regarding?.[field] ?? '']),
    ),
    reason: ({ reason }) => reason ?? '',
    reportingController: ({ reportingController }) => reportingController ?? '',
    type: ({ type }) => type ?? '',
  },

  columns: eventColumns(toCore),
});

/** What the other version calls differently, and what has to be there in each. */
function toCore(object: EventsEvent): Event {
  const {
    note,
    regarding = {},
    reportingController = '',
    deprecatedSource = {},
    deprecatedFirstTimestamp = null,
    deprecatedLastTimestamp = null,
    deprecatedCount,
    reportingInstance = '',
    ...rest
  } = object;
  return withoutAbsent({
    ...rest,
    apiVersion: 'v1',
    involvedObject: regarding,
    message: note,
    source: deprecatedSource,
    firstTimestamp: deprecatedFirstTimestamp,
    lastTimestamp: deprecatedLastTimestamp,
    count: deprecatedCount,
    reportingComponent: reportingController,
    reportingInstance,
  }) as Event;
}

function fromCore(object: Event): EventsEvent {
  const {
    message,
    involvedObject = {},
    reportingComponent,
    source = {},
    firstTimestamp = null,
    lastTimestamp = null,
    count,
    reportingInstance,
    ...rest
  } = object;
  return withoutAbsent({
    ...rest,
    apiVersion: 'events.k8s.io/v1',
    regarding: involvedObject,
    note: message,
    deprecatedSource: source,
    deprecatedFirstTimestamp: firstTimestamp,
    deprecatedLastTimestamp: lastTimestamp,
    deprecatedCount: count,
    reportingController: reportingComponent || undefined,
    reportingInstance: reportingInstance || undefined,
  }) as EventsEvent;
}

function withoutAbsent(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
