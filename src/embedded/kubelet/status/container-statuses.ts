import type { Container, ContainerState, ContainerStatus, Pod, ResourceList } from '../../../kubernetes/objects.ts';
import { isRestartableInitContainer } from '../../../kubernetes/readiness.ts';
import { shouldBeRestarted } from '../pod/restart.ts';
import type { ContainerRecord, PodState } from '../pod/state.ts';

/** Why the last attempt to start a container failed: its waiting state. */
export interface StartFailure {
  /** "ImagePullBackOff", "CrashLoopBackOff", "CreateContainerConfigError", … */
  readonly reason: string;
  readonly message: string;
}

/** What probes say of a running container. */
export interface Readiness {
  readonly started: boolean;
  readonly ready: boolean;
}

export interface StatusInput {
  readonly pod: Pod;
  readonly state: PodState;
  /** By container name. */
  readonly failures: ReadonlyMap<string, StartFailure>;
  readiness(record: ContainerRecord): Readiness;
}

type Group = 'containers' | 'initContainers' | 'ephemeralContainers';

/**
 * The kubelet's convertToAPIContainerStatuses, and what its prober adds. Regular and ephemeral containers come in order
 * of their names, init containers in that of the spec.
 * @param previous what was reported before
 */
export function containerStatuses(
  input: StatusInput,
  group: Group,
  previous: readonly ContainerStatus[] | undefined,
): ContainerStatus[] {
  const { pod, state, failures } = input;
  const containers = (pod.spec[group] ?? []) as Container[];
  const statuses = containers.map((container) => {
    const old = previous?.find(({ name }) => name === container.name);
    const records = state.containers.filter(({ name }) => name === container.name);
    let status = records[0] ? fromRecords(container, records[0], records[1]) : withoutRecord(container, pod, old);
    if (records[0] && !records[1] && old?.lastState?.terminated) status.lastState = lastStateOf(status, old);
    const failure = failures.get(container.name);
    const done = group === 'initContainers' && records[0]?.exit?.code === 0;
    if (failure && !done && shouldBeRestarted(container, pod, state)) status = waiting(status, failure);
    return withReadiness(status, container, group, records[0], input);
  });
  if (group === 'initContainers') return statuses;
  return statuses.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The record of the attempt before has been dropped: what was said of it stays. */
function lastStateOf({ containerID }: ContainerStatus, { lastState, state }: ContainerStatus): ContainerState {
  if (state?.terminated && state.terminated.containerID !== containerID) return { terminated: state.terminated };
  return lastState ?? {};
}

function fromRecords(container: Container, newest: ContainerRecord, before?: ContainerRecord): ContainerStatus {
  const { requests } = newest.resources;
  return {
    ...(requests && Object.keys(requests).length > 0 && { allocatedResources: { ...requests } as ResourceList }),
    containerID: newest.id,
    image: newest.image,
    imageID: newest.imageId,
    lastState: before ? stateOf(before) : {},
    name: container.name,
    ready: false,
    resources: newest.resources,
    restartCount: newest.attempt,
    state: stateOf(newest),
    ...volumeMounts(container),
  };
}

function stateOf({ id, startedAt, exit }: ContainerRecord): ContainerState {
  if (!exit) return { running: { startedAt: seconds(startedAt) } };
  return {
    terminated: {
      containerID: id,
      exitCode: exit.code,
      finishedAt: seconds(exit.finishedAt),
      ...(exit.message && { message: exit.message }),
      reason: exit.reason,
      startedAt: seconds(startedAt),
    },
  };
}

/** There is no container: it waits to be made, or what became of it is known only from what was reported. */
function withoutRecord(container: Container, pod: Pod, old: ContainerStatus | undefined): ContainerStatus {
  if (old?.state?.terminated) return old;
  const lost = old?.state?.running && !old.lastState?.terminated;
  return {
    image: container.image ?? '',
    imageID: '',
    lastState: lost
      ? { terminated: lostContainer('deleted.  The container used to be Running') }
      : (old?.lastState ?? {}),
    name: container.name,
    ready: false,
    restartCount: (old?.restartCount ?? 0) + (lost && !pod.metadata.deletionTimestamp ? 1 : 0),
    state: { waiting: { reason: pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating' } },
    ...volumeMounts(container),
  };
}

/** The terminated state of a container of which nothing is known any more. */
export function lostContainer(when: string): NonNullable<ContainerState['terminated']> {
  return {
    exitCode: 137,
    finishedAt: null as unknown as undefined,
    message: `The container could not be located when the pod was ${when}`,
    reason: 'ContainerStatusUnknown',
    startedAt: null as unknown as undefined,
  };
}

function waiting(status: ContainerStatus, { reason, message }: StartFailure): ContainerStatus {
  return {
    ...status,
    ...(status.state?.terminated && { lastState: status.state }),
    state: { waiting: { ...(message && { message }), reason } },
  };
}

function withReadiness(
  status: ContainerStatus,
  container: Container,
  group: Group,
  record: ContainerRecord | undefined,
  { readiness }: StatusInput,
): ContainerStatus {
  const running = status.state?.running !== undefined && record !== undefined;
  if (group === 'ephemeralContainers') return status;
  if (group === 'initContainers' && !isRestartableInitContainer(container)) {
    return { ...status, ready: status.state?.terminated?.exitCode === 0, started: running };
  }
  const { started, ready } = running ? readiness(record) : { started: false, ready: false };
  return { ...status, ready: started && ready, started };
}

function volumeMounts({ volumeMounts: mounts = [] }: Container): Pick<ContainerStatus, 'volumeMounts'> {
  if (mounts.length === 0) return {};
  return {
    volumeMounts: mounts.map(({ name, mountPath, readOnly }) => ({
      mountPath,
      name,
      ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }),
    })),
  };
}

/** RFC 3339 with whole seconds. @param milliseconds since the epoch */
function seconds(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
