import type { Duplex, Readable } from 'node:stream';
import { internalError, notFound } from '../../kubernetes/errors.ts';
import type { Pod } from '../../kubernetes/objects.ts';
import { ApiError } from '../../kubernetes/status.ts';
import type { ContainerTarget, ExecResult, ExecStreams, LogOptions, NodeBackend } from '../apiserver/node-backend.ts';
import type { Informer } from '../client/client.ts';
import { type Clock, sleep } from '../clock.ts';
import type { Network } from '../network/network.ts';
import type { Kubelet } from './kubelet.ts';
import { attachToPod, dialPort, execInPod, podLogs } from './streams.ts';

export interface KubeletsOptions {
  readonly kubelets: readonly Kubelet[];
  readonly pods: Informer<Pod>;
  readonly clock: Clock;
  readonly network: Network;
}

const kubeletPort = 10_250;
/** Milliseconds until the API server knows that a machine is not there, and that one does not answer. */
const noRoute = 3_000;
const noAnswer = 30_000;

/** All kubelets, as the API server sees them: each request goes to the node that the Pod is on. */
export class Kubelets implements NodeBackend {
  readonly #options: KubeletsOptions;
  readonly #byName: ReadonlyMap<string, Kubelet>;

  constructor(options: KubeletsOptions) {
    this.#options = options;
    this.#byName = new Map(options.kubelets.map((kubelet) => [kubelet.name, kubelet]));
  }

  async exec(target: ContainerTarget, command: readonly string[], streams: ExecStreams): Promise<ExecResult> {
    const kubelet = await this.#reach(target.namespace, target.pod, dialing, streams.signal);
    return execInPod(kubelet.find(target.namespace, target.pod), target, command, streams);
  }

  async attach(target: ContainerTarget, streams: ExecStreams): Promise<ExecResult> {
    const kubelet = await this.#reach(target.namespace, target.pod, dialing, streams.signal);
    return attachToPod(kubelet.find(target.namespace, target.pod), target, streams);
  }

  async logs(target: ContainerTarget, options: LogOptions): Promise<Readable> {
    const { namespace, pod, container } = target;
    const getting = (address: string, why: string) =>
      new ApiError(
        500,
        undefined,
        `Get "https://${address}:${kubeletPort}/containerLogs/${namespace}/${pod}/${container}${query(options)}": ${why}`,
      );
    const kubelet = await this.#reach(namespace, pod, getting, options.signal);
    return podLogs(kubelet.find(namespace, pod), target, options, this.#options.clock);
  }

  async dialPod(pod: { namespace: string; name: string }, port: number): Promise<Duplex> {
    const kubelet = await this.#reach(pod.namespace, pod.name, dialing);
    return dialPort(kubelet.find(pod.namespace, pod.name), pod, port, this.#options.network);
  }

  /** @throws ApiError */
  async #reach(
    namespace: string,
    name: string,
    failure: (address: string, why: string) => ApiError,
    signal?: AbortSignal,
  ): Promise<Kubelet> {
    const pod = this.#options.pods.get(namespace, name);
    if (!pod) throw notFound({ group: '', resource: 'pods' }, name);
    const { nodeName = '' } = pod.spec;
    const kubelet = this.#byName.get(nodeName);
    if (!kubelet) throw notFound({ group: '', resource: 'nodes' }, nodeName);
    if (kubelet.state === 'running') return kubelet;
    const address = kubelet.address;
    const stopped = kubelet.state === 'stopped';
    await sleep(this.#options.clock, stopped ? noRoute : noAnswer, signal);
    const why = stopped ? 'connect: no route to host' : 'i/o timeout';
    throw failure(address, `dial tcp ${address}:${kubeletPort}: ${why}`);
  }
}

function dialing(_: string, why: string): ApiError {
  return internalError(`error dialing backend: ${why}`);
}

/** As the API server passes the options on. */
function query({ follow, previous, timestamps, tailLines, limitBytes, sinceSeconds }: LogOptions): string {
  const parameters = new URLSearchParams();
  if (follow) parameters.set('follow', 'true');
  if (limitBytes !== undefined) parameters.set('limitBytes', String(limitBytes));
  if (previous) parameters.set('previous', 'true');
  if (sinceSeconds !== undefined) parameters.set('sinceSeconds', String(sinceSeconds));
  if (tailLines !== undefined) parameters.set('tailLines', String(tailLines));
  if (timestamps) parameters.set('timestamps', 'true');
  const text = parameters.toString();
  return text && `?${text}`;
}
