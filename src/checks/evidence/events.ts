import type { KubeObject } from '../../kubernetes/object.ts';
import type { ObjectReader } from '../reader.ts';
import { at, text } from '../state.ts';
import { clip } from '../text.ts';

/** Events about an object, oldest first. */
export function eventsAbout(object: KubeObject | undefined, reader: ObjectReader): KubeObject[] {
  const uid = object?.metadata.uid;
  if (uid === undefined) return [];
  return reader
    .list('events')
    .filter((event) => at(event, 'involvedObject', 'uid') === uid)
    .sort((one, other) => lastSeen(one).localeCompare(lastSeen(other)));
}

/** "FailedScheduling: 0/3 nodes are available: …", where the newest event about the object is a warning. */
export function newestWarning(object: KubeObject, reader: ObjectReader): string | undefined {
  const newest = eventsAbout(object, reader).at(-1);
  return newest && text(newest, 'type') === 'Warning' ? say(newest) : undefined;
}

/** The newest event of a reason, whatever its type. */
export function newestOf(reason: string, object: KubeObject, reader: ObjectReader): string | undefined {
  const event = eventsAbout(object, reader).findLast((candidate) => text(candidate, 'reason') === reason);
  return event && clip(text(event, 'message') ?? '');
}

function say(event: KubeObject): string {
  return clip(`${text(event, 'reason') ?? 'Warning'}: ${text(event, 'message') ?? ''}`, 300);
}

/** When an Event was last seen, as the API wrote it: RFC 3339, which sorts as text. */
export function lastSeen(event: KubeObject): string {
  return (
    text(event, 'series', 'lastObservedTime') ??
    text(event, 'lastTimestamp') ??
    text(event, 'eventTime') ??
    event.metadata.creationTimestamp ??
    ''
  );
}
