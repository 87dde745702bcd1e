import type { KubeObject } from '../kubernetes/object.ts';

/** What happens in the cluster, in plain words, from the changes a watch reports. */

export interface TimelineEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** "Pod kubia-0" */
  readonly subject: string;
  /** "became ready" */
  readonly what: string;
  readonly tone: 'good' | 'bad' | 'neutral';
}

export interface Change {
  readonly type: 'added' | 'modified' | 'deleted';
  readonly object: KubeObject;
  readonly at: number;
  /** Found by a list: when it happened is not known. */
  readonly listed?: boolean;
}

type Told = Pick<TimelineEntry, 'what' | 'tone'>;

/** Entries kept; a browser shows no more. */
const most = 500;

/** Remembers each object's last state, to tell what has changed about it. */
export class Timeline {
  readonly #last = new Map<string, KubeObject>();
  #entries: TimelineEntry[] = [];

  get entries(): readonly TimelineEntry[] {
    return this.#entries;
  }

  /** Returns the entries that a change comes to; often none. */
  add({ type, object, at, listed }: Change): readonly TimelineEntry[] {
    const key = object.metadata.uid ?? `${object.kind}/${object.metadata.name}`;
    const before = this.#last.get(key);
    if (type === 'deleted') this.#last.delete(key);
    else this.#last.set(key, object);
    // What was there already when the session began did not happen now.
    if (listed && type === 'added') return [];
    const subject = `${object.kind} ${object.metadata.name}`;
    const entries = tell(type, object, before).map((told) => ({ at, subject, ...told }));
    this.#entries = [...this.#entries, ...entries].slice(-most);
    return entries;
  }

  clear(): void {
    this.#entries = [];
  }
}

function tell(type: Change['type'], object: KubeObject, before: KubeObject | undefined): Told[] {
  const words = tellers[object.kind];
  if (!words) return [];
  if (type === 'deleted') return [{ what: 'is gone', tone: 'neutral' }];
  const told: Told[] = before ? [] : [{ what: 'was created', tone: 'neutral' }];
  if (object.metadata.deletionTimestamp && !before?.metadata.deletionTimestamp) {
    told.push({ what: 'is being deleted', tone: 'neutral' });
  }
  return [...told, ...words(object as Loose, (before ?? empty) as Loose)];
}

/** As much of an object's shape as is looked at; any of it may be missing. */
interface Loose extends KubeObject {
  spec?: {
    nodeName?: string;
    replicas?: number;
    volumeName?: string;
    unschedulable?: boolean;
    claimRef?: { name?: string };
  };
  status?: {
    phase?: string;
    readyReplicas?: number;
    reason?: string;
    conditions?: { type: string; status: string; reason?: string; message?: string }[];
    containerStatuses?: ContainerStatus[];
    initContainerStatuses?: ContainerStatus[];
  };
}

interface ContainerStatus {
  name: string;
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string }; running?: object };
  lastState?: { terminated?: { exitCode?: number; reason?: string } };
}

const empty: Loose = { apiVersion: '', kind: '', metadata: { name: '' } };

const tellers: Readonly<Record<string, (now: Loose, before: Loose) => Told[]>> = {
  Pod: tellPod,
  StatefulSet: tellReplicas,
  Deployment: tellReplicas,
  ReplicaSet: tellScale,
  Service: () => [],
  PersistentVolumeClaim: (now, before) => {
    if (now.status?.phase === before.status?.phase) return [];
    if (now.status?.phase === 'Bound')
      return [{ what: `was bound to ${now.spec?.volumeName ?? 'a volume'}`, tone: 'good' }];
    return now.status?.phase === 'Lost' ? [{ what: 'has lost its volume', tone: 'bad' }] : [];
  },
  PersistentVolume: (now, before) => {
    if (now.status?.phase === before.status?.phase) return [];
    if (now.status?.phase === 'Released') return [{ what: 'was released by its claim', tone: 'neutral' }];
    return now.status?.phase === 'Failed' ? [{ what: 'could not be reclaimed', tone: 'bad' }] : [];
  },
  Node: (now, before) => {
    const told = tellCondition(now, before, 'Ready');
    if (Boolean(now.spec?.unschedulable) !== Boolean(before.spec?.unschedulable)) {
      const what = now.spec?.unschedulable ? 'takes no new Pods (cordoned)' : 'takes new Pods again';
      told.push({ what, tone: 'neutral' });
    }
    return told;
  },
};

function tellPod(now: Loose, before: Loose): Told[] {
  const told: Told[] = [];
  if (now.spec?.nodeName && !before.spec?.nodeName) {
    told.push({ what: `was assigned to node ${now.spec.nodeName}`, tone: 'neutral' });
  }
  const unschedulable = (pod: Loose) =>
    pod.status?.conditions?.find((each) => each.type === 'PodScheduled' && each.reason === 'Unschedulable');
  const waiting = unschedulable(now);
  if (waiting && waiting.message !== unschedulable(before)?.message) {
    told.push({ what: `cannot be scheduled: ${waiting.message ?? ''}`, tone: 'bad' });
  }
  told.push(...tellContainers(now, before));
  if (now.status?.phase !== before.status?.phase) {
    if (now.status?.phase === 'Running') told.push({ what: 'started', tone: 'neutral' });
    // A deleted Pod ends too, and how it ended is no news.
    if (now.metadata.deletionTimestamp) return [...told, ...tellCondition(now, before, 'Ready')];
    if (now.status?.phase === 'Succeeded') told.push({ what: 'has completed', tone: 'good' });
    if (now.status?.phase === 'Failed') {
      told.push({ what: `has failed${now.status.reason ? ` (${now.status.reason})` : ''}`, tone: 'bad' });
    }
  }
  return [...told, ...tellCondition(now, before, 'Ready')];
}

function tellContainers(now: Loose, before: Loose): Told[] {
  const all = (pod: Loose) => [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return all(now).flatMap((status): Told[] => {
    const earlier = all(before).find(({ name }) => name === status.name);
    const told: Told[] = [];
    if ((status.restartCount ?? 0) > (earlier?.restartCount ?? 0)) {
      const { exitCode } = status.lastState?.terminated ?? {};
      const how = exitCode === undefined ? '' : ` after exit code ${exitCode}`;
      told.push({ what: `restarted its container ${status.name}${how}`, tone: 'bad' });
    }
    const reason = status.state?.waiting?.reason;
    const benign = reason === undefined || reason === 'ContainerCreating' || reason === 'PodInitializing';
    if (!benign && reason !== earlier?.state?.waiting?.reason) {
      told.push({ what: `waits: container ${status.name} is in ${reason}`, tone: 'bad' });
    }
    return told;
  });
}

/** A condition that became true, or stopped being it. */
function tellCondition(now: Loose, before: Loose, type: string): Told[] {
  const holds = (object: Loose) => object.status?.conditions?.find((each) => each.type === type)?.status === 'True';
  const known = before.status?.conditions?.some((each) => each.type === type) ?? false;
  if (holds(now) === holds(before)) return [];
  if (holds(now)) return [{ what: `became ${type.toLowerCase()}`, tone: 'good' }];
  if (!known) return [];
  const tone = now.metadata.deletionTimestamp ? 'neutral' : 'bad';
  return [{ what: `is no longer ${type.toLowerCase()}`, tone }];
}

function tellScale(now: Loose, before: Loose): Told[] {
  const from = before.spec?.replicas;
  const to = now.spec?.replicas;
  return from === undefined || to === undefined || from === to
    ? []
    : [{ what: `was scaled from ${from} to ${to}`, tone: 'neutral' }];
}

function tellReplicas(now: Loose, before: Loose): Told[] {
  const told = tellScale(now, before);
  const replicas = now.spec?.replicas ?? 0;
  const ready = now.status?.readyReplicas ?? 0;
  if (replicas > 0 && ready === replicas && ready > (before.status?.readyReplicas ?? 0)) {
    told.push({ what: replicas === 1 ? 'has its replica ready' : `has all ${replicas} replicas ready`, tone: 'good' });
  }
  return told;
}
