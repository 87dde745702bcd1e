import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { badRequest } from '../../../kubernetes/errors.ts';

/** Bytes of one message. Clients send their input in pieces of some tens of kilobytes. */
const largestMessage = 8 * 1024 * 1024;

export interface Accepted {
  readonly socket: WebSocket;
  /** '' where the client asked for none. */
  readonly protocol: string;
}

/** A connection that asks to be something other than HTTP. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came after the request's headers already. */
  readonly head: Buffer;
}

const server = () =>
  new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: largestMessage,
    perMessageDeflate: false,
    handleProtocols: (offered) => [...offered][0] ?? false,
  });

/**
 * Accepts a WebSocket.
 * @param supported the subprotocols that are spoken here; of those, the client's first is taken
 * @throws ApiError BadRequest where the client speaks none of them
 */
export function acceptWebSocket({ request, socket, head }: Upgrade, supported: readonly string[]): Promise<Accepted> {
  const offered = (request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
  const protocol = offered.find((each) => supported.includes(each)) ?? '';
  if (offered.length > 0 && !protocol) {
    throw badRequest(
      `unable to upgrade: none of the subprotocols ${JSON.stringify(offered)} is supported, use one of ${JSON.stringify(supported)}`,
    );
  }
  // The library takes no name with a slash in it (SPDY/3.1+portforward.k8s.io), so it never gets to see the header.
  delete request.headers['sec-websocket-protocol'];
  const sockets = server();
  if (protocol) sockets.on('headers', (headers: string[]) => headers.push(`Sec-WebSocket-Protocol: ${protocol}`));
  return new Promise((resolve) => {
    sockets.handleUpgrade(request, socket, head, (accepted) => {
      // A frame that breaks the protocol closes the connection, which is all that can be done about it.
      accepted.on('error', () => {});
      resolve({ socket: accepted, protocol });
    });
  });
}

export function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket';
}

export function isSpdy({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'spdy/3.1';
}
