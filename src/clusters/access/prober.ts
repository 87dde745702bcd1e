import type { KubeObject } from '../../kubernetes/object.ts';
import { ApiError } from '../../kubernetes/status.ts';
import { type Clock, pause } from '../clock.ts';
import type { ClusterApi } from './api.ts';

/** The small Pod that DNS is asked from. Learners neither see it nor does any check count it. */

export interface ProberOptions {
  /** With a shell, sleep and dig in it. */
  readonly image: string;
}

export const proberNamespace = 'ordinal-system';
const name = 'ordinal-prober';
const labels = { 'app.kubernetes.io/name': name, 'app.kubernetes.io/managed-by': 'ordinal' };

/** Whether an object is our own tool rather than part of the lesson. */
export function isHidden(object: KubeObject): boolean {
  return object.metadata.labels?.['app.kubernetes.io/name'] === name || object.metadata.name.startsWith(`${name}.`);
}

/** Finds the prober or makes it. Resolves with its namespace and name once it runs. */
export class Prober {
  readonly #api: ClusterApi;
  readonly #clock: Clock;
  readonly #options: ProberOptions;
  /** Where no namespace of our own can be made. */
  readonly #sessionNamespace: string;
  #ready: Promise<{ namespace: string; pod: string }> | undefined;

  constructor(api: ClusterApi, clock: Clock, sessionNamespace: string, options: ProberOptions) {
    this.#api = api;
    this.#clock = clock;
    this.#sessionNamespace = sessionNamespace;
    this.#options = options;
  }

  async run(command: readonly string[], signal: AbortSignal) {
    const ready = this.#ready ?? this.#start(signal);
    this.#ready = ready;
    let target: { namespace: string; pod: string };
    try {
      target = await ready;
      return await this.#api.exec({ ...target, command }, signal);
    } catch (error) {
      // Deleted, evicted, or its node lost: the next question makes a new one.
      if (this.#ready === ready) this.#ready = undefined;
      throw error;
    }
  }

  async #start(signal: AbortSignal): Promise<{ namespace: string; pod: string }> {
    const namespace = await this.#namespace(signal);
    const path = `/api/v1/namespaces/${namespace}/pods`;
    for (;;) {
      const pod = await this.#api.json<ProberPod>({ path: `${path}/${name}`, signal }).catch((error: unknown) => {
        if (ApiError.is(error, 'NotFound')) return undefined;
        throw error;
      });
      if (!pod) {
        await this.#create(path, this.#pod(namespace), signal);
      } else if (pod.status?.phase === 'Running' && !pod.metadata.deletionTimestamp) {
        return { namespace, pod: name };
      } else if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') {
        const options = '{"gracePeriodSeconds":0}';
        await this.#api.json({ method: 'DELETE', path: `${path}/${name}`, body: options, signal }).catch(ignoreGone);
      }
      await this.#next(`${path}?watch=true&timeoutSeconds=10&fieldSelector=metadata.name%3D${name}`, signal);
    }
  }

  /** Until something about the Pod changes; what has changed is then read. */
  async #next(path: string, signal: AbortSignal): Promise<void> {
    let first = true;
    for await (const event of this.#api.watch(path, signal)) {
      const pod = event.object as ProberPod;
      if (pod.status?.phase === 'Running' || !first) return;
      first = false;
    }
    await pause(this.#clock, 200, signal);
  }

  async #namespace(signal: AbortSignal): Promise<string> {
    const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: proberNamespace, labels } };
    try {
      await this.#create('/api/v1/namespaces', body, signal);
      return proberNamespace;
    } catch (error) {
      if (ApiError.is(error, 'Forbidden')) return this.#sessionNamespace;
      throw error;
    }
  }

  async #create(path: string, object: object, signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#api.json({ method: 'POST', path, body: JSON.stringify(object), signal });
        return;
      } catch (error) {
        if (ApiError.is(error, 'AlreadyExists')) return;
        // A new namespace has its ServiceAccount a moment later, without which no Pod is accepted.
        const early = ApiError.is(error, 'Forbidden') && error.message.includes('serviceaccount');
        if (!early || attempt === 20) throw error;
        await pause(this.#clock, 250, signal);
      }
    }
  }

  #pod(namespace: string): object {
    return {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace, labels },
      spec: {
        terminationGracePeriodSeconds: 0,
        automountServiceAccountToken: false,
        enableServiceLinks: false,
        securityContext: { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            name: 'prober',
            image: this.#options.image,
            imagePullPolicy: 'IfNotPresent',
            command: ['sleep', '2147483647'],
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            resources: { requests: { cpu: '1m', memory: '4Mi' }, limits: { cpu: '200m', memory: '64Mi' } },
          },
        ],
        tolerations: [{ operator: 'Exists' }],
      },
    };
  }
}

interface ProberPod extends KubeObject {
  status?: { phase?: string };
}

function ignoreGone(error: unknown): void {
  if (!ApiError.is(error, 'NotFound')) throw error;
}
