import { Duplex } from 'node:stream';
import { HeaderCodec, type SpdyHeaders } from './spdy-headers.ts';

/**
 * The server's side of SPDY/3.1 as Kubernetes' clients speak it (github.com/moby/spdystream): streams that the client
 * opens, with headers, and closes by halves. There is no flow control; a stream nobody reads holds up the connection.
 */

const version = 0x8003;
const types = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const;
const flagFin = 0x01;
/** Bytes of one frame, and how many of a stream's may wait to be read before the connection pauses. */
const largestFrame = 1024 * 1024;
const mostWaiting = 1024 * 1024;
/** Streams open at once. */
const mostStreams = 1024;

export class SpdyConnection {
  readonly #transport: Duplex;
  readonly #headers = new HeaderCodec();
  readonly #streams = new Map<number, SpdyStream>();
  /** What is written goes out in the order in which it was asked for: packed headers depend on those before. */
  #writing: Promise<void> = Promise.resolve();
  /** Goes on reading, which waits for this stream. */
  #held: { readonly stream: SpdyStream; readonly release: () => void } | undefined;
  #ending = false;

  /** @param onStream called for each stream that the client opens, before any of its data */
  constructor(transport: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#transport = transport;
    transport.on('error', () => this.close());
    transport.on('close', () => this.close());
    void this.#readAll(onStream)
      .catch(() => {})
      .finally(() => {
        this.close();
        this.#headers.close();
      });
  }

  /** Idempotent. */
  close(): void {
    this.#transport.destroy();
    for (const stream of this.#streams.values()) stream.destroy();
    this.#streams.clear();
    this.#release();
  }

  /**
   * Resolves once everything written so far has been handed to the transport; then it is ended. What the client still
   * sends is read and forgotten: breaking off would cost it what is on its way to it.
   */
  async end(): Promise<void> {
    this.#ending = true;
    this.#release();
    await this.#writing;
    this.#transport.end();
  }

  async #readAll(onStream: (stream: SpdyStream) => void): Promise<void> {
    let buffer: Buffer = Buffer.alloc(0);
    for await (const chunk of this.#transport as AsyncIterable<Buffer>) {
      buffer = buffer.length === 0 ? chunk : Buffer.concat([buffer, chunk]);
      while (buffer.length >= 8) {
        const size = buffer.readUIntBE(5, 3);
        if (size > largestFrame) throw new Error(`SPDY frame of ${size} bytes is too large`);
        if (buffer.length < 8 + size) break;
        await this.#frame(buffer.subarray(0, 8), buffer.subarray(8, 8 + size), onStream);
        buffer = buffer.subarray(8 + size);
      }
    }
  }

  async #frame(head: Buffer, body: Buffer, onStream: (stream: SpdyStream) => void): Promise<void> {
    const first = head.readUInt16BE(0);
    const flags = head[4]!;
    if ((first & 0x8000) === 0) return this.#data(head.readUInt32BE(0), flags, body);
    if (first !== version) throw new Error(`SPDY version ${first & 0x7fff} is not 3`);
    switch (head.readUInt16BE(2)) {
      case types.synStream:
        return this.#open(body, flags, onStream);
      case types.rstStream:
        if (body.length >= 4) this.#streams.get(body.readUInt32BE(0) & 0x7fffffff)?.destroy();
        return;
      case types.ping:
        return this.#send(control(types.ping, 0, body));
      case types.goAway:
        throw new Error('the client goes away');
      default:
        return;
    }
  }

  async #open(body: Buffer, flags: number, onStream: (stream: SpdyStream) => void): Promise<void> {
    if (body.length < 10) throw new Error('SPDY SYN_STREAM is too short');
    const id = body.readUInt32BE(0) & 0x7fffffff;
    const headers = await this.#headers.read(body.subarray(10));
    if (this.#streams.has(id) || this.#streams.size >= mostStreams) throw new Error(`SPDY stream ${id} is refused`);
    const stream: SpdyStream = new SpdyStream(id, headers, {
      send: (data, fin) => this.#send(dataFrame(id, fin ? flagFin : 0, data)),
      reset: () => void this.#send(control(types.rstStream, 0, numbers(id, 5))).catch(() => {}),
      wanted: () => this.#release(stream),
      closed: () => void this.#streams.delete(id),
    });
    this.#streams.set(id, stream);
    void this.#reply(id).catch(() => {});
    onStream(stream);
    if (flags & flagFin) stream.push(null);
  }

  #data(id: number, flags: number, body: Buffer): Promise<void> | undefined {
    const stream = this.#streams.get(id);
    if (this.#ending || !stream || stream.destroyed || stream.readableEnded) return undefined;
    if (body.length > 0) stream.push(Buffer.from(body));
    if (flags & flagFin) stream.push(null);
    if (stream.readableLength <= mostWaiting) return undefined;
    return new Promise<void>((release) => {
      this.#held = { stream, release };
    });
  }

  /** Goes on reading, if it was this stream (or any, without one) that held it up. */
  #release(stream?: SpdyStream): void {
    const held = this.#held;
    if (!held || (stream && held.stream !== stream)) return;
    this.#held = undefined;
    held.release();
  }

  #reply(id: number): Promise<void> {
    return this.#enqueue(async () =>
      control(types.synReply, 0, Buffer.concat([numbers(id), await this.#headers.write(new Map())])),
    );
  }

  #send(frame: Buffer): Promise<void> {
    return this.#enqueue(async () => frame);
  }

  #enqueue(make: () => Promise<Buffer>): Promise<void> {
    const written = this.#writing.then(async () => {
      const frame = await make();
      await new Promise<void>((resolve, reject) =>
        this.#transport.write(frame, (error) => (error ? reject(error) : resolve())),
      );
    });
    this.#writing = written.catch(() => {});
    return written;
  }
}

interface StreamOutlet {
  send(data: Buffer, fin: boolean): Promise<void>;
  reset(): void;
  /** Somebody has read from it. */
  wanted(): void;
  closed(): void;
}

/** One stream of a connection. Ending it ends this direction only. */
export class SpdyStream extends Duplex {
  readonly id: number;
  /** Names in lower case. */
  readonly headers: SpdyHeaders;
  readonly #outlet: StreamOutlet;

  constructor(id: number, headers: SpdyHeaders, outlet: StreamOutlet) {
    super({ allowHalfOpen: true });
    this.id = id;
    this.headers = headers;
    this.#outlet = outlet;
    // What goes wrong on one stream ends that stream; whoever uses it hears of its close.
    this.on('error', () => {});
  }

  override _read(): void {
    this.#outlet.wanted();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error) => void): void {
    this.#sendAll(chunk).then(() => callback(), callback);
  }

  override _final(callback: (error?: Error) => void): void {
    this.#outlet.send(Buffer.alloc(0), true).then(() => callback(), callback);
  }

  async #sendAll(data: Buffer): Promise<void> {
    for (let at = 0; at < data.length; at += largestFrame) {
      await this.#outlet.send(data.subarray(at, at + largestFrame), false);
    }
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    if (!this.writableFinished || !this.readableEnded) this.#outlet.reset();
    this.#outlet.closed();
    this.#outlet.wanted();
    callback(error);
  }
}

function control(type: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(version, 0);
  head.writeUInt16BE(type, 2);
  head[4] = flags;
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

function dataFrame(id: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(id, 0);
  head[4] = flags;
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

function numbers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4);
  return bytes;
}
