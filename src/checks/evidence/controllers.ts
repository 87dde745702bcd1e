import type { KubeObject } from '../../kubernetes/object.ts';
import type { ObjectReader } from '../reader.ts';
import { at, controllerOf, isReady, isTerminating, number, ordinalOf } from '../state.ts';
import { isObject } from '../text.ts';
import { newestWarning } from './events.ts';
import { describePod } from './pods.ts';
import type { Sight } from './sight.ts';

/** A controller by its count of replicas, and by the first Pod that keeps it from being ready. */
export function describeControlled(object: KubeObject, reader: ObjectReader): Sight {
  const name = `${object.kind} ${object.metadata.name}`;
  if (isTerminating(object)) return { text: `${name} is being deleted`, trouble: false };
  const daemon = object.kind === 'DaemonSet';
  const wanted = daemon
    ? number(object, 'status', 'desiredNumberScheduled')
    : (number(object, 'spec', 'replicas') ?? 1);
  const ready = number(object, 'status', daemon ? 'numberReady' : 'readyReplicas') ?? 0;
  const counts = `${name}: ${ready} of ${wanted ?? 0} replicas ready`;
  const pods = podsOf(object, reader);
  const surplus = wanted !== undefined && pods.length > wanted ? pods.find(isTerminating) : undefined;
  const culprit = surplus ?? pods.find((pod) => !isReady(pod));
  if (culprit) {
    const sight = describePod(culprit, reader);
    return { text: `${counts}; ${sight.text}`, trouble: sight.trouble };
  }
  const warning = ready < (wanted ?? 0) ? newestWarning(object, reader) : undefined;
  return warning ? { text: `${counts}; ${warning}`, trouble: true } : { text: counts, trouble: false };
}

/** Pods of a controller in the order of their ordinals, else of their names. */
function podsOf(object: KubeObject, reader: ObjectReader): KubeObject[] {
  const owner = `${object.kind}/${object.metadata.name}`;
  // A Deployment's Pods belong to its ReplicaSets: its labels tell them.
  const labels = at(object, 'spec', 'selector', 'matchLabels');
  const selector = isObject(labels) ? Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`) : [];
  const pods = reader.list(
    'pods',
    object.kind === 'Deployment' && selector.length > 0 ? selector.join(',') : undefined,
  );
  return pods
    .filter((pod) =>
      object.kind === 'Deployment' ? controllerOf(pod)?.startsWith('ReplicaSet/') : controllerOf(pod) === owner,
    )
    .sort((one, other) => {
      const [a, b] = [one.metadata.name, other.metadata.name];
      return (ordinalOf(a) ?? 0) - (ordinalOf(b) ?? 0) || a.localeCompare(b);
    });
}
