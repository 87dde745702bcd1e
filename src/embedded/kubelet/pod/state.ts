import type { ContainerStatus, Pod, ResourceRequirements } from '../../../kubernetes/objects.ts';
import type { Container, ContainerLog } from '../../containers/runtime.ts';
import type { PodSandbox } from '../../network/network.ts';

/** What the node knows of a Pod: its sandbox and its containers, as a container runtime would list them. */
export interface PodState {
  sandbox?: Sandbox;
  /** How many sandboxes there have been, the one before a restart of the node counted. */
  sandboxes: number;
  /** Newest first; of each name the newest and the one before it. */
  containers: ContainerRecord[];
  /** The attempt of the last container of each name, which outlives its record. */
  readonly attempts: Map<string, number>;
}

export interface Sandbox {
  readonly network: PodSandbox;
  readonly attempt: number;
  /** False once it has been stopped. Its addresses stay in the status. */
  ready: boolean;
}

export interface ContainerRecord {
  readonly name: string;
  /** How often it has been started before: status.containerStatuses[].restartCount. */
  readonly attempt: number;
  /** "containerd://…" */
  readonly id: string;
  /** As the spec named it: a change of it restarts the container. */
  readonly requestedImage: string;
  /** The two of the status. */
  readonly image: string;
  readonly imageId: string;
  /** In force, which a resize changes while the container runs. */
  resources: ResourceRequirements;
  state: 'running' | 'exited';
  /** Milliseconds since the epoch; 0 for a container that could not be started, as containerd reports it. */
  startedAt: number;
  exit?: ContainerExit;
  /** Absent for a container from before the node was restarted. */
  readonly container?: Container;
  /** What it has written; of a container from before a restart what was kept of that. */
  readonly log: Pick<ContainerLog, 'read'>;
  /** Resolves once the node's disk has what was written, and no more will be. */
  readonly closeLog?: () => Promise<void>;
  /** Resolves once its end has been noted here. */
  ended?: Promise<void>;
  /** Its preStop hook has been run: once, however often the killing is begun anew. */
  stopping?: boolean;
}

export interface ContainerExit {
  readonly code: number;
  /** "Completed", "Error", "OOMKilled", "StartError", "Unknown" */
  readonly reason: string;
  readonly message?: string;
  readonly finishedAt: number;
}

/** The newest container of a name. */
export function findRecord(state: PodState, name: string): ContainerRecord | undefined {
  return state.containers.find((record) => record.name === name);
}

/** How the newest container of each name that does not run any more ended. */
export function lastExits({ containers }: PodState): Map<string, ContainerExit> {
  const exits = new Map<string, ContainerExit>();
  for (const { name, exit } of containers) if (exit && !exits.has(name)) exits.set(name, exit);
  return exits;
}

export function newPodState(): PodState {
  return { sandboxes: 0, containers: [], attempts: new Map() };
}

/** How often a container of that name has been started before. */
export function nextAttempt(state: PodState, name: string): number {
  return (state.attempts.get(name) ?? -1) + 1;
}

export function addRecord(state: PodState, record: ContainerRecord): void {
  state.attempts.set(record.name, record.attempt);
  let kept = 1;
  const forgotten = state.containers.filter(({ name }) => name === record.name && kept++ >= 2);
  for (const { container } of forgotten) container?.remove();
  state.containers = [record, ...state.containers.filter((each) => !forgotten.includes(each))];
}

/** Forgets the containers of these names. How often they have been started stays known. */
export function dropRecords(state: PodState, names: ReadonlySet<string>): void {
  for (const { name, container } of state.containers) if (names.has(name)) container?.remove();
  state.containers = state.containers.filter(({ name }) => !names.has(name));
}

export function runningRecords(state: PodState): ContainerRecord[] {
  return state.containers.filter((record) => record.state === 'running');
}

/**
 * What is left of a Pod after its node was restarted, read from the status that was last reported: every container has
 * ended, those that ran with the code containerd gives what it finds dead when it comes up.
 * @param now milliseconds since the epoch
 * @param log of a container by its name and attempt
 */
export function stateAfterReboot({ spec, status }: Pod, now: number, log: LogOf): PodState {
  const statuses = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  const containers = statuses.flatMap((each) => restoreRecord(each, spec, now, log) ?? []);
  return {
    containers,
    sandboxes: containers.length > 0 || status?.podIP ? 1 : 0,
    attempts: new Map(containers.map(({ name, attempt }) => [name, attempt])),
  };
}

type LogOf = (name: string, attempt: number) => ContainerRecord['log'];

function restoreRecord(
  status: ContainerStatus,
  spec: Pod['spec'],
  now: number,
  log: LogOf,
): ContainerRecord | undefined {
  const declared = [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])].find(
    ({ name }) => name === status.name,
  );
  const { running, terminated } = status.state ?? {};
  const ended = terminated ?? status.lastState?.terminated;
  const record = {
    name: status.name,
    attempt: status.restartCount,
    requestedImage: declared?.image ?? '',
    image: status.image,
    imageId: status.imageID,
    resources: status.resources ?? {},
    state: 'exited' as const,
    log: log(status.name, status.restartCount),
  };
  if (running) {
    const startedAt = Date.parse(running.startedAt ?? '') || now;
    const exit = { code: 255, reason: 'Unknown', finishedAt: now };
    return { ...record, id: status.containerID ?? '', startedAt, exit };
  }
  if (!ended?.containerID) return undefined;
  const exit = {
    code: ended.exitCode,
    reason: ended.reason ?? 'Error',
    ...(ended.message !== undefined && { message: ended.message }),
    finishedAt: Date.parse(ended.finishedAt ?? '') || now,
  };
  return { ...record, id: ended.containerID, startedAt: Date.parse(ended.startedAt ?? '') || 0, exit };
}
