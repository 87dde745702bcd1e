import type { Host } from '../host.ts';
import { type Answer, json, listener, messageOf, type Request, stopped } from '../http-server.ts';
import { follow } from './replication.ts';
import { type Settings, settingsOf } from './settings.ts';
import { Store } from './store.ts';

const largestBody = 16 * 1024 * 1024;

/**
 * A key-value store for learning, after mhausenblas/mehdb and with its HTTP API: the Pod with ordinal 0 leads and takes
 * writes; every other Pod redirects them to it, copies its data every ten seconds and serves reads of what it has.
 */
export async function mehdb(host: Host): Promise<number> {
  const settings = await settingsOf(host);
  const store = new Store(host.files, settings.folder);
  await host.files.makeDirectory(settings.folder);
  const handle = (request: Request) => answer(host, settings, store, request);
  const failed = (error: unknown, { method, url }: Request): Answer => {
    host.warn(`${method} ${url.pathname} failed due to ${messageOf(error)}`);
    return { status: 500, body: `${messageOf(error)}\n` };
  };
  await host.listen(settings.port, listener(handle, { largestBody, failed }));
  host.log(`mehdb serving from ${settings.name}:${settings.port} using ${settings.folder} as the data directory`);
  host.log(
    settings.leads
      ? 'I am the leading shard, accepting both WRITES and READS'
      : `I am a follower shard of ${settings.leader}, accepting READS`,
  );
  await (settings.leads ? stopped(host) : follow(host, settings, store));
  return 0;
}

async function answer(host: Host, settings: Settings, store: Store, request: Request): Promise<Answer> {
  const [, command = '', key] = /^\/(set|get|keys|status)(?:\/([a-z]+))?$/.exec(request.url.pathname) ?? [];
  const takesKey = command === 'set' || command === 'get';
  if (!command || takesKey !== (key !== undefined)) return { status: 404, body: '404 page not found\n' };
  if (request.method !== (command === 'set' ? 'PUT' : 'GET')) return { status: 405 };
  switch (command) {
    case 'set':
      return write(host, settings, store, key!, request);
    case 'get':
      return read(host, store, key!);
    case 'keys':
      return json(await store.keys());
    default:
      if (request.url.searchParams.get('level') === 'full') return json((await store.keys()).length);
      return { body: settings.leads ? 'leader' : 'follower' };
  }
}

async function write(host: Host, settings: Settings, store: Store, key: string, request: Request): Promise<Answer> {
  if (!settings.leads) {
    const location = `${settings.leader}/set/${key}`;
    host.log(`Redirecting WRITE to ${location}`);
    return { status: 307, headers: { Location: location } };
  }
  await store.set(key, await request.body());
  host.log(`Done writing key ${key}`);
  return { body: 'WRITE completed' };
}

async function read(host: Host, store: Store, key: string): Promise<Answer> {
  const value = await store.get(key);
  host.log(value ? `Done reading key ${key}` : `Can't read key ${key}: it is not here`);
  return value ? { body: value } : { status: 404, body: '\n' };
}
