import type { KubeObject } from '../../kubernetes/object.ts';
import { canonical, kindTitle } from '../kinds.ts';
import type { ObjectReader } from '../reader.ts';
import { conditionOf, isTerminating, items, text } from '../state.ts';
import { clip } from '../text.ts';
import { describeControlled } from './controllers.ts';
import { newestWarning } from './events.ts';
import { describePod } from './pods.ts';
import { describeService } from './services.ts';
import type { Sight } from './sight.ts';
import { describeClaim, describeVolume } from './storage.ts';

export function describe(object: KubeObject, reader: ObjectReader): Sight {
  switch (object.kind) {
    case 'Pod':
      return describePod(object, reader);
    case 'StatefulSet':
    case 'Deployment':
    case 'ReplicaSet':
    case 'DaemonSet':
    case 'ReplicationController':
      return describeControlled(object, reader);
    case 'Service':
      return describeService(object, reader);
    case 'PersistentVolumeClaim':
      return describeClaim(object, reader);
    case 'PersistentVolume':
      return describeVolume(object);
    default:
      return describeAny(object, reader);
  }
}

/** Kinds that `describe` reads besides the object itself. */
export function around(kind: string): readonly string[] {
  switch (canonical(kind)) {
    case 'pods':
    case 'persistentvolumeclaims':
      return ['events'];
    case 'statefulsets':
    case 'deployments':
    case 'replicasets':
    case 'daemonsets':
    case 'replicationcontrollers':
      return ['pods', 'events'];
    case 'services':
      return ['endpointslices'];
    case 'persistentvolumes':
      return [];
    default:
      return ['events'];
  }
}

/** "Pod kubia-0" */
export function title(object: KubeObject): string {
  return `${object.kind} ${object.metadata.name}`;
}

function describeAny(object: KubeObject, reader: ObjectReader): Sight {
  const name = title(object);
  if (isTerminating(object)) return { text: `${name} is being deleted`, trouble: false };
  const ready = conditionOf(object, 'Ready') ?? conditionOf(object, 'Available');
  if (ready?.status === 'True') return { text: `${name} is ready`, trouble: false };
  if (ready) return { text: `${name} is not ready${ready.message ? `: ${clip(ready.message)}` : ''}`, trouble: false };
  const failed = items(object, 'status', 'conditions').find(
    ({ type, status }) => type === 'Failed' && status === 'True',
  );
  if (failed) return { text: `${name} failed: ${clip(String(failed.message ?? failed.reason ?? ''))}`, trouble: true };
  const warning = newestWarning(object, reader);
  if (warning) return { text: `${name}: ${warning}`, trouble: true };
  const phase = text(object, 'status', 'phase');
  return { text: phase ? `${name} is ${phase}` : `${name} exists`, trouble: false };
}

/** Where an object is missing: what there is of its kind. */
export function describeAbsence(resource: string, name: string, reader: ObjectReader): string {
  const others = reader.list(resource).map((object) => object.metadata.name);
  const absent = `${kindTitle(resource)} ${name} does not exist`;
  if (others.length === 0) return absent;
  const shown = others.slice(0, 5).join(', ');
  return `${absent}; there ${others.length === 1 ? 'is' : 'are'} ${shown}${others.length > 5 ? ' and more' : ''}`;
}
