import type { IncomingMessage } from 'node:http';
import type { Readable, Writable } from 'node:stream';
import { badRequest } from '../../../kubernetes/errors.ts';
import { ApiError } from '../../../kubernetes/status.ts';
import { statusOf } from '../http/exchange.ts';
import { flag } from '../http/query.ts';
import type { ExecResult, ExecStreams } from '../node-backend.ts';
import { Channels, channelProtocols } from './channels.ts';
import { SpdyConnection, type SpdyStream } from './spdy.ts';
import { acceptWebSocket, isSpdy, type Upgrade } from './websocket.ts';

/** Which of its streams a client wants connected. */
export interface RemoteOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** @throws ApiError BadRequest where nothing is to be connected */
export function remoteOptions(query: URLSearchParams): RemoteOptions {
  const set = (name: string) => flag(query, name) ?? false;
  const tty = set('tty');
  const options = { stdin: set('stdin'), stdout: set('stdout'), stderr: set('stderr') && !tty, tty };
  if (!options.stdin && !options.stdout && !options.stderr) {
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  }
  return options;
}

/** A process's streams on their way to a client, whatever carries them. */
interface Remote {
  readonly streams: ExecStreams;
  /** Tells how it ended and closes the connection. */
  finish(status: object): Promise<void>;
}

type Run = (streams: ExecStreams) => Promise<ExecResult>;

/** Connects a client with a process that `run` starts. @throws ApiError before the connection has been taken over */
export async function serveRemoteCommand(upgrade: Upgrade, options: RemoteOptions, run: Run): Promise<void> {
  const remote = isSpdy(upgrade.request) ? await overSpdy(upgrade, options) : await overWebSocket(upgrade, options);
  let status: object;
  try {
    const { exitCode } = await run(remote.streams);
    status = exitCode === 0 ? { metadata: {}, status: 'Success' } : nonZero(exitCode);
  } catch (error) {
    const { kind: _, apiVersion: __, ...rest } = statusOf(error);
    status = rest;
  }
  await remote.finish(status);
}

function nonZero(exitCode: number): object {
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: command terminated with exit code ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}

/** How a protocol says how it ended: as a Status from the fourth version on, in words before. */
function ending(status: object, protocol: string): Buffer {
  const { status: outcome, message } = status as { status: string; message?: string };
  if (/^v[45]\./.test(protocol)) return Buffer.from(JSON.stringify(status));
  return Buffer.from(outcome === 'Success' ? '' : (message ?? ''));
}

async function overWebSocket(upgrade: Upgrade, options: RemoteOptions): Promise<Remote> {
  const { socket, protocol } = await acceptWebSocket(upgrade, channelProtocols);
  const channels = new Channels(socket, protocol, [...(options.stdin ? [0] : []), ...(options.tty ? [4] : [])]);
  const gone = new AbortController();
  socket.on('close', () => gone.abort(new Error('the client has gone')));
  const stdout = options.stdout ? channels.writer(1) : undefined;
  const stderr = options.stderr ? channels.writer(2) : undefined;
  await channels.send(options.stdout ? 1 : options.stderr ? 2 : 3, Buffer.alloc(0));
  return {
    streams: {
      ...(options.stdin && { stdin: channels.reader(0) }),
      ...(stdout && { stdout }),
      ...(stderr && { stderr }),
      tty: options.tty,
      ...(options.tty && { resize: sizes(channels.reader(4)) }),
      signal: gone.signal,
    },
    async finish(status) {
      await Promise.all([flushed(stdout), flushed(stderr)]);
      const words = ending(status, protocol);
      if (words.length > 0) await channels.send(3, words);
      channels.close();
    },
  };
}

const spdyProtocols = [
  'v5.channel.k8s.io',
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
];

async function overSpdy({ request, socket, head }: Upgrade, options: RemoteOptions): Promise<Remote> {
  const protocol = spdyProtocol(request);
  socket.write(
    [
      'HTTP/1.1 101 Switching Protocols',
      'Connection: Upgrade',
      'Upgrade: SPDY/3.1',
      ...(protocol ? [`X-Stream-Protocol-Version: ${protocol}`] : []),
      '\r\n',
    ].join('\r\n'),
  );
  if (head.length > 0) socket.unshift(head);
  const gone = new AbortController();
  socket.on('close', () => gone.abort(new Error('the client has gone')));
  const wanted = [
    'error',
    ...(['stdin', 'stdout', 'stderr'] as const).filter((name) => options[name]),
    ...(options.tty && protocol !== 'channel.k8s.io' && !protocol.startsWith('v2') ? ['resize'] : []),
  ];
  const { connection, streams } = await opened(socket, wanted);
  const stdout = streams.get('stdout');
  const stderr = streams.get('stderr');
  const resize = streams.get('resize');
  return {
    streams: {
      ...(options.stdin && { stdin: streams.get('stdin')! }),
      ...(stdout && { stdout }),
      ...(stderr && { stderr }),
      tty: options.tty,
      ...(resize && { resize: sizes(resize) }),
      signal: gone.signal,
    },
    async finish(status) {
      await Promise.all([ended(stdout), ended(stderr)]);
      const error = streams.get('error')!;
      error.end(ending(status, protocol));
      await ended(error);
      await connection.end();
    },
  };
}

function spdyProtocol({ headers }: IncomingMessage): string {
  const offered = [headers['x-stream-protocol-version'] ?? []].flat().flatMap((each) => each.split(','));
  const protocol = offered.map((each) => each.trim()).find((each) => spdyProtocols.includes(each));
  if (offered.length > 0 && !protocol) {
    throw new ApiError(
      403,
      'Forbidden',
      `unable to upgrade: unable to negotiate protocol: client supports ${JSON.stringify(offered)}`,
    );
  }
  return protocol ?? '';
}

/** Resolves once the client has opened all the streams that it announced. */
function opened(
  socket: Upgrade['socket'],
  wanted: readonly string[],
): Promise<{ connection: SpdyConnection; streams: Map<string, SpdyStream> }> {
  return new Promise((resolve, reject) => {
    const streams = new Map<string, SpdyStream>();
    const connection = new SpdyConnection(socket, (stream) => {
      streams.set(stream.headers.get('streamtype') ?? '', stream);
      if (wanted.every((name) => streams.has(name))) resolve({ connection, streams });
    });
    socket.on('close', () => reject(new Error('the client has gone')));
  });
}

/** The terminal's sizes that a client sends, one JSON object after the other. */
async function* sizes(input: Readable): AsyncIterable<{ columns: number; rows: number }> {
  let text = '';
  for await (const chunk of input as AsyncIterable<Buffer>) {
    text += chunk.toString();
    for (let end = text.indexOf('}'); end >= 0; end = text.indexOf('}')) {
      const size = parseSize(text.slice(0, end + 1));
      text = text.slice(end + 1);
      if (size) yield size;
    }
    if (text.length > 1000) return;
  }
}

function parseSize(text: string): { columns: number; rows: number } | undefined {
  try {
    const { Width, Height } = JSON.parse(text) as { Width?: unknown; Height?: unknown };
    const whole = (value: unknown): value is number =>
      Number.isInteger(value) && (value as number) > 0 && (value as number) < 65_536;
    return whole(Width) && whole(Height) ? { columns: Width, rows: Height } : undefined;
  } catch {
    return undefined;
  }
}

/** Resolves once what was written has gone out. */
function flushed(stream: Writable | undefined): Promise<void> {
  if (!stream || stream.writableLength === 0 || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => stream.end(() => resolve()));
}

function ended(stream: Writable | undefined): Promise<void> {
  if (!stream || stream.destroyed || stream.writableFinished) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('close', resolve);
    stream.end(() => resolve());
  });
}
