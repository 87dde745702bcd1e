import { pipeline } from 'node:stream/promises';
import { createWebSocketStream } from 'ws';
import { badRequest } from '../../../kubernetes/errors.ts';
import type { Pod } from '../../../kubernetes/objects.ts';
import { invalid as invalidObject } from '../failures.ts';
import type { Exchange } from '../http/exchange.ts';
import { flag, integer, text } from '../http/query.ts';
import type { LogOptions, NodeBackend } from '../node-backend.ts';
import { type FieldError, forbidden, invalid } from '../validation/field.ts';
import { containerOf } from './targets.ts';
import { acceptWebSocket, type Upgrade } from './websocket.ts';

type Wanted = Omit<LogOptions, 'signal'>;

/** pods/NAME/log. @throws ApiError Invalid, BadRequest, and what the node says */
export async function serveLog(exchange: Exchange, pod: Pod, backend: NodeBackend): Promise<void> {
  const container = containerOf(pod, text(exchange.query, 'container'));
  const options = logOptions(exchange.query, pod);
  if (!pod.spec.nodeName) return exchange.send(204, '', exchange.headers('text/plain'));
  const gone = new AbortController();
  exchange.response.on('close', () => gone.abort(new Error('the client has gone')));
  const target = { namespace: pod.metadata.namespace!, pod: pod.metadata.name, container };
  const log = await backend.logs(target, { ...options, signal: gone.signal });
  exchange.response.writeHead(200, exchange.headers('text/plain'));
  exchange.response.flushHeaders();
  // A client that goes ends the log, not the server.
  await pipeline(log, exchange.response).catch(() => log.destroy());
}

/** The same over a WebSocket: "binary.k8s.io", or "base64.binary.k8s.io". */
export async function serveLogSocket(
  upgrade: Upgrade,
  pod: Pod,
  query: URLSearchParams,
  backend: NodeBackend,
): Promise<void> {
  const container = containerOf(pod, text(query, 'container'));
  const options = logOptions(query, pod);
  const gone = new AbortController();
  const target = { namespace: pod.metadata.namespace!, pod: pod.metadata.name, container };
  const log = pod.spec.nodeName ? await backend.logs(target, { ...options, signal: gone.signal }) : undefined;
  const { socket, protocol } = await acceptWebSocket(upgrade, ['binary.k8s.io', 'base64.binary.k8s.io']);
  socket.on('close', () => gone.abort(new Error('the client has gone')));
  if (!log) return socket.close(1000);
  if (protocol.startsWith('base64')) {
    for await (const chunk of log as AsyncIterable<Buffer>) socket.send(chunk.toString('base64'));
    socket.close(1000);
  } else {
    await pipeline(log, createWebSocketStream(socket)).catch(() => log.destroy());
  }
}

/** @throws ApiError Invalid, BadRequest */
export function logOptions(query: URLSearchParams, { metadata }: Pod): Wanted {
  const options = {
    follow: flag(query, 'follow') ?? false,
    previous: flag(query, 'previous') ?? false,
    timestamps: flag(query, 'timestamps') ?? false,
    tailLines: integer(query, 'tailLines'),
    limitBytes: integer(query, 'limitBytes'),
    sinceSeconds: integer(query, 'sinceSeconds'),
    sinceTime: sinceTimeIn(query),
  };
  const { tailLines, limitBytes, sinceSeconds, sinceTime } = options;
  const errors: FieldError[] = [];
  if (tailLines !== undefined && tailLines < 0) {
    errors.push(invalid('tailLines', tailLines, 'must be greater than or equal to 0'));
  }
  if (limitBytes !== undefined && limitBytes < 1) {
    errors.push(invalid('limitBytes', limitBytes, 'must be greater than 0'));
  }
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    errors.push(forbidden('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    errors.push(invalid('sinceSeconds', sinceSeconds, 'must be greater than 0'));
  }
  // To be had one at a time only where an alpha feature is switched on.
  if (text(query, 'stream')) errors.push(forbidden('stream', 'may not be specified'));
  if (errors.length > 0) throw invalidObject({ group: '', kind: 'PodLogOptions' }, metadata.name, errors);
  return options;
}

/** @throws ApiError BadRequest */
function sinceTimeIn(query: URLSearchParams): string | undefined {
  const sinceTime = text(query, 'sinceTime') || undefined;
  if (sinceTime !== undefined && Number.isNaN(Date.parse(sinceTime))) {
    const given = JSON.stringify(sinceTime);
    throw badRequest(`parsing time ${given} as "2006-01-02T15:04:05Z07:00": cannot parse ${given} as "2006"`);
  }
  return sinceTime;
}
