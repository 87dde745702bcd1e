import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type KubeObject, withoutManagedFields } from '../kubernetes/object.ts';
import { ClusterApi } from './access/api.ts';
import { collectionPath, type Resource, Resources } from './access/resources.ts';

/** Credentials are nobody's business who reads a report. */
const left = new Set(['secrets']);
/** Bytes of a container's log that are kept, its end. */
const mostLog = 4 * 1024 * 1024;

interface Pod extends KubeObject {
  readonly spec: {
    readonly containers: readonly { readonly name: string }[];
    readonly initContainers?: readonly { readonly name: string }[];
  };
  readonly status?: {
    readonly containerStatuses?: readonly { readonly name: string; readonly restartCount: number }[];
  };
}

/**
 * Writes what a cluster says of itself, whichever it is: every object but Secrets, Events among them, as YAML by
 * namespace and kind, and the containers' logs. What cannot be had is listed in missing.txt, so that a cluster which is
 * half broken still tells what it can. Rejects only where the API does not answer at all.
 */
export async function dumpCluster(options: {
  readonly kubeconfig: string;
  readonly folder: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { kubeconfig, folder, signal } = options;
  const api = await ClusterApi.open(kubeconfig);
  const missing: string[] = [];
  const attempt = async <T>(what: string, ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      signal.throwIfAborted();
      missing.push(`${what}: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
  };
  try {
    await write(join(folder, 'version.yaml'), await api.json({ path: '/version', signal }));
    for (const resource of await new Resources(api).all()) {
      if (left.has(resource.plural)) continue;
      const items = (await attempt(resource.plural, () => list(api, resource, signal))) ?? [];
      for (const [namespace, objects] of byNamespace(items)) {
        const place = namespace ? join(folder, 'namespaces', namespace) : join(folder, 'cluster');
        await write(join(place, `${fileName(resource)}.yaml`), { apiVersion: 'v1', kind: 'List', items: objects });
      }
      if (resource.group !== '' || resource.plural !== 'pods') continue;
      for (const pod of items as readonly Pod[]) await writeLogs(api, folder, pod, attempt, signal);
    }
    if (missing.length > 0) await writeFile(join(folder, 'missing.txt'), `${missing.join('\n')}\n`);
  } finally {
    api.close();
  }
}

async function list(api: ClusterApi, resource: Resource, signal: AbortSignal): Promise<readonly KubeObject[]> {
  const { items } = await api.json<{ items: KubeObject[] }>({ path: collectionPath(resource), signal });
  const { group, version, kind } = resource;
  const apiVersion = group ? `${group}/${version}` : version;
  return items.map((item) => ({ ...withoutManagedFields(item), apiVersion, kind }));
}

function byNamespace(items: readonly KubeObject[]): Map<string, KubeObject[]> {
  const found = new Map<string, KubeObject[]>();
  for (const item of items) {
    const namespace = item.metadata.namespace ?? '';
    const objects = found.get(namespace);
    if (objects) objects.push(item);
    else found.set(namespace, [item]);
  }
  return found;
}

async function writeLogs(
  api: ClusterApi,
  folder: string,
  { metadata: { name, namespace = '' }, spec, status }: Pod,
  attempt: <T>(what: string, ask: () => Promise<T>) => Promise<T | undefined>,
  signal: AbortSignal,
): Promise<void> {
  for (const container of [...(spec.initContainers ?? []), ...spec.containers]) {
    const again = status?.containerStatuses?.some((each) => each.name === container.name && each.restartCount > 0);
    for (const previous of again ? [false, true] : [false]) {
      const query = new URLSearchParams({ container: container.name, timestamps: 'true', previous: `${previous}` });
      const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?${query}`;
      const what = `log of ${namespace}/${name}, container ${container.name}${previous ? ' before its restart' : ''}`;
      await attempt(what, async () => {
        const log = await api.body({ path, signal });
        const file = `${container.name}${previous ? '.previous' : ''}.log`;
        const place = join(folder, 'namespaces', namespace, 'logs', name);
        await mkdir(place, { recursive: true });
        await writeFile(join(place, file), log.subarray(-mostLog));
      });
    }
  }
}

/** "statefulsets.apps" */
function fileName({ plural, group }: Resource): string {
  return group ? `${plural}.${group}` : plural;
}

async function write(file: string, value: unknown): Promise<void> {
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, stringify(value, { lineWidth: 0, aliasDuplicateObjects: false }));
}
