import type { PictureObject } from '../../protocol/live.ts';
import type { Connection } from '../net/reconnecting-socket.ts';
import type { ClusterState } from './session-state.ts';

export interface StatusLine {
  readonly tone: 'good' | 'wait' | 'bad';
  readonly text: string;
  /** The learner may want to try at once. */
  readonly retry: boolean;
}

/** The most important thing first: no server, then no cluster, then all is well. */
export function strip(
  connection: Connection | undefined,
  cluster: ClusterState | undefined,
  gone: boolean,
): StatusLine {
  const line = (tone: StatusLine['tone'], text: string, retry = false): StatusLine => ({ tone, text, retry });
  if (connection?.state === 'expired') return line('bad', 'session ended');
  if (connection?.state === 'waiting' && connection.attempt > 1) return line('bad', 'server not reachable', true);
  if (connection?.state === 'connecting' || connection?.state === 'waiting') return line('wait', 'connecting');
  if (gone) return line('bad', 'server not reachable', true);
  if (cluster?.state === 'failed') return line('bad', cluster.message ?? 'the cluster failed');
  if (cluster?.state === 'starting') return line('wait', cluster.message ?? 'cluster is starting');
  return line('good', 'connected');
}

export function countNodes(objects: Iterable<PictureObject>): { readonly ready: number; readonly total: number } {
  let ready = 0;
  let total = 0;
  for (const object of objects) {
    if (object.kind !== 'Node') continue;
    total += 1;
    const { conditions } = (object.status ?? {}) as { conditions?: { type: string; status: string }[] };
    if (conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True')) ready += 1;
  }
  return { ready, total };
}
