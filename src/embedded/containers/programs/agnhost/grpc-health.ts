import { createServer } from 'node:http2';
import { buffer } from 'node:stream/consumers';
import { targetOf } from '../../../../workloads/http-server.ts';
import type { Process } from '../../process/process.ts';
import { serveHttp, signalled } from '../http-server.ts';
import { Flags } from './flags.ts';
import { log } from './netexec.ts';

/** agnhost grpc-health-checking: the standard gRPC health service, and HTTP to change what it says. */
export async function grpcHealth(process: Process, args: readonly string[]): Promise<number> {
  const flags = new Flags(args);
  const port = flags.number('port', 5000);
  const httpPort = flags.number('http-port', 8080);
  const delay = flags.number('delay-unhealthy-sec', -1);
  const stopped = signalled(process, 'SIGTERM', 'SIGINT');
  let serving = true;
  if (delay >= 0)
    process.schedule(delay * 1000, () => {
      serving = false;
    });

  const server = createServer();
  const service = flags.text('service', '');
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    const refuse = (code: string) =>
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': code }, { endStream: true });
    buffer(stream).then(
      (request) => {
        if (headers[':path'] !== '/grpc.health.v1.Health/Check') return refuse('12');
        if (requestedService(request) !== service) return refuse('5');
        stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
        stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
        // One message of two bytes: field 1 of HealthCheckResponse, SERVING or NOT_SERVING.
        stream.end(Buffer.from([0, 0, 0, 0, 2, 8, serving ? 1 : 2]));
      },
      () => stream.destroy(),
    );
  });
  const listener = await process.block(
    process.network.listen(port, (connection) => {
      connection.once(
        'close',
        process.onEnd(() => connection.destroy()),
      );
      server.emit('connection', connection);
    }),
  );
  process.onEnd(() => listener.close());

  await serveHttp(process, httpPort, (request, response) => {
    const { pathname } = targetOf(request);
    if (pathname === '/make-serving' || pathname === '/make-not-serving') {
      serving = pathname === '/make-serving';
      void log(process, `Mark as ${serving ? 'serving' : 'not serving'}`);
    }
    response.end();
  });
  await log(process, `Http server starting to listen on :${httpPort}`);
  await log(process, `gRPC server starting to listen on :${port}`);
  await process.block(stopped);
  return 2;
}

/** Field 1 of a HealthCheckRequest, after the five bytes that begin a gRPC message. */
function requestedService(request: Buffer): string {
  return request[5] === 10 ? request.subarray(7, 7 + (request[6] ?? 0)).toString('utf8') : '';
}
