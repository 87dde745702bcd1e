import type { Container, Probe } from '../../../kubernetes/objects.ts';
import type { Clock } from '../../clock.ts';
import { ContainerError, type Container as RunningContainer } from '../../containers/runtime.ts';
import { expand, lookupIn } from '../container/expansion.ts';
import { CommandTimedOut, runCommand } from '../container/run-command.ts';
import { deadline } from './deadline.ts';
import { grpcProbe } from './grpc-probe.ts';
import { abortable, type Dial, get, goNetworkError, httpTarget, RequestFailed, resolvePort } from './http-request.ts';

/** What probing once has come to; `unknown` is no result. The texts are those of the kubelet's events. */
export interface ProbeOutcome {
  readonly result: 'success' | 'warning' | 'failure' | 'unknown';
  readonly message: string;
}

export interface ProbeTarget {
  readonly spec: Container;
  readonly container: RunningContainer;
  readonly podAddress: string;
  readonly clock: Clock;
  /** Into the Pod; `host` where the probe names another one. */
  dial(host: string | undefined): Dial;
}

/** Probes a container once: the kubelet's prober and pkg/probe. */
export async function probeOnce(probe: Probe, target: ProbeTarget): Promise<ProbeOutcome> {
  const timeout = (probe.timeoutSeconds ?? 1) * 1000;
  try {
    if (probe.exec) return await execProbe(probe.exec.command ?? [], target, timeout);
    if (probe.httpGet) return await httpProbe(probe.httpGet, target, timeout);
    if (probe.tcpSocket) return await tcpProbe(probe.tcpSocket, target, timeout);
    if (probe.grpc) return await grpc(probe.grpc, target, timeout);
  } catch (error) {
    return { result: 'unknown', message: (error as Error).message };
  }
  return { result: 'unknown', message: `missing probe handler for ${target.spec.name}` };
}

async function execProbe(command: readonly string[], target: ProbeTarget, timeout: number): Promise<ProbeOutcome> {
  const { spec, container, clock } = target;
  // A probe knows only the variables whose values are written down.
  const fixed = Object.fromEntries((spec.env ?? []).map(({ name, value }) => [name, value ?? '']));
  const expanded = command.map((text) => expand(text, lookupIn(fixed)));
  try {
    const { exitCode, output } = await runCommand(container, expanded, clock, timeout);
    return { result: exitCode === 0 ? 'success' : 'failure', message: output };
  } catch (error) {
    if (error instanceof CommandTimedOut) return { result: 'failure', message: error.message };
    if (error instanceof ContainerError) {
      return { result: 'unknown', message: `rpc error: code = Unknown desc = ${error.message}` };
    }
    throw error;
  }
}

async function httpProbe(
  action: NonNullable<Probe['httpGet']>,
  { spec, podAddress, clock, dial }: ProbeTarget,
  timeout: number,
): Promise<ProbeOutcome> {
  const asking = httpTarget(action, spec, podAddress, 'probe');
  try {
    const { status, body } = await get({ ...asking, dial: dial(action.host), clock, timeout });
    if (status >= 300 && status < 400) {
      return { result: 'warning', message: `Probe terminated redirects, Response body: ${body}` };
    }
    if (status >= 200 && status < 300) return { result: 'success', message: body };
    return { result: 'failure', message: `HTTP probe failed with statuscode: ${status}` };
  } catch (error) {
    if (error instanceof RequestFailed) return { result: 'failure', message: error.message };
    throw error;
  }
}

async function tcpProbe(
  { port, host }: NonNullable<Probe['tcpSocket']>,
  { spec, podAddress, clock, dial }: ProbeTarget,
  timeout: number,
): Promise<ProbeOutcome> {
  const number = resolvePort(port, spec);
  const address = host || podAddress;
  const stop = new AbortController();
  const timer = deadline(clock, timeout, () => stop.abort());
  try {
    const connection = await abortable(dial(host)(number, stop.signal), stop.signal);
    connection.destroy();
    return { result: 'success', message: '' };
  } catch (error) {
    const message = stop.signal.aborted
      ? `dial tcp ${address}:${number}: i/o timeout`
      : goNetworkError(error as NodeJS.ErrnoException, address, number);
    return { result: 'failure', message };
  } finally {
    timer.cancel();
  }
}

async function grpc(
  { port, service = '' }: NonNullable<Probe['grpc']>,
  { podAddress, clock, dial }: ProbeTarget,
  timeout: number,
): Promise<ProbeOutcome> {
  const address = `${podAddress}:${port}`;
  const { healthy, message } = await grpcProbe({ address, port, service, dial: dial(undefined), clock, timeout });
  return { result: healthy ? 'success' : 'failure', message };
}
