import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import { HeaderCodec } from '../../../../src/embedded/apiserver/streams/spdy-headers.ts';

/** As much of a SPDY client as the tests need: it opens streams and collects what comes back on each. */
export class SpdyClient extends EventEmitter {
  readonly received = new Map<number, string>();
  readonly ended = new Set<number>();
  readonly reset = new Set<number>();
  readonly accepted = new Set<number>();
  pings = 0;
  closed = false;
  readonly #transport: Duplex;
  readonly #codec = new HeaderCodec();
  #next = 1;
  #buffer = Buffer.alloc(0);

  constructor(transport: Duplex) {
    super();
    this.#transport = transport;
    transport.on('data', (chunk: Buffer) => this.#receive(chunk));
    transport.on('error', () => {});
    for (const event of ['end', 'close']) {
      transport.on(event, () => {
        this.closed = true;
      });
    }
  }

  async open(headers: Record<string, string>, fin = false): Promise<number> {
    const id = this.#next;
    this.#next += 2;
    const block = await this.#codec.write(new Map(Object.entries(headers)));
    const body = Buffer.alloc(10 + block.length);
    body.writeUInt32BE(id, 0);
    block.copy(body, 10);
    this.frame(1, fin ? 1 : 0, body);
    return id;
  }

  data(id: number, data: string | Buffer, fin = false): void {
    const body = Buffer.from(data);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id, 0);
    head[4] = fin ? 1 : 0;
    head.writeUIntBE(body.length, 5, 3);
    this.raw(Buffer.concat([head, body]));
  }

  frame(type: number, flags: number, body: Buffer): void {
    const head = Buffer.alloc(8);
    head.writeUInt16BE(0x8003, 0);
    head.writeUInt16BE(type, 2);
    head[4] = flags;
    head.writeUIntBE(body.length, 5, 3);
    this.raw(Buffer.concat([head, body]));
  }

  raw(bytes: Buffer): void {
    this.#transport.write(bytes);
  }

  end(): void {
    this.#transport.end();
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    while (this.#buffer.length >= 8) {
      const size = this.#buffer.readUIntBE(5, 3);
      if (this.#buffer.length < 8 + size) return;
      const first = this.#buffer.readUInt32BE(0);
      const flags = this.#buffer[4]!;
      const body = this.#buffer.subarray(8, 8 + size);
      if (first & 0x80000000) {
        const type = first & 0xffff;
        if (type === 2) this.accepted.add(body.readUInt32BE(0));
        if (type === 3) this.reset.add(body.readUInt32BE(0));
        if (type === 6) this.pings++;
      } else {
        this.received.set(first, (this.received.get(first) ?? '') + body.toString());
        if (flags & 1) this.ended.add(first);
      }
      this.#buffer = this.#buffer.subarray(8 + size);
    }
  }
}
