import { type Duplex, duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SpdyConnection, type SpdyStream } from '../../../../src/embedded/apiserver/streams/spdy.ts';
import { HeaderCodec } from '../../../../src/embedded/apiserver/streams/spdy-headers.ts';
import { until } from '../../../until.ts';
import { SpdyClient } from './spdy-client.ts';

let client: SpdyClient;
let transport: Duplex;
let connection: SpdyConnection;
let streams: SpdyStream[];

beforeEach(() => {
  const [ours, theirs] = duplexPair();
  transport = ours;
  streams = [];
  connection = new SpdyConnection(ours, (stream) => streams.push(stream));
  client = new SpdyClient(theirs);
});
afterEach(() => connection.close());

const stream = async (index: number): Promise<SpdyStream> => {
  await until(() => streams.length > index);
  return streams[index]!;
};

describe('a SPDY connection', () => {
  it('opens streams with their headers and answers each', async () => {
    const id = await client.open({ streamType: 'data', port: '80' });
    const next = await client.open({ streamType: 'error', port: '80' });
    expect([...(await stream(0)).headers]).toEqual([
      ['streamtype', 'data'],
      ['port', '80'],
    ]);
    expect((await stream(1)).headers.get('streamtype')).toBe('error');
    await until(() => client.accepted.has(id) && client.accepted.has(next));
  });

  it('carries data both ways and ends each direction by itself', async () => {
    const id = await client.open({ streamType: 'data' });
    client.data(id, 'ping', true);
    const opened = await stream(0);
    const data = await new Promise((resolve) => opened.once('data', resolve));
    expect(String(data)).toBe('ping');
    opened.write('po');
    opened.end('ng');
    await until(() => client.ended.has(id));
    expect(client.received.get(id)).toBe('pong');
  });

  it('puts together frames that come in pieces', async () => {
    const id = await client.open({ streamType: 'data' });
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id, 0);
    head.writeUIntBE(4, 5, 3);
    for (const byte of Buffer.concat([head, Buffer.from('slow')])) client.raw(Buffer.from([byte]));
    const opened = await stream(0);
    const [chunk] = await new Promise<Buffer[]>((resolve) => opened.once('data', (data) => resolve([data])));
    expect(String(chunk)).toBe('slow');
  });

  it('splits what is larger than a frame may be', async () => {
    const id = await client.open({ streamType: 'data' });
    const opened = await stream(0);
    const large = 'x'.repeat(20 * 1024 * 1024);
    opened.end(large);
    await until(() => client.ended.has(id));
    expect(client.received.get(id)?.length).toBe(large.length);
  });

  it('answers pings', async () => {
    client.frame(6, 0, Buffer.from([0, 0, 0, 1]));
    await until(() => client.pings === 1);
  });

  it('holds the client back while nobody reads, and loses nothing', async () => {
    const id = await client.open({ streamType: 'data' });
    const piece = Buffer.alloc(256 * 1024, 'x');
    for (let i = 0; i < 20; i++) client.data(id, piece);
    client.data(id, '', true);
    const opened = await stream(0);
    await until(() => opened.readableLength > 1024 * 1024);
    expect(opened.readableLength).toBeLessThan(2 * 1024 * 1024);
    let size = 0;
    for await (const chunk of opened) size += (chunk as Buffer).length;
    expect(size).toBe(20 * piece.length);
  });

  it('ends a stream that the client resets, and no other', async () => {
    const first = await client.open({ streamType: 'data' });
    const second = await client.open({ streamType: 'data' });
    await stream(1);
    client.frame(3, 0, Buffer.from([0, 0, 0, first, 0, 0, 0, 5]));
    await until(() => streams[0]!.destroyed);
    client.data(second, 'still here');
    const data = await new Promise((resolve) => streams[1]!.once('data', resolve));
    expect(String(data)).toBe('still here');
  });

  it('lets what is on its way arrive when it ends, though the client still talks', async () => {
    const id = await client.open({ streamType: 'data' });
    const opened = await stream(0);
    for (let i = 0; i < 20; i++) client.data(id, Buffer.alloc(256 * 1024));
    opened.end('the end');
    await new Promise((resolve) => opened.once('finish', resolve));
    await connection.end();
    await until(() => client.closed);
    expect(client.received.get(id)).toBe('the end');
  });

  const cases: [string, (client: SpdyClient) => unknown][] = [
    ['a frame larger than it takes', (it) => it.raw(Buffer.from([0, 0, 0, 1, 0, 0xff, 0xff, 0xff]))],
    ['another version of SPDY', (it) => it.raw(Buffer.from([0x80, 2, 0, 1, 0, 0, 0, 0]))],
    ['headers that are too short', (it) => it.frame(1, 0, Buffer.alloc(4))],
    ['headers that are not packed', (it) => it.frame(1, 0, Buffer.concat([Buffer.alloc(10), Buffer.from('nonsense')]))],
    ['the same stream twice', (it) => twice(it)],
    ['more streams than anybody needs', (it) => many(it)],
    ['headers that unpack to far more than they are', (it) => it.open({ bomb: 'x'.repeat(10_000_000) })],
    ['its going away', (it) => it.frame(7, 0, Buffer.alloc(8))],
  ];
  it.each(cases)('ends at %s', async (_what, misbehave) => {
    await misbehave(client);
    await until(() => transport.destroyed);
    expect(streams.every(({ destroyed }) => destroyed)).toBe(true);
  });

  it('ignores data of streams that there are not, kinds of frames it does not know, and data after the end', async () => {
    client.data(77, 'nobody');
    client.frame(9, 0, Buffer.alloc(8));
    client.frame(4, 0, Buffer.alloc(0));
    const id = await client.open({ streamType: 'data' }, true);
    client.data(id, 'late');
    client.frame(6, 0, Buffer.from([0, 0, 0, 1]));
    await until(() => client.pings === 1);
    expect(client.closed).toBe(false);
  });
});

async function twice(client: SpdyClient): Promise<void> {
  const codec = new HeaderCodec();
  for (let i = 0; i < 2; i++) {
    const block = await codec.write(new Map([['streamtype', 'data']]));
    const head = Buffer.alloc(10);
    head.writeUInt32BE(5, 0);
    client.frame(1, 0, Buffer.concat([head, block]));
  }
}

async function many(client: SpdyClient): Promise<void> {
  for (let i = 0; i < 1100; i++) await client.open({ streamType: 'data' });
}
