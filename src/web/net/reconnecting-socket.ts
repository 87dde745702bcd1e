import { reconnectDelay } from './backoff.ts';

export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  /** `until` in milliseconds since the epoch; `attempt` counts failures since it was last open. */
  | { readonly state: 'waiting'; readonly until: number; readonly attempt: number }
  /** The cookie is no longer good: trying again cannot help. */
  | { readonly state: 'expired' }
  | { readonly state: 'closed' };

/** What a WebSocket has that is used here; tests bring their own. */
export interface SocketLike {
  binaryType: BinaryType;
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(data: string): void;
  close(): void;
}

export interface SocketSurroundings {
  connect(path: string): SocketLike;
  /** Tells why a connection failed. */
  probe(): Promise<'ok' | 'expired' | 'gone'>;
  now(): number;
  /** Runs something later; returns a function that prevents it. */
  later(milliseconds: number, run: () => void): () => void;
  random(): number;
}

export interface SocketHandlers {
  onText(text: string): void;
  onBytes?(bytes: Uint8Array): void;
  onConnection(connection: Connection): void;
}

/** A connection has to last this long before failures are counted from the beginning again. */
const STABLE = 2000;

/** A WebSocket that comes back by itself, with growing waits, and knows when coming back is pointless. */
export class ReconnectingSocket {
  #socket: SocketLike | undefined;
  #connection: Connection = { state: 'closed' };
  #attempt = 0;
  #openedAt = 0;
  #cancel: (() => void) | undefined;

  constructor(
    private readonly path: string,
    private readonly handlers: SocketHandlers,
    private readonly surroundings: SocketSurroundings,
  ) {
    this.#connect();
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** False when it is not connected; nothing is kept for later, because what it meant may no longer hold. */
  send(text: string): boolean {
    if (this.#connection.state !== 'open') return false;
    this.#socket?.send(text);
    return true;
  }

  /** The learner does not want to wait, the network is back, or a fresh link may have been opened in another tab. */
  retryNow(): void {
    if (this.#connection.state !== 'waiting' && this.#connection.state !== 'expired') return;
    this.#cancel?.();
    this.#connect();
  }

  close(): void {
    this.#cancel?.();
    this.#drop();
    this.#set({ state: 'closed' });
  }

  #connect(): void {
    this.#set({ state: 'connecting' });
    const socket = this.surroundings.connect(this.path);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#openedAt = this.surroundings.now();
      this.#set({ state: 'open' });
    };
    socket.onmessage = (event) => {
      if (typeof event.data === 'string') this.handlers.onText(event.data);
      else this.handlers.onBytes?.(new Uint8Array(event.data as ArrayBuffer));
    };
    socket.onclose = () => void this.#lost(socket);
  }

  async #lost(socket: SocketLike): Promise<void> {
    if (socket !== this.#socket) return;
    this.#drop();
    if (this.#connection.state === 'open' && this.surroundings.now() - this.#openedAt >= STABLE) this.#attempt = 0;
    this.#attempt += 1;
    const delay = reconnectDelay(this.#attempt, this.surroundings.random());
    this.#set({ state: 'waiting', until: this.surroundings.now() + delay, attempt: this.#attempt });
    this.#cancel = this.surroundings.later(delay, () => this.#connect());
    if ((await this.surroundings.probe()) === 'expired' && this.#connection.state === 'waiting') {
      this.#cancel();
      this.#set({ state: 'expired' });
    }
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #set(connection: Connection): void {
    this.#connection = connection;
    this.handlers.onConnection(connection);
  }
}

/** The browser's own. Paths become absolute addresses because older browsers take no relative ones. */
export function browserSurroundings(probe: SocketSurroundings['probe']): SocketSurroundings {
  return {
    connect: (path) => new WebSocket(new URL(path, location.href.replace(/^http/, 'ws'))),
    probe,
    now: () => Date.now(),
    later: (milliseconds, run) => {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
    random: () => Math.random(),
  };
}
