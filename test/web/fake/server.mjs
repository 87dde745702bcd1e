import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { catalogue, page } from './lessons.mjs';
import { FakeSession } from './session.mjs';

/**
 * Serves the built interface and speaks the protocol with a made-up session, so that the interface can be developed and
 * tested without the rest. It keeps the real server's Content-Security-Policy: what that forbids must not be needed.
 */

const types = /** @type {Record<string, string>} */ ({
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
});

export const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const webRoot = fileURLToPath(new URL('../../../dist/web/', import.meta.url));

/** @param {{ root?: string, port?: number, catalogue?: Parameters<typeof catalogue>[0], tick?: number }} options */
export async function startFakeServer(options = {}) {
  const { root = webRoot, port = 0 } = options;
  const session = new FakeSession();
  const state = { expired: false, down: false };
  /** @type {Set<import('ws').WebSocket>} */
  const sockets = new Set();

  const http = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-security-policy', policy);
    response.setHeader('x-content-type-options', 'nosniff');
    if (state.down) return void request.socket.destroy();
    if (pathname.startsWith('/api/')) {
      if (state.expired) return void response.writeHead(401).end(JSON.stringify({ message: 'no session' }));
      const answer =
        pathname === '/api/catalogue'
          ? catalogue(options.catalogue)
          : pathname === `/api/lessons/${page.id}`
            ? page
            : undefined;
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
      return void response.end(JSON.stringify(answer ?? { message: 'There is no such lesson.' }));
    }
    const asset = /^\/(assets\/|theme\.js$|favicon\.svg$)/.test(pathname);
    const file = asset ? normalize(pathname) : '/index.html';
    try {
      const body = await readFile(join(root, file));
      response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end('not found');
    }
  });

  const upgrades = new WebSocketServer({ noServer: true });
  http.on('upgrade', (request, socket, head) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    if (state.down || state.expired) return void socket.destroy();
    upgrades.handleUpgrade(request, socket, head, (ws) => {
      sockets.add(ws);
      ws.on('close', () => sockets.delete(ws));
      const id = /^\/api\/terminals\/(.+)$/.exec(pathname)?.[1];
      if (id) serveTerminal(ws, id);
      else serveLive(ws);
    });
  });

  /** @param {import('ws').WebSocket} ws */
  function serveLive(ws) {
    const listener = (/** @type {unknown} */ message) => ws.send(JSON.stringify(message));
    for (const message of session.greeting()) listener(message);
    session.listeners.add(listener);
    ws.on('close', () => session.listeners.delete(listener));
    ws.on('message', (data) => session.receive(JSON.parse(String(data))));
  }

  /** @param {import('ws').WebSocket} ws @param {string} id */
  function serveTerminal(ws, id) {
    const terminal = session.terminals.find((one) => one.id === id);
    if (!terminal) return ws.close(1008);
    const { shell } = terminal;
    ws.send(JSON.stringify({ type: 'replay', data: shell.screen, columns: shell.columns, rows: shell.rows }));
    const reader = (/** @type {string} */ text) => ws.send(Buffer.from(text));
    if (shell.exitCode !== undefined) ws.send(JSON.stringify({ type: 'exit', code: shell.exitCode }));
    shell.exited = () => ws.send(JSON.stringify({ type: 'exit', code: shell.exitCode }));
    terminal.readers.add(reader);
    ws.on('close', () => terminal.readers.delete(reader));
    ws.on('message', (data) => {
      const message = JSON.parse(String(data));
      received.push({ terminal: id, ...message });
      if (message.type === 'input') shell.input(message.data);
      if (message.type === 'restart') shell.restart();
      if (message.type === 'resize') Object.assign(shell, { columns: message.columns, rows: message.rows });
    });
  }

  /** What browsers sent to terminals, for tests to look at. @type {{ terminal: string, type: string, [key: string]: unknown }[]} */
  const received = [];

  const drop = () => {
    for (const socket of sockets) socket.terminate();
  };
  const timer = options.tick
    ? setInterval(() => {
        if (session.cluster.step()) session.refresh();
      }, options.tick)
    : undefined;

  await new Promise((resolve) => http.listen(port, '127.0.0.1', () => resolve(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (http.address());
  return {
    url: `http://127.0.0.1:${address.port}`,
    session,
    received,
    /** Cuts every connection, as a killed server does; `up` answers again. */
    down() {
      state.down = true;
      drop();
      http.closeAllConnections();
    },
    up() {
      state.down = false;
    },
    /** Forgets the browser's cookie. */
    expire() {
      state.expired = true;
      drop();
    },
    async close() {
      clearInterval(timer);
      drop();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const server = await startFakeServer({ port: Number(process.env.PORT ?? 4173), tick: 700 });
  console.log(`Fake session at ${server.url}/lessons/${page.id}`);
}
