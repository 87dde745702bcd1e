import type { WebSocket } from 'ws';
import type { z } from 'zod';

/** What both kinds of connection have in common: messages by schema, a heartbeat, bounds. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  schedule(milliseconds: number, callback: () => void): { cancel(): void };
}

/** Milliseconds without any sign of life after which a connection is given up: a laptop that sleeps says nothing. */
export const timeout = 30_000;
const messagesPerSecond = 1000;
/** Bytes waiting to be sent at which a connection is too slow to be worth keeping: it comes back and is told anew. */
const mostWaiting = 16 * 1024 * 1024;

/** Codes of RFC 6455 with which a connection is ended. */
export const closing = {
  away: 1001,
  unsupported: 1003,
  policy: 1008,
  tooBig: 1009,
  error: 1011,
  tryLater: 1013,
} as const;

export class Connection<Incoming, Outgoing> {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  #alive = true;
  #heartbeat: { cancel(): void } | undefined;
  #second = 0;
  #count = 0;

  constructor(
    socket: WebSocket,
    clock: Clock,
    schema: z.ZodType<Incoming>,
    handlers: { message(message: Incoming): void; closed(): void },
  ) {
    this.#socket = socket;
    this.#clock = clock;
    socket.on('message', (data, binary) => {
      this.#alive = true;
      if (this.#tooMany()) return socket.close(closing.policy, 'too many messages');
      const message = binary ? undefined : parse(schema, String(data));
      if (!message) return socket.close(closing.unsupported, 'not a message of this protocol');
      handlers.message(message);
    });
    socket.on('pong', () => {
      this.#alive = true;
    });
    // A frame that is too big or malformed; ws closes with the code that says so.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#heartbeat?.cancel();
      handlers.closed();
    });
    this.#beat();
  }

  get open(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  /** Bytes not yet on their way. */
  get waiting(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Outgoing): void {
    if (this.#mayWait()) this.#socket.send(JSON.stringify(message));
  }

  sendBytes(bytes: Buffer): void {
    if (this.#mayWait()) this.#socket.send(bytes, { binary: true });
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  #mayWait(): boolean {
    if (!this.open) return false;
    if (this.#socket.bufferedAmount <= mostWaiting) return true;
    this.#socket.terminate();
    return false;
  }

  #beat(): void {
    this.#heartbeat = this.#clock.schedule(timeout / 2, () => {
      if (!this.open) return;
      if (!this.#alive) return this.#socket.terminate();
      this.#alive = false;
      this.#socket.ping();
      this.#beat();
    });
  }

  #tooMany(): boolean {
    const second = Math.floor(this.#clock.now() / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#count = 0;
    }
    return ++this.#count > messagesPerSecond;
  }
}

function parse<T>(schema: z.ZodType<T>, text: string): T | undefined {
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
