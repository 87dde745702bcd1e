import { createServer, type RequestListener, type Server } from 'node:http';
import type { Process } from '../process/process.ts';

/**
 * Serves HTTP from a simulated process until it ends: connections then break, as they do when a process is killed.
 * Rejects with EADDRINUSE. Closing the result takes no new connections and lets running requests finish.
 */
export async function serveHttp(process: Process, port: number, handler: RequestListener): Promise<Server> {
  const server = createServer(
    { keepAliveTimeout: 60_000, connectionsCheckingInterval: 2 ** 30 },
    (request, response) => {
      if (!process.alive) response.destroy();
      else handler(request, response);
    },
  );
  // A client that has ended its side still gets its answer, as from most servers but Node's.
  Object.assign(server, { httpAllowHalfOpen: true });
  const listener = await process.block(
    process.network.listen(port, (connection) => {
      connection.once(
        'close',
        process.onEnd(() => connection.destroy()),
      );
      server.emit('connection', connection);
    }),
  );
  const stop = () => {
    listener.close();
    server.closeIdleConnections();
  };
  process.onEnd(() => {
    listener.close();
    server.close();
    server.closeAllConnections();
  });
  server.once('close', stop);
  return server;
}

/** Resolves when the process gets one of the signals. */
export function signalled(
  process: Process,
  ...names: ('SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGWINCH')[]
): Promise<string> {
  return new Promise((resolve) => {
    for (const name of names) process.onSignal(name, () => resolve(name));
  });
}
