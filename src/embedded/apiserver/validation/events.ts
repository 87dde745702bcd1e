import { GoLiteral } from '../../../kubernetes/go-format.ts';
import { byteLength, isDNS1123Subdomain, isQualifiedName, nameIsDNSSubdomain } from '../../../kubernetes/names.ts';
import type { Event } from '../../../kubernetes/objects.ts';
import { semanticEqual, validateImmutable } from './equality.ts';
import { type FieldError, invalid, invalidEach, required } from './field.ts';
import { immutableField, validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts';

/** pkg/apis/core/validation/events.go: core/v1 asks for little, events.k8s.io/v1 for more. */

const lengths = { reportingInstance: 128, action: 128, reason: 128, message: 1024 } as const;

/** @param controllerField what the version in use calls reportingComponent */
export function validateEvent(event: Event, controllerField = 'reportingComponent'): FieldError[] {
  const { namespace = '' } = event.metadata;
  const about = event.involvedObject?.namespace ?? '';
  const errors: FieldError[] = [];
  const elsewhere = () => {
    errors.push(invalid('involvedObject.namespace', about, 'does not match event.namespace'));
  };
  if (!event.eventTime) {
    if (about ? namespace !== about : namespace !== '' && namespace !== 'default') elsewhere();
  } else {
    if (!about && namespace !== 'default' && namespace !== 'kube-system') elsewhere();
    const controller = event.reportingComponent ?? '';
    if (!controller) errors.push(required(controllerField));
    errors.push(...invalidEach(controllerField, controller, isQualifiedName(controller)));
    for (const field of ['reportingInstance', 'action', 'reason', 'message'] as const) {
      const text = event[field] ?? '';
      if (!text && field !== 'message') errors.push(required(field));
      if (byteLength(text) > lengths[field]) {
        errors.push(invalid(field, '', `can have at most ${lengths[field]} characters`));
      }
    }
  }
  return [...errors, ...invalidEach('namespace', namespace, isDNS1123Subdomain(namespace))];
}

/** Creation through events.k8s.io/v1. */
export function validateEventStrictly(event: Event): FieldError[] {
  const errors = [
    ...validateEvent(event, 'reportingController'),
    ...validateObjectMeta(event.metadata, { namespaced: true, validateName: nameIsDNSSubdomain }),
    ...validateSeries(event),
  ];
  if (!event.eventTime) errors.push(required('eventTime'));
  if (event.type !== 'Normal' && event.type !== 'Warning') {
    errors.push(invalid('type', '', `has invalid value: ${event.type ?? ''}`));
  }
  const unset = (field: string, value: unknown) => {
    if (value) errors.push(invalid(field, '', 'needs to be unset'));
  };
  unset('firstTimestamp', event.firstTimestamp);
  unset('lastTimestamp', event.lastTimestamp);
  unset('count', event.count);
  unset('source', event.source?.component || event.source?.host);
  return errors;
}

/** An update through events.k8s.io/v1: of what has been said only the series goes on. */
export function validateEventUpdateStrictly(event: Event, current: Event): FieldError[] {
  const errors = [
    ...validateEvent(event, 'reportingController'),
    ...validateObjectMetaUpdate(event.metadata, current.metadata),
    ...(semanticEqual(event.series, current.series) ? [] : validateSeries(event)),
  ];
  const text = (field: string, value: string | undefined, before: string | undefined) =>
    validateImmutable('string', value ?? '', before ?? '', field);
  const time = (field: string, value: unknown, before: unknown) =>
    semanticEqual(value, before) ? [] : [invalid(field, goTimeText(value), immutableField)];
  errors.push(
    ...validateImmutable(
      'core.ObjectReference',
      event.involvedObject ?? {},
      current.involvedObject ?? {},
      'involvedObject',
    ),
    ...text('reason', event.reason, current.reason),
    ...text('message', event.message, current.message),
    ...validateImmutable('core.EventSource', event.source ?? {}, current.source ?? {}, 'source'),
    ...time('firstTimestamp', event.firstTimestamp, current.firstTimestamp),
    ...time('lastTimestamp', event.lastTimestamp, current.lastTimestamp),
    ...validateImmutable('int', event.count ?? 0, current.count ?? 0, 'count'),
    // Upstream looks at the reason twice.
    ...text('reason', event.reason, current.reason),
    ...text('type', event.type, current.type),
    ...time('eventTime', event.eventTime, current.eventTime),
    ...text('action', event.action, current.action),
    ...validateImmutable('core.ObjectReference', event.related, current.related, 'related'),
    ...text('reportingController', event.reportingComponent, current.reportingComponent),
    ...text('reportingInstance', event.reportingInstance, current.reportingInstance),
  );
  return errors;
}

function validateSeries({ series }: Event): FieldError[] {
  if (!series) return [];
  const errors: FieldError[] = [];
  if ((series.count ?? 0) < 2) errors.push(invalid('series.count', '', 'should be at least 2'));
  if (!series.lastObservedTime) errors.push(required('series.lastObservedTime'));
  return errors;
}

/** As Go's time.Time prints itself. */
function goTimeText(time: unknown): GoLiteral {
  const [, day = '0001-01-01', clock = '00:00:00', fraction = ''] =
    /^(\S+)T(\d\d:\d\d:\d\d)(?:\.(\d+))?/.exec(typeof time === 'string' ? time : '') ?? [];
  const digits = fraction.replace(/0+$/, '');
  return new GoLiteral(`${day} ${clock}${digits && `.${digits}`} +0000 UTC`);
}
