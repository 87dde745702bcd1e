import { describeError } from '../../commands/errors.ts';
import { bodyOf, sendRequest } from '../../commands/network/http-client.ts';
import type { Process } from '../../process/process.ts';
import { serveHttp, signalled } from '../http-server.ts';
import { Flags } from './flags.ts';
import { log } from './netexec.ts';

/** agnhost guestbook: a primary that keeps keys and values, replicas that follow it, and a front end over both. */
export async function guestbook(process: Process, args: readonly string[]): Promise<number> {
  const flags = new Flags(args);
  const port = flags.number('http-port', 80);
  const backendPort = flags.number('backend-port', 6379);
  const replica = flags.text('replicaof', '') || flags.text('slaveof', '');
  const stopped = signalled(process, 'SIGTERM', 'SIGINT');
  const store = new Map<string, string>();
  const replicas = new Set<string>();

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
    if (response.statusCode !== 200) throw new Error(`unexpected status ${response.statusCode}`);
    return text;
  };
  const route = async (url: URL): Promise<[number, string]> => {
    const query = url.searchParams;
    const key = query.get('key') ?? '';
    switch (url.pathname) {
      case '/get':
        return [200, JSON.stringify({ data: store.get(key) ?? '' })];
      case '/set': {
        store.set(key, query.get('value') ?? '');
        for (const host of replicas)
          await fetch(host, `/set?key=${encodeURIComponent(key)}&value=${encodeURIComponent(store.get(key)!)}`).catch(
            () => replicas.delete(host),
          );
        return [200, JSON.stringify({ data: 'Updated' })];
      }
      case '/register':
        replicas.add(query.get('host') ?? '');
        return [200, JSON.stringify(Object.fromEntries(store))];
      case '/guestbook': {
        const command = query.get('cmd');
        if (command === 'get')
          return [
            200,
            await fetch('agnhost-replica', `/get?key=${encodeURIComponent(key)}`).catch(() =>
              fetch('agnhost-primary', `/get?key=${encodeURIComponent(key)}`),
            ),
          ];
        if (command === 'set')
          return [
            200,
            await fetch(
              'agnhost-primary',
              `/set?key=${encodeURIComponent(key)}&value=${encodeURIComponent(query.get('value') ?? '')}`,
            ),
          ];
        return [400, 'unexpected cmd'];
      }
      case '/env':
        return [200, JSON.stringify(process.env)];
      default:
        return [
          url.pathname === '/' ? 200 : 404,
          url.pathname === '/' ? '<html><body><h2>Guestbook</h2></body></html>' : '404 page not found\n',
        ];
    }
  };
  await serveHttp(process, port, (request, response) => {
    void route(new URL(request.url ?? '/', 'http://guestbook')).then(
      ([status, body]) => response.writeHead(status).end(body),
      (error) => response.writeHead(500).end(describeError(error)),
    );
  });
  if (replica) {
    for (;;) {
      try {
        const text = await fetch(replica, `/register?host=${process.network.addresses[0]}`);
        for (const [key, value] of Object.entries(JSON.parse(text) as Record<string, string>)) store.set(key, value);
        await log(process, `responded 200 OK from ${replica}`);
        break;
      } catch (error) {
        await log(process, `registration failed: ${describeError(error)}`);
        const again = await Promise.race([process.sleep(1000).then(() => true), stopped.then(() => false)]);
        if (!again) return 2;
      }
    }
  }
  await process.block(stopped);
  return 2;
}
