import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyTooLargeError, readBody } from '../body.ts';
import type { Host } from '../host.ts';

const dataFile = '/var/data/kubia.txt';
const port = 8080;
const largestBody = 1024 * 1024;

/**
 * The pet application: it keeps the last body POSTed to it in a file, and tells every other request which Pod it has
 * reached and what that Pod keeps. `/healthz` answers without touching the data.
 */
export async function kubia(host: Host): Promise<number> {
  await host.listen(port, (request, response) => void answer(host, request, response));
  host.log(`Kubia is listening on port ${port}.`);
  await stopped(host.stopping);
  host.log('Kubia is shutting down.');
  return 0;
}

async function answer(host: Host, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    if (request.url === '/healthz') {
      reply(response, 200, 'ok\n');
    } else if (request.method === 'POST') {
      await store(host, request);
      host.log('New data has been received and stored.');
      reply(response, 200, `Data stored on pod ${host.hostname}\n`);
    } else {
      reply(response, 200, `You've hit ${host.hostname}\nData stored on this pod: ${await stored(host)}\n`);
    }
  } catch (error) {
    const tooLarge = error instanceof BodyTooLargeError;
    const message = error instanceof Error ? error.message : String(error);
    host.warn(`${request.method} ${request.url} failed: ${message}`);
    if (!response.headersSent)
      reply(response, tooLarge ? 413 : 500, `Data not stored on pod ${host.hostname}: ${message}\n`);
    else response.destroy();
  }
}

/** Resolves once the bytes are on the volume: what has been acknowledged survives the loss of the Pod. */
async function store(host: Host, request: IncomingMessage): Promise<void> {
  const body = await readBody(request, largestBody);
  await host.files.makeDirectory('/var/data');
  await host.files.write(dataFile, body);
}

async function stored(host: Host): Promise<string> {
  try {
    return new TextDecoder().decode(await host.files.read(dataFile));
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return 'No data posted yet';
    throw error;
  }
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
