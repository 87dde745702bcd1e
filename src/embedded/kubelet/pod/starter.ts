import type { Container, EphemeralContainer, Pod } from '../../../kubernetes/objects.ts';
import { ContainerError, ImageError } from '../../containers/runtime.ts';
import { MemoryFileSystem } from '../../storage/memory-filesystem.ts';
import { checkNonRoot, containerConfig, podDescription } from '../container/config.ts';
import { containerEnvironment } from '../container/environment.ts';
import { keepLog } from '../container/kept-log.ts';
import { volumeMounts } from '../container/mounts.ts';
import { hostsFile, podHostname } from '../container/network-files.ts';
import { serviceEnvironment } from '../container/service-environment.ts';
import { TerminationMessage } from '../container/termination-message.ts';
import { goDuration } from '../go-duration.ts';
import { HookFailed, runHook } from '../hooks.ts';
import type { NodeContext } from '../node/node-context.ts';
import { killContainer } from './killer.ts';
import type { PodMachine } from './machine.ts';
import { ContainerStartError } from './start-failure.ts';
import { addRecord, type ContainerExit, type ContainerRecord, findRecord, nextAttempt } from './state.ts';

/**
 * Starts a container: back-off, image, configuration, creation, start, postStart hook (kuberuntime's startContainer).
 * @param last how it ended before
 * @throws ContainerStartError
 */
export async function startContainer(
  node: NodeContext,
  machine: PodMachine,
  spec: Container,
  last: ContainerExit | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { pod, state } = machine;
  const { name } = spec;
  const fail = (reason: string, message: string): never => {
    node.events.container(pod, name, 'Warning', 'Failed', `Error: ${message}`);
    throw new ContainerStartError(reason, message);
  };
  if (last) backOff(node, pod, spec, last);
  const request = { pod, container: name, image: spec.image ?? '', policy: spec.imagePullPolicy, signal };
  const image = await node.puller.ensure(request).catch((error) => {
    if (error instanceof ContainerStartError) {
      node.events.container(pod, name, 'Warning', 'Failed', `Error: ${error.reason}`);
    }
    throw error;
  });
  signal.throwIfAborted();
  const attempt = nextAttempt(state, name);
  const { config, termination } = await configure(node, machine, spec, attempt).catch((error: Error) =>
    fail('CreateContainerConfigError', error.message),
  );
  signal.throwIfAborted();
  const container = await node.runtime.create(config).catch((error: unknown) => {
    if (error instanceof ContainerError || error instanceof ImageError) return fail(error.reason, error.message);
    throw error;
  });
  node.events.container(pod, name, 'Normal', 'Created', `Created container: ${name}`);
  const { uid = '' } = pod.metadata;
  const record: ContainerRecord = {
    name,
    attempt,
    id: container.id,
    requestedImage: spec.image ?? '',
    image: image.name,
    imageId: image.id,
    resources: spec.resources ?? {},
    state: 'running',
    startedAt: node.clock.now(),
    container,
    log: container.log,
    closeLog: keepLog(container.log, node.volumes.disk.log(uid, name, attempt), node.clock),
  };
  void node.volumes.disk.removeOldLogs(uid, name, attempt).catch(() => {});
  try {
    await container.start();
  } catch (error) {
    if (!(error instanceof ContainerError)) throw error;
    const exit = { code: error.exitCode, reason: error.reason, message: error.message, finishedAt: node.clock.now() };
    addRecord(state, { ...record, state: 'exited', startedAt: 0, exit });
    fail('RunContainerError', error.message);
  }
  record.startedAt = node.clock.now();
  addRecord(state, record);
  machine.follow(record, spec, termination);
  node.events.container(pod, name, 'Normal', 'Started', `Started container ${name}`);
  await postStart(node, machine, spec, record, signal);
}

/** Containers that keep failing are left alone for longer and longer. @throws ContainerStartError */
function backOff(node: NodeContext, pod: Pod, { name, image }: Container, { finishedAt }: ContainerExit): void {
  const key = `${pod.metadata.uid}/${name}/${image}`;
  const wait = node.crashes.remaining(key, finishedAt);
  if (wait === 0) {
    node.crashes.next(key, finishedAt);
    return;
  }
  const where = podDescription(pod);
  const message = `Back-off restarting failed container ${name} in pod ${where}`;
  node.events.container(pod, name, 'Warning', 'BackOff', message);
  throw new ContainerStartError(
    'CrashLoopBackOff',
    `back-off ${goDuration(node.crashes.delay(key))} restarting failed container=${name} pod=${where}`,
    wait,
  );
}

async function configure(node: NodeContext, machine: PodMachine, spec: Container, attempt: number) {
  const { pod, addresses, volumes } = machine;
  const target = (spec as EphemeralContainer).targetContainerName;
  if (target && !findRecord(machine.state, target)) throw new Error(`unable to find target container ${target}`);
  const { namespace = '' } = pod.metadata;
  const services = serviceEnvironment(node.services(), namespace, pod.spec.enableServiceLinks !== false);
  const context = { pod, hostAddress: node.address, podAddresses: addresses, allocatable: node.allocatable };
  const environment = containerEnvironment(spec, context, services, node);
  checkNonRoot(pod, spec, node.runtime.imageUser?.(spec.image ?? ''));
  const mounts = await volumeMounts(pod, spec, { volume: (name) => volumes.get(name), environment });
  const termination = await TerminationMessage.create(spec, node.clock);
  const { hostname } = pod.spec.hostNetwork ? { hostname: node.name } : podHostname(pod, node.dns.domain);
  if (!mounts.some(({ path }) => path === '/etc/hosts')) mounts.push(await hostsMount(node, machine));
  mounts.push(termination.mount);
  const network = machine.stack!;
  const config = containerConfig({
    pod,
    container: spec,
    node: node.name,
    attempt,
    environment,
    mounts,
    network,
    hostname,
  });
  return { config, termination };
}

async function hostsMount(node: NodeContext, { pod, addresses }: PodMachine) {
  const files = new MemoryFileSystem(node.clock);
  const text = hostsFile(pod, addresses, node.dns.domain, node.name);
  await files.writeFile('/etc-hosts', Buffer.from(text));
  return { path: '/etc/hosts', files, root: '/etc-hosts', readOnly: false };
}

/** A container whose postStart hook fails is killed. @throws ContainerStartError */
async function postStart(
  node: NodeContext,
  machine: PodMachine,
  spec: Container,
  record: ContainerRecord,
  signal: AbortSignal,
): Promise<void> {
  const handler = spec.lifecycle?.postStart;
  if (!handler) return;
  const { pod } = machine;
  const target = {
    pod,
    spec,
    container: record.container!,
    podAddress: machine.addresses[0] ?? '',
    clock: node.clock,
    dial: (host: string | undefined) => machine.dial(host),
  };
  try {
    await runHook(handler, target, signal);
  } catch (error) {
    if (signal.aborted || !(error instanceof HookFailed)) throw error;
    node.events.container(pod, spec.name, 'Warning', 'FailedPostStartHook', 'PostStartHook failed');
    await killContainer(node, machine, record, { message: 'FailedPostStartHook', reason: 'postStart' }, signal);
    throw new ContainerStartError('PostStartHookError', error.message);
  }
}
