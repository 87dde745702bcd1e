import type { Duplex, Readable } from 'node:stream';
import { badRequest, internalError } from '../../kubernetes/errors.ts';
import type { PodStatus } from '../../kubernetes/objects.ts';
import { ApiError } from '../../kubernetes/status.ts';
import type { ContainerTarget, ExecResult, ExecStreams, LogOptions } from '../apiserver/node-backend.ts';
import type { Clock } from '../clock.ts';
import { ContainerError } from '../containers/runtime.ts';
import type { NodeContext } from './node/node-context.ts';
import { findRecord } from './pod/state.ts';
import type { PodWorker } from './pod/worker.ts';

/** What a kubelet's own server answers to exec, attach, logs and port-forward, in its words. */

/** @throws ApiError */
export async function execInPod(
  worker: PodWorker | undefined,
  { container: name }: ContainerTarget,
  command: readonly string[],
  streams: ExecStreams,
): Promise<ExecResult> {
  const record = worker && findRecord(worker.machine.state, name);
  if (record?.state !== 'running') throw internalError(`unable to upgrade connection: container not found ("${name}")`);
  try {
    return await record.container!.exec(command, streams);
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    // The API server wraps the kubelet's own internal error in one of its own.
    throw internalError(`Internal error occurred: error executing command in container: ${error.message}`);
  }
}

/** @throws ApiError */
export async function attachToPod(
  worker: PodWorker | undefined,
  { namespace, pod, container: name }: ContainerTarget,
  streams: ExecStreams,
): Promise<ExecResult> {
  const record = worker && findRecord(worker.machine.state, name);
  if (record?.state !== 'running') {
    throw internalError(`unable to upgrade connection: container ${name} not found in pod ${pod}_${namespace}`);
  }
  try {
    await record.container!.attach(streams);
    // As containerd's, it does not tell how the container ended: clients look at the Pod.
    return { exitCode: 0 };
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    throw internalError(`error attaching to container: ${error.message}`);
  }
}

/** @throws ApiError */
export async function podLogs(
  worker: PodWorker | undefined,
  { pod, container }: ContainerTarget,
  options: LogOptions,
  clock: Clock,
): Promise<Readable> {
  if (!worker) throw new ApiError(404, 'NotFound', `pod "${pod}" cannot be found - no logs available`);
  const id = logId(worker.status, pod, container, options.previous);
  const record = worker.machine.state.containers.find((each) => each.id === id);
  if (!record) throw internalError(`unable to retrieve container logs for ${id}`);
  const { follow, timestamps, tailLines, limitBytes, sinceSeconds, sinceTime, stream, signal } = options;
  const since =
    sinceSeconds !== undefined ? clock.now() - sinceSeconds * 1000 : sinceTime ? Date.parse(sinceTime) : undefined;
  return record.log.read({ follow, timestamps, tailLines, limitBytes, since, stream, signal });
}

/** The container whose log is meant (the kubelet's validateContainerLogStatus). @throws ApiError */
function logId(status: PodStatus | undefined, pod: string, container: string, previous: boolean): string {
  const found = [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find(({ name }) => name === container);
  const where = `container "${container}" in pod "${pod}"`;
  if (!found) throw badRequest(`${where} is not available`);
  const { running, terminated, waiting } = found.state ?? {};
  const last = found.lastState?.terminated;
  if (previous) {
    if (!last?.containerID) throw badRequest(`previous terminated ${where} not found`);
    return last.containerID;
  }
  if (running) return found.containerID ?? '';
  const ended = terminated?.containerID || last?.containerID;
  if (ended) return ended;
  if (terminated || last) throw badRequest(`${where} is terminated`);
  switch (waiting?.reason) {
    case 'ErrImagePull':
      throw badRequest(`${where} is waiting to start: image can't be pulled`);
    case 'ImagePullBackOff':
      throw badRequest(`${where} is waiting to start: trying and failing to pull image`);
    case undefined:
      throw badRequest(`${where} is waiting to start - no logs yet`);
    default:
      throw badRequest(`${where} is waiting to start: ${waiting!.reason}`);
  }
}

/** @throws Error */
export async function dialPort(
  worker: PodWorker | undefined,
  pod: { readonly namespace: string; readonly name: string },
  port: number,
  network: NodeContext['network'],
): Promise<Duplex> {
  const { sandbox } = worker?.machine.state ?? {};
  if (!sandbox?.ready) throw new Error(`pod not found ("${pod.name}_${pod.namespace}")`);
  return network.dialSandbox(sandbox.network, port).catch((error: NodeJS.ErrnoException) => {
    const refused = error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message;
    throw new Error(
      `error forwarding port ${port} to pod ${worker!.machine.pod.metadata.uid}, uid : failed to connect to localhost:${port} inside the network namespace of the pod, IPv4: dial tcp4 127.0.0.1:${port}: ${refused} IPv6 dial tcp6 [::1]:${port}: ${refused} `,
    );
  });
}
