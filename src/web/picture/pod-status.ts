import type { Pod } from './kinds.ts';

/** `good`: does what it should. `wait`: on its way. `bad`: needs a look. `off`: not there, or over. */
export type Tone = 'good' | 'wait' | 'bad' | 'off';

export interface PodStatus {
  /** As kubectl's STATUS column has it, except that a Running Pod is told to be Ready or not. */
  readonly text: string;
  readonly tone: Tone;
  readonly ready: boolean;
  readonly terminating: boolean;
  readonly restarts: number;
}

const ON_THE_WAY = new Set(['Pending', 'ContainerCreating', 'PodInitializing', 'Not ready']);

/** The rules of kubectl's table (printPod in Kubernetes' printers), then readiness. */
export function podStatus(pod: Pod): PodStatus {
  const statuses = pod.status?.containerStatuses ?? [];
  const ready = isConditionTrue(pod, 'Ready');
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const restarts = statuses.reduce((sum, status) => sum + (status.restartCount ?? 0), 0);
  const text = statusText(pod, ready, terminating);
  return { text, tone: tone(text, ready, terminating), ready: ready && !terminating, terminating, restarts };
}

function statusText(pod: Pod, ready: boolean, terminating: boolean): string {
  if (terminating) return pod.status?.reason === 'NodeLost' ? 'Unknown' : 'Terminating';
  const initialising = initStatus(pod);
  if (initialising) return initialising;
  for (const status of [...(pod.status?.containerStatuses ?? [])].reverse()) {
    const { waiting, terminated } = status.state ?? {};
    if (waiting?.reason) return waiting.reason;
    if (terminated) return terminated.reason || `ExitCode:${terminated.exitCode ?? 0}`;
  }
  if (pod.status?.reason) return pod.status.reason;
  const phase = pod.status?.phase ?? 'Pending';
  if (phase !== 'Running') return phase === 'Succeeded' ? 'Completed' : phase;
  return ready ? 'Ready' : 'Not ready';
}

/** "Init:0/2" while init containers have their turn; a restartable one counts as done once it started. */
function initStatus(pod: Pod): string | undefined {
  const containers = pod.spec?.initContainers ?? [];
  const restartable = new Set(containers.filter((one) => one.restartPolicy === 'Always').map((one) => one.name));
  for (const [index, status] of (pod.status?.initContainerStatuses ?? []).entries()) {
    const { waiting, terminated } = status.state ?? {};
    if (terminated?.exitCode === 0 || (restartable.has(status.name) && status.started)) continue;
    if (terminated) return `Init:${terminated.reason || `ExitCode:${terminated.exitCode ?? 0}`}`;
    if (waiting?.reason && waiting.reason !== 'PodInitializing') return `Init:${waiting.reason}`;
    return `Init:${index}/${containers.length}`;
  }
  return undefined;
}

function tone(text: string, ready: boolean, terminating: boolean): Tone {
  if (terminating) return text === 'Unknown' ? 'bad' : 'off';
  if (text === 'Completed') return 'off';
  if (ready) return 'good';
  return ON_THE_WAY.has(text) || /^Init:\d/.test(text) ? 'wait' : 'bad';
}

function isConditionTrue(pod: Pod, type: string): boolean {
  return pod.status?.conditions?.some((one) => one.type === type && one.status === 'True') ?? false;
}
