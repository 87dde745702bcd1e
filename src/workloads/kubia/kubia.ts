import type { Host } from '../host.ts';
import { type Answer, listener, messageOf, type Request, stopped } from '../http-server.ts';
import { largestBody, port, store, stored } from './store.ts';

/**
 * The pet application: it keeps the last body POSTed to it in a file, and tells every other request which Pod it has
 * reached and what that Pod keeps. `/healthz` answers without touching the data.
 */
export async function kubia(host: Host): Promise<number> {
  await serve(
    host,
    async () => `You've hit ${host.hostname}\nData stored on this pod: ${await stored(host)}\n`,
    'Kubia is listening',
  );
  return 0;
}

/** Serves what both versions have in common; `page` makes the answer to everything else. */
export async function serve(host: Host, page: (request: Request) => Promise<string>, greeting: string): Promise<void> {
  const handle = async (request: Request): Promise<Answer> => {
    if (request.url.pathname === '/healthz') return { body: 'ok\n' };
    if (request.method !== 'POST') return { body: await page(request) };
    await store(host, request);
    return { body: `Data stored on pod ${host.hostname}\n` };
  };
  const failed = (error: unknown, { method, url }: Request): Answer => {
    host.warn(`${method} ${url.pathname} failed: ${messageOf(error)}`);
    return { status: 500, body: `Data not stored on pod ${host.hostname}: ${messageOf(error)}\n` };
  };
  await host.listen(port, listener(handle, { largestBody, failed }));
  host.log(`${greeting} on port ${port}.`);
  await stopped(host);
  host.log('Kubia is shutting down.');
}
