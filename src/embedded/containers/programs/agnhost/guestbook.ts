import { targetOf } from '../../../../workloads/http-server.ts';
import { describeError } from '../../commands/errors.ts';
import { bodyOf, sendRequest } from '../../commands/network/http-client.ts';
import type { Process } from '../../process/process.ts';
import { serveHttp, signalled } from '../http-server.ts';
import { Flags } from './flags.ts';
import { log } from './netexec.ts';

type Answer = readonly [status: number, body: string];

/** agnhost guestbook: a primary that keeps keys and values, replicas that follow it, and a front end over both. */
export async function guestbook(process: Process, args: readonly string[]): Promise<number> {
  const flags = new Flags(args);
  const port = flags.number('http-port', 80);
  const backendPort = flags.number('backend-port', 6379);
  const replica = flags.text('replicaof', '') || flags.text('slaveof', '');
  const stopped = signalled(process, 'SIGTERM', 'SIGINT');
  const store = new Map<string, string>();
  const replicas: string[] = [];

  const fetch = async (host: string, path: string): Promise<string> => {
    const { response, finish } = await sendRequest(process, {
      method: 'GET',
      url: new URL(`http://${host}:${backendPort}${path}`),
      headers: {},
      timeout: 5000,
    });
    let text = '';
    for await (const part of bodyOf(process, response)) text += part.toString('utf8');
    finish();
    return text;
  };
  const set = async (key: string, value: string): Promise<Answer> => {
    if (key === '') return [400, 'cannot set with empty key.\n'];
    store.set(key, value);
    for (const host of replicas) {
      try {
        await fetch(host, `/set?${new URLSearchParams({ key, value })}`);
      } catch (error) {
        return [417, `encountered error while propagating to replica '${host}': ${describeError(error)}\n`];
      }
    }
    return [200, JSON.stringify({ message: 'Updated' })];
  };
  /** To the primary what is to be set, to a replica what is asked. */
  const pass = async (command: string, key: string, value: string): Promise<Answer> => {
    if (command !== 'get' && command !== 'set') return [400, `unsupported cmd: '${command}'\n`];
    if (command === 'set' && key === '') return [400, 'cannot set with empty key.\n'];
    const host = command === 'get' ? 'agnhost-replica' : 'agnhost-primary';
    try {
      return [200, await fetch(host, `/${command}?${new URLSearchParams({ key, value })}`)];
    } catch (error) {
      return [417, `encountered error: ${describeError(error)}\n`];
    }
  };
  const route = async ({ pathname, searchParams }: URL): Promise<Answer> => {
    const [key, value] = [searchParams.get('key') ?? '', searchParams.get('value') ?? ''];
    switch (pathname) {
      case '/get':
        return [200, JSON.stringify({ data: key === '' ? Object.fromEntries(store) : (store.get(key) ?? '') })];
      case '/set':
        return set(key, value);
      case '/register':
        replicas.push(searchParams.get('host') ?? '');
        return [200, JSON.stringify({ data: Object.fromEntries(store) })];
      case '/guestbook':
        return pass((searchParams.get('cmd') ?? '').toLowerCase(), key, value);
      default:
        return [404, '404 page not found\n'];
    }
  };
  await serveHttp(process, port, (request, response) => {
    const url = targetOf(request);
    void log(process, `GET ${url.pathname}${url.search}`);
    void route(url).then(
      ([status, body]) => response.writeHead(status).end(body),
      (error) => response.writeHead(500).end(describeError(error)),
    );
  });
  if (replica) {
    for (;;) {
      try {
        const text = await fetch(replica, `/register?host=${process.network.addresses[0]}`);
        const { data } = JSON.parse(text) as { data: Record<string, string> };
        for (const [key, value] of Object.entries(data)) store.set(key, value);
        await log(process, `Registered to node: ${replica}`);
        break;
      } catch (error) {
        await log(process, `encountered error while registering to primary: ${describeError(error)}. Retrying in 1s.`);
        const again = await Promise.race([process.sleep(1000).then(() => true), stopped.then(() => false)]);
        if (!again) return 2;
      }
    }
  }
  await process.block(stopped);
  return 2;
}
