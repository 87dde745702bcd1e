import { Readable, Writable } from 'node:stream';
import type { WebSocket } from 'ws';

/** The v1 to v5 "channel.k8s.io" protocols: each WebSocket message begins with the number of its channel. */

export const channelProtocols: readonly string[] = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
  'v4.base64.channel.k8s.io',
  'base64.channel.k8s.io',
];

/** Says, in v5, that a channel is at its end. */
const closeChannel = 255;

/** Channels of one WebSocket: those read here, and those written here. */
export class Channels {
  readonly #socket: WebSocket;
  readonly #base64: boolean;
  /** Of the channels that the client has not ended. */
  readonly #open = new Map<number, Readable>();
  readonly #readers = new Map<number, Readable>();

  /** @param readable the channels that the client writes */
  constructor(socket: WebSocket, protocol: string, readable: readonly number[]) {
    this.#socket = socket;
    this.#base64 = protocol.includes('base64');
    for (const channel of readable) {
      const reader = new Readable({ read: () => socket.resume() });
      // Nobody reads on: what still comes must not hold up the rest.
      reader.on('close', () => this.#end(channel));
      this.#readers.set(channel, reader);
      this.#open.set(channel, reader);
    }
    socket.on('message', (message) => this.#receive(message as Buffer));
    socket.on('close', () => {
      for (const channel of readable) this.#end(channel);
    });
  }

  reader(channel: number): Readable {
    return this.#readers.get(channel)!;
  }

  writer(channel: number): Writable {
    return new Writable({
      write: (chunk: Buffer, _encoding, callback) => this.#send(channel, chunk, callback),
    });
  }

  /** Sends something, be it nothing: which tells a client that the channel is there. */
  send(channel: number, data: Buffer): Promise<void> {
    return new Promise((resolve) => this.#send(channel, data, () => resolve()));
  }

  /** Ends the connection, whatever the client may still have to say. */
  close(): void {
    this.#open.clear();
    this.#socket.resume();
    this.#socket.close(1000);
  }

  #end(channel: number): void {
    const reader = this.#open.get(channel);
    this.#open.delete(channel);
    reader?.push(null);
    this.#socket.resume();
  }

  #send(channel: number, data: Buffer, callback: () => void): void {
    // A client that goes while something is on its way is no error of whoever writes: the connection's close ends that.
    const done = () => callback();
    if (this.#socket.readyState !== this.#socket.OPEN) done();
    else if (this.#base64) this.#socket.send(channel + data.toString('base64'), done);
    else this.#socket.send(Buffer.concat([Buffer.from([channel]), data]), { binary: true }, done);
  }

  #receive(message: Buffer): void {
    if (message.length === 0) return;
    const channel = this.#base64 ? message[0]! - 0x30 : message[0]!;
    const rest = message.subarray(1);
    if (channel === closeChannel && !this.#base64) {
      this.#end(rest[0] ?? -1);
      return;
    }
    const reader = this.#open.get(channel);
    const data = this.#base64 ? Buffer.from(rest.toString(), 'base64') : rest;
    if (!reader || data.length === 0) return;
    if (!reader.push(data)) this.#socket.pause();
  }
}
