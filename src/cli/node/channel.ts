import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { writePrivateFile } from '../../clusters/private-file.ts';
import type { NodeAction, RunningCluster } from '../../clusters/provider.ts';

/**
 * How "ordinal node" reaches a cluster that another process runs: a port of this machine, and a secret that stands in
 * a file of the data folder which only the folder's owner can read.
 */
interface Address {
  readonly pid: number;
  readonly port: number;
  readonly secret: string;
}

const file = (folder: string) => join(folder, 'nodes.json');

export interface Channel {
  close(): void;
}

/** Takes requests for the cluster's nodes until it is closed. */
export async function openChannel(folder: string, cluster: RunningCluster): Promise<Channel> {
  const secret = randomBytes(32).toString('base64url');
  const server = createServer((incoming, response) => void answer(cluster, secret, incoming, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  // The cluster keeps the process alive, not this.
  server.unref();
  writePrivateFile(
    file(folder),
    JSON.stringify({ pid: process.pid, port: (server.address() as AddressInfo).port, secret }),
  );
  return {
    close: () => {
      if (read(folder)?.secret === secret) rmSync(file(folder), { force: true });
      server.close();
      server.closeAllConnections();
    },
  };
}

/**
 * Has the process that runs the folder's cluster act on a node. Resolves with false where no process answers; rejects
 * with what the process says where it cannot.
 */
export async function askChannel(folder: string, action: NodeAction, name: string): Promise<boolean> {
  const known = read(folder);
  if (!known) return false;
  const answered = await post(known, `/${action}/${encodeURIComponent(name)}`).catch(() => undefined);
  if (!answered) return false;
  if (answered.status !== 200) throw new Error(answered.body);
  return true;
}

async function answer(
  cluster: RunningCluster,
  secret: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const match = /^\/(stop|start|partition)\/([^/]+)$/.exec(incoming.url ?? '');
  const allowed = incoming.method === 'POST' && same(incoming.headers.authorization ?? '', `Bearer ${secret}`);
  if (!allowed || !match) {
    response.writeHead(allowed ? 404 : 403).end();
    return;
  }
  try {
    if (!cluster.node) throw new Error('the nodes of this cluster cannot be stopped');
    await cluster.node(match[1] as NodeAction, decodeURIComponent(match[2]!));
    response.end();
  } catch (error) {
    response.writeHead(409).end(error instanceof Error ? error.message : String(error));
  }
}

function same(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

function read(folder: string): Address | undefined {
  try {
    const { pid, port, secret } = JSON.parse(readFileSync(file(folder), 'utf8')) as Partial<Address>;
    return pid && port && secret ? { pid, port, secret } : undefined;
  } catch {
    return undefined;
  }
}

function post({ port, secret }: Address, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${secret}` };
    const sent = request({ host: '127.0.0.1', port, path, method: 'POST', headers });
    sent.on('error', reject);
    sent.on('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    sent.end();
  });
}
