import type { KubeObject } from '../../kubernetes/object.ts';
import { ApiError, type Status } from '../../kubernetes/status.ts';
import { type Clock, pause } from '../clock.ts';
import type { ClusterApi, WatchEvent } from './api.ts';

export interface WatchListener {
  /** All objects as they stand: at first, and again after events may have been missed (`gap`). */
  listed(objects: readonly KubeObject[], gap: boolean): void;
  /** Changes are told as they happen from here on. */
  watching?(): void;
  changed(type: 'added' | 'modified' | 'deleted', object: KubeObject): void;
  /** The cluster does not answer, or refuses; it is asked again. Undefined once it answers. */
  trouble(error: Error | undefined): void;
}

interface List {
  metadata: { resourceVersion: string; continue?: string };
  apiVersion: string;
  kind: string;
  items: KubeObject[];
}

const pageSize = 500;
/** Seconds after which the server ends a watch, so that a dead connection is noticed. */
const watchSeconds = 240;
const firstPause = 250;
const longestPause = 15_000;

/**
 * Follows a collection until the signal is aborted: list, watch, and from the last version on again when the watch ends
 * or the connection breaks; from a new list when the version has expired.
 */
export async function follow(
  api: ClusterApi,
  path: string,
  clock: Clock,
  listener: WatchListener,
  signal: AbortSignal,
): Promise<void> {
  let version: string | undefined;
  let listedBefore = false;
  let failures = 0;
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const list = await listAll(api, path, signal);
        version = list.version;
        listener.listed(list.objects, listedBefore);
        listedBefore = true;
        listener.trouble(undefined);
      }
      const query = `watch=true&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}&resourceVersion=${version}`;
      const started = clock.now();
      for await (const event of api.watch(`${path}?${query}`, signal, () => listener.watching?.())) {
        if (failures > 0) listener.trouble(undefined);
        failures = 0;
        version = deliver(event, listener);
      }
      // The server ends each watch after its time; one that ends at once would have us ask without a pause.
      if (clock.now() - started < 1000) await pause(clock, firstPause, signal);
    } catch (error) {
      if (signal.aborted) return;
      const expired = error instanceof ApiError && (error.code === 410 || error.reason === 'Expired');
      if (expired) {
        version = undefined;
        if (failures++ === 0) continue;
      } else {
        failures++;
        listener.trouble(error instanceof Error ? error : new Error(String(error)));
      }
      await pause(clock, Math.min(longestPause, firstPause * 2 ** (failures - 1)), signal).catch(() => undefined);
    }
  }
}

/** Returns the version to go on from. */
function deliver(event: WatchEvent, listener: WatchListener): string {
  if (event.type === 'ERROR') {
    const status = event.object as Status;
    throw new ApiError(status.code, status.reason, status.message ?? 'the watch failed', status.details);
  }
  const object = event.object as KubeObject;
  if (event.type === 'ADDED') listener.changed('added', object);
  else if (event.type === 'MODIFIED') listener.changed('modified', object);
  else if (event.type === 'DELETED') listener.changed('deleted', object);
  return object.metadata.resourceVersion!;
}

async function listAll(
  api: ClusterApi,
  path: string,
  signal: AbortSignal,
): Promise<{ version: string; objects: KubeObject[] }> {
  const objects: KubeObject[] = [];
  let next: string | undefined;
  for (;;) {
    const query = new URLSearchParams({ limit: String(pageSize), ...(next && { continue: next }) });
    const list = await api.json<List>({ path: `${path}?${query}`, signal });
    // Items of a list leave out what they are.
    const { apiVersion } = list;
    const kind = list.kind.replace(/List$/, '');
    for (const item of list.items) objects.push({ ...item, apiVersion, kind });
    next = list.metadata.continue || undefined;
    if (!next) return { version: list.metadata.resourceVersion, objects };
  }
}
