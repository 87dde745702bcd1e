import { connect } from 'node:http2';
import { type Clock, sleep } from '../../clock.ts';
import { deadline } from './deadline.ts';
import { abortable, type Dial } from './http-request.ts';

/** What a gRPC health check came to; the text is pkg/probe/grpc's. */
export interface GrpcOutcome {
  readonly healthy: boolean;
  readonly message: string;
}

const path = '/grpc.health.v1.Health/Check';
const statusNames = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];
const unimplemented = '12';

export interface GrpcCheck {
  /** "10.244.1.5:9090" */
  readonly address: string;
  readonly port: number;
  readonly service: string;
  readonly dial: Dial;
  readonly clock: Clock;
  /** Milliseconds. */
  readonly timeout: number;
}

/** Asks grpc.health.v1.Health whether a service is well. */
export async function grpcProbe({ address, port, service, dial, clock, timeout }: GrpcCheck): Promise<GrpcOutcome> {
  const stop = new AbortController();
  const timer = deadline(clock, timeout, () => stop.abort());
  const failed = (message: string) => ({ healthy: false, message });
  try {
    const socket = await connectUntil(dial, port, clock, stop.signal);
    if (!socket) {
      return failed(
        `timeout: failed to connect service "${address}" within ${timeout / 1000}s: context deadline exceeded`,
      );
    }
    const answer = await call(socket, address, service, stop.signal);
    if (!answer) return failed(`timeout: health rpc did not complete within ${timeout / 1000}s`);
    if (answer.code === unimplemented) {
      return failed(
        `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${answer.message}`,
      );
    }
    if (answer.code !== '0') return failed(`error: health rpc probe failed: ${answer.message}`);
    const status = statusNames[answer.status] ?? String(answer.status);
    return status === 'SERVING'
      ? { healthy: true, message: 'service healthy' }
      : failed(`service unhealthy (responded with "${status}")`);
  } finally {
    timer.cancel();
  }
}

/** As grpc's blocking dial: a connection that is refused is tried again until the time is up. */
async function connectUntil(dial: Dial, port: number, clock: Clock, signal: AbortSignal) {
  while (!signal.aborted) {
    try {
      return await abortable(dial(port, signal), signal);
    } catch {
      await sleep(clock, 1000, signal).catch(() => {});
    }
  }
  return undefined;
}

interface Answer {
  /** The grpc-status. */
  readonly code: string;
  readonly message: string;
  /** HealthCheckResponse.status */
  readonly status: number;
}

function call(socket: Awaited<ReturnType<Dial>>, address: string, service: string, signal: AbortSignal) {
  return new Promise<Answer | undefined>((resolve) => {
    const session = connect(`http://${address}`, { createConnection: () => socket as never });
    const parts: Buffer[] = [];
    let code = '2';
    let message = 'connection closed';
    const finish = (answer: Answer | undefined) => {
      session.destroy();
      socket.destroy();
      resolve(answer);
    };
    if (signal.aborted) return finish(undefined);
    signal.addEventListener('abort', () => finish(undefined), { once: true });
    session.on('error', (error) => finish({ code: '14', message: error.message, status: 0 }));
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
      'user-agent': 'kube-probe/1.33',
    });
    const take = (headers: Record<string, unknown>) => {
      if (headers['grpc-status'] === undefined) return;
      code = String(headers['grpc-status']);
      message = decodeURIComponent(String(headers['grpc-message'] ?? ''));
    };
    stream.on('response', take);
    stream.on('trailers', take);
    stream.on('data', (chunk: Buffer) => parts.push(chunk));
    stream.on('error', (error) => finish({ code: '14', message: error.message, status: 0 }));
    stream.on('end', () => finish({ code, message, status: statusIn(Buffer.concat(parts)) }));
    stream.end(frame(service));
  });
}

/** A message of one string field, behind gRPC's five bytes of prefix. */
function frame(service: string): Buffer {
  const name = Buffer.from(service);
  const body = name.length > 0 ? Buffer.concat([Buffer.from([0x0a, name.length]), name]) : Buffer.alloc(0);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(body.length, 1);
  return Buffer.concat([prefix, body]);
}

/** The one varint field of the response, 0 where it is left out. */
function statusIn(message: Buffer): number {
  return message[5] === 0x08 ? (message[6] ?? 0) : 0;
}
