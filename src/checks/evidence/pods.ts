import type { KubeObject } from '../../kubernetes/object.ts';
import type { ObjectReader } from '../reader.ts';
import { conditionOf, isReady, isTerminating, items, number, text } from '../state.ts';
import { clip } from '../text.ts';
import { newestWarning } from './events.ts';
import type { Sight } from './sight.ts';

/** States of a waiting container that do not end by themselves, as the kubelet names them. */
const stuck: ReadonlySet<string> = new Set([
  'CrashLoopBackOff',
  'CreateContainerConfigError',
  'CreateContainerError',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'RunContainerError',
]);

export function describePod(pod: KubeObject, reader: ObjectReader): Sight {
  const { say, trouble } = condition(pod, reader);
  return { text: `Pod ${pod.metadata.name} ${say}`, trouble };
}

function condition(pod: KubeObject, reader: ObjectReader): { say: string; trouble: boolean } {
  if (isTerminating(pod)) return { say: 'is terminating', trouble: false };
  if (isReady(pod)) return { say: 'is ready', trouble: false };
  const phase = text(pod, 'status', 'phase') ?? 'Pending';
  if (phase === 'Succeeded') return { say: 'has completed', trouble: false };
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False') {
    return {
      say: `is ${phase}: ${clip(scheduled.message ?? scheduled.reason ?? 'not scheduled', 300)}`,
      trouble: false,
    };
  }
  for (const status of [
    ...items(pod, 'status', 'initContainerStatuses'),
    ...items(pod, 'status', 'containerStatuses'),
  ]) {
    const said = container(status);
    if (said) return { say: `is not ready: container ${String(status.name)} ${said.say}`, trouble: said.trouble };
  }
  if (phase === 'Failed') {
    return {
      say: `has failed: ${clip(text(pod, 'status', 'message') ?? text(pod, 'status', 'reason') ?? 'no reason given')}`,
      trouble: true,
    };
  }
  const warning = newestWarning(pod, reader);
  const state = phase === 'Running' ? 'is running but not ready' : `is ${phase}`;
  return { say: warning ? `${state}: ${warning}` : state, trouble: false };
}

function container(status: Record<string, unknown>): { say: string; trouble: boolean } | undefined {
  const waiting = text(status, 'state', 'waiting', 'reason');
  if (waiting === 'ContainerCreating' || waiting === 'PodInitializing') return undefined;
  if (waiting) {
    const message = text(status, 'state', 'waiting', 'message');
    return { say: `is waiting, ${waiting}${message ? `: ${clip(message)}` : ''}`, trouble: stuck.has(waiting) };
  }
  const exitCode = number(status, 'state', 'terminated', 'exitCode');
  if (exitCode === undefined || exitCode === 0) return undefined;
  const reason = text(status, 'state', 'terminated', 'reason') ?? 'Error';
  return { say: `ended with exit code ${exitCode} (${reason})`, trouble: true };
}
