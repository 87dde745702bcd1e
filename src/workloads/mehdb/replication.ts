import type { Host } from '../host.ts';
import { messageOf } from '../http-server.ts';
import type { Settings } from './settings.ts';
import type { Store } from './store.ts';

export const period = 10_000;
const patience = 5_000;

/** Copies what the leader has every ten seconds, until the host stops. Keys are never deleted, so none are here. */
export async function follow(host: Host, { leader }: Settings, store: Store): Promise<void> {
  for (;;) {
    await host.sleep(period);
    if (host.stopping.aborted) return;
    host.log('Checking for new data from leader');
    try {
      for (const key of await keysOf(host, leader)) await copy(host, leader, store, key);
    } catch (error) {
      if (!host.stopping.aborted) host.warn(`Can't get keys from leader due to ${messageOf(error)}`);
    }
  }
}

async function keysOf(host: Host, leader: string): Promise<string[]> {
  const { status, text } = await host.fetch(`${leader}/keys`, { timeout: patience });
  if (status !== 200) throw new Error(`status ${status} from ${leader}/keys`);
  const keys: unknown = JSON.parse(text);
  if (!Array.isArray(keys)) throw new Error(`an answer from ${leader}/keys that is not a list`);
  return keys.filter((key): key is string => typeof key === 'string' && /^[a-z]+$/.test(key));
}

async function copy(host: Host, leader: string, store: Store, key: string): Promise<void> {
  try {
    const { status, bytes } = await host.fetch(`${leader}/get/${key}`, { timeout: patience });
    if (status !== 200) throw new Error(`status ${status}`);
    const before = await store.get(key);
    if (before && Buffer.compare(before, bytes) === 0) return;
    await store.set(key, bytes);
    host.log(`Synced key ${key} from leader`);
  } catch (error) {
    if (!host.stopping.aborted) host.warn(`Can't sync key ${key} from leader due to ${messageOf(error)}`);
  }
}
