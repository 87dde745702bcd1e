import { AsyncResource } from 'node:async_hooks';
import { Duplex } from 'node:stream';
import { NetworkError } from './errors.ts';
import type { Connection } from './network.ts';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Whether bytes can pass between the two ends just now; while they cannot, they wait as in a cut cable. */
export type Path = () => boolean;

/**
 * Two ends of a TCP connection in this process. What one end writes the other reads, with back-pressure: a write
 * completes once the reader has taken it. Either direction ends on its own (`end()`); destroying one end ends the
 * other's reading and fails its writing, and destroying it with an error resets the other.
 *
 * @param dialled what the client knows the server by, where that is a Service's address and not the server's own.
 * @param listening on whose behalf the server's end is read; the client's on behalf of whoever calls this.
 */
export function connectionPair(
  client: Endpoint,
  server: Endpoint,
  path: Path = () => true,
  dialled: Endpoint = server,
  listening?: AsyncResource,
): [PairedEnd, PairedEnd] {
  const dialling = new AsyncResource('Connection');
  const near = new PairedEnd(client, dialled, path, dialling);
  const far = new PairedEnd(server, client, path, listening ?? dialling);
  near.join(far);
  far.join(near);
  return [near, far];
}

export class PairedEnd extends Duplex implements Connection {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  #peer!: PairedEnd;
  readonly #path: Path;
  readonly #scope: AsyncResource;
  #held: (() => void)[] = [];
  #onTaken: (() => void) | undefined;
  #readingEnded = false;

  /** @param scope what is heard from the other end is heard in: a mistake there is its reader's, not the writer's. */
  constructor(local: Endpoint, remote: Endpoint, path: Path, scope: AsyncResource) {
    super({ allowHalfOpen: true, highWaterMark: 64 * 1024 });
    this.localAddress = local.address;
    this.localPort = local.port;
    this.remoteAddress = remote.address;
    this.remotePort = remote.port;
    this.#path = path;
    this.#scope = scope;
  }

  join(peer: PairedEnd): void {
    this.#peer = peer;
  }

  /** Sends on what had to wait while the path was cut. */
  resumeIfConnected(): void {
    if (this.#held.length === 0 || !this.#path()) return;
    const held = this.#held;
    this.#held = [];
    for (const send of held) send();
  }

  // What node:net's sockets have and callers of HTTP libraries use. There is nothing to tune here.
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  override _read(): void {
    const taken = this.#onTaken;
    this.#onTaken = undefined;
    taken?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    this.#send(() => {
      const peer = this.#peer;
      if (peer.destroyed || peer.#readingEnded) {
        callback(new NetworkError('EPIPE', 'write', this.remoteAddress, this.remotePort));
      } else if (peer.#hear(chunk)) {
        process.nextTick(callback);
      } else {
        peer.#onTaken = AsyncResource.bind(callback);
      }
    });
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.#send(() => this.#peer.#endReading());
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const waiting = this.#onTaken as ((error?: Error | null) => void) | undefined;
    this.#onTaken = undefined;
    waiting?.(new NetworkError('ECONNRESET', 'write', this.localAddress, this.localPort));
    this.#send(() => {
      const peer = this.#peer;
      if (peer.destroyed) return;
      if (error) peer.destroy(new NetworkError('ECONNRESET', 'read', peer.remoteAddress, peer.remotePort));
      else peer.#endReading();
    });
    callback(error);
  }

  /** Listeners may be called at once, in the middle of the other end's write: what they throw is none of its business. */
  #hear(chunk: Buffer | null): boolean {
    return this.#scope.runInAsyncScope(() => {
      try {
        return this.push(chunk);
      } catch (error) {
        process.nextTick(() => {
          throw error;
        });
        return true;
      }
    });
  }

  #endReading(): void {
    if (this.#readingEnded || this.destroyed) return;
    this.#readingEnded = true;
    this.#hear(null);
  }

  #send(deliver: () => void): void {
    if (this.#path() && this.#held.length === 0) deliver();
    else this.#held.push(deliver);
  }
}
