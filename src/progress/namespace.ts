import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parse, stringify } from 'yaml';
import type { ClusterApi } from '../clusters/access/api.ts';
import { type Clock, pause } from '../clusters/clock.ts';
import type { SessionSpace } from '../clusters/provider.ts';
import type { KubeObject } from '../kubernetes/object.ts';
import { ApiError } from '../kubernetes/status.ts';

/** A session's namespace: made, emptied, and what kubectl works in. */

/** "first-statefulset" for lesson "01-first-statefulset". */
export function namespaceFor(lesson: string): string {
  const name = asLabel(lesson.replace(/^\d+[-_.]*/, ''));
  return (name || `lesson-${lesson.replace(/\D/g, '')}`).slice(0, 63);
}

/** With nothing in it that a namespace's name may not have; however long, and empty where nothing is left. */
export function asLabel(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

export async function ensureNamespace(api: ClusterApi, name: string, clock: Clock, signal: AbortSignal): Promise<void> {
  const namespace = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels: { 'app.kubernetes.io/managed-by': 'ordinal' } },
  };
  for (;;) {
    try {
      await api.json({ method: 'POST', path: '/api/v1/namespaces', body: JSON.stringify(namespace), signal });
      return;
    } catch (error) {
      if (!ApiError.is(error, 'AlreadyExists')) throw error;
    }
    const found = await read(api, name, signal);
    if (found && !found.metadata.deletionTimestamp) return;
    // It is on its way out, from a reset that was interrupted.
    if (found) await gone(api, name, clock, signal);
  }
}

/**
 * The namespace of a session, there and with a kubeconfig of its own in `file`: of the provider's making on a cluster
 * that is shared, else the provider's own in that namespace.
 */
export async function enterNamespace(
  api: ClusterApi,
  options: {
    readonly namespace: string;
    /** The provider's. */
    readonly kubeconfig: string;
    readonly file: string;
    readonly space: SessionSpace | undefined;
    readonly clock: Clock;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { namespace, kubeconfig, file, space, clock, signal } = options;
  if (space) return space.prepare(namespace, file, signal);
  await writeSessionKubeconfig(kubeconfig, file, namespace);
  await ensureNamespace(api, namespace, clock, signal);
}

/** Deletes the namespace with all that is in it and resolves once it is gone. */
export async function removeNamespace(api: ClusterApi, name: string, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await api.json({ method: 'DELETE', path: `/api/v1/namespaces/${name}`, signal });
  } catch (error) {
    if (ApiError.is(error, 'NotFound')) return;
    // Being deleted already.
    if (!ApiError.is(error, 'Conflict')) throw error;
  }
  await gone(api, name, clock, signal);
}

async function gone(api: ClusterApi, name: string, clock: Clock, signal: AbortSignal): Promise<void> {
  while (await read(api, name, signal)) {
    const query = `watch=true&timeoutSeconds=10&fieldSelector=metadata.name%3D${name}`;
    for await (const event of api.watch(`/api/v1/namespaces?${query}`, signal)) if (event.type === 'DELETED') break;
    await pause(clock, 50, signal);
  }
}

async function read(api: ClusterApi, name: string, signal: AbortSignal): Promise<KubeObject | undefined> {
  try {
    return await api.json<KubeObject>({ path: `/api/v1/namespaces/${name}`, signal });
  } catch (error) {
    if (ApiError.is(error, 'NotFound')) return undefined;
    throw error;
  }
}

/** Writes the kubeconfig that a session's kubectl uses: the provider's, in the session's namespace; mode 0600. */
export async function writeSessionKubeconfig(from: string, to: string, namespace: string): Promise<void> {
  const config = parse(await readFile(from, 'utf8')) as {
    'current-context'?: string;
    contexts?: { name?: string; context?: Record<string, unknown> }[];
  };
  const current = config.contexts?.find(({ name }) => name === config['current-context']);
  if (!current) throw new Error(`${from} has no current context`);
  current.context = { ...current.context, namespace };
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await writeFile(to, stringify(config), { mode: 0o600 });
  await chmod(to, 0o600);
}
