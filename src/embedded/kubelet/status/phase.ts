import type { ContainerStatus, Pod } from '../../../kubernetes/objects.ts';
import { isRestartableInitContainer } from '../../../kubernetes/readiness.ts';

export type PodPhase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/**
 * The kubelet's getPhase.
 * @param statuses of regular and init containers
 * @param terminal the Pod's containers will not run again, whatever its restart policy
 * @param started a regular container has been started in the sandbox there is
 */
export function podPhase(
  { spec }: Pod,
  statuses: readonly ContainerStatus[],
  terminal: boolean,
  started: boolean,
): PodPhase {
  const byName = new Map(statuses.map((status) => [status.name, status]));
  const init = countInit(spec, byName);
  const counts = countRegular(spec, byName);
  if (init.failed > 0 && spec.restartPolicy === 'Never') return 'Failed';
  const running = counts.running + init.sidecarsRunning;
  const unknown = counts.unknown + init.sidecarsUnknown;
  const waiting = counts.waiting + init.sidecarsWaiting;
  if (init.pending > 0 || (init.sidecarsPending > 0 && !started) || waiting > 0) return 'Pending';
  if (running > 0 && unknown === 0) return 'Running';
  if (running > 0 || counts.stopped === 0 || unknown > 0) return 'Pending';
  const succeeded = counts.stopped === counts.succeeded;
  if (terminal) return succeeded ? 'Succeeded' : 'Failed';
  if (spec.restartPolicy === 'Always') return 'Running';
  if (succeeded) return 'Succeeded';
  return spec.restartPolicy === 'Never' ? 'Failed' : 'Running';
}

type Statuses = ReadonlyMap<string, ContainerStatus>;

function countInit({ initContainers = [] }: Pod['spec'], statuses: Statuses) {
  const counts = {
    pending: 0,
    failed: 0,
    sidecarsPending: 0,
    sidecarsRunning: 0,
    sidecarsWaiting: 0,
    sidecarsUnknown: 0,
  };
  for (const container of initContainers) {
    const status = statuses.get(container.name);
    const { running, terminated, waiting } = status?.state ?? {};
    const last = status?.lastState?.terminated;
    if (isRestartableInitContainer(container)) {
      if (running) {
        if (!status!.started) counts.sidecarsPending++;
        counts.sidecarsRunning++;
      } else if (!terminated && waiting && !last) {
        counts.sidecarsPending++;
        counts.sidecarsWaiting++;
      } else if (!terminated && !waiting) {
        if (status) counts.sidecarsPending++;
        counts.sidecarsUnknown++;
      }
      continue;
    }
    const ended = terminated ?? (waiting && last);
    if (!ended) counts.pending++;
    else if (ended.exitCode !== 0) counts.failed++;
  }
  return counts;
}

function countRegular({ containers }: Pod['spec'], statuses: Statuses) {
  const counts = { running: 0, waiting: 0, stopped: 0, succeeded: 0, unknown: 0 };
  for (const { name } of containers) {
    const status = statuses.get(name);
    const { running, terminated, waiting } = status?.state ?? {};
    if (running) counts.running++;
    else if (terminated) {
      counts.stopped++;
      if (terminated.exitCode === 0) counts.succeeded++;
    } else if (waiting) counts[status!.lastState?.terminated ? 'stopped' : 'waiting']++;
    else counts.unknown++;
  }
  return counts;
}
