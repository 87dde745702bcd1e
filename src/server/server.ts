import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Lesson } from '../lessons/lesson.ts';
import type { LoadedLesson } from '../lessons/load.ts';
import type { Sessions } from '../progress/sessions.ts';
import { Access } from './access.ts';
import { loadCookieKey, removeControl, writeControl } from './control.ts';
import { type ClusterStatus, LiveSocket } from './live-socket.ts';
import { createRoutes, Refusal, requestPath } from './routes.ts';
import { type Clock, closing } from './socket.ts';
import type { StaticFiles } from './static-files.ts';
import { serveTerminal } from './terminal-socket.ts';
import { missing } from './wire.ts';

export interface ServerOptions {
  /** A loopback address: whoever reaches the server gets a shell. */
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  readonly allowedHosts: readonly string[];
  /** Where the cookie's key and the file that a second start looks for are kept. */
  readonly dataFolder: string;
  readonly files: StaticFiles;
  readonly product: { readonly version: string };
  readonly provider: {
    readonly name: string;
    readonly description: string;
    readonly capabilities: ReadonlySet<string>;
  };
  readonly sessions: Sessions;
  readonly cluster: ClusterStatus;
  readonly clock: Clock;
  lessons(): readonly LoadedLesson[];
  /** Both as lessons/render.ts's LessonRenderer has them. */
  readonly renderer: {
    render(
      lesson: Lesson,
      options: { readonly namespace: string },
    ): Promise<readonly { readonly id: string; readonly html: string }[]>;
    renderText(lesson: Lesson, text: string, options: { readonly namespace: string }): Promise<string>;
  };
}

export interface RunningServer {
  readonly port: number;
  /** "http://127.0.0.1:8080" */
  readonly address: string;
  /** An address that lets its first user in, once. */
  link(): string;
  /** The lesson's source has changed: open pages fetch it again, sessions go on with it. */
  lessonChanged(id: string): Promise<void>;
  /** Ends all connections and resolves once nothing more is served. */
  stop(): Promise<void>;
}

/** Says what, why, and what helps. */
export class ServerError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
    this.name = 'ServerError';
  }
}

const mostLive = 64 * 1024;
/** A pasted text of the longest kind, written as JSON. */
const mostTyped = 2 * 1024 * 1024;
/** WebSockets of one learner: eight terminals and a lesson in as many tabs as anybody follows. */
const mostSockets = 128;

/** Serves the page, its API and its WebSockets. Rejects with ServerError where the port cannot be had. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const http = createServer();
  // Requests are small and local: whoever sends one slowly has no good reason to.
  http.headersTimeout = 10_000;
  http.requestTimeout = 30_000;
  http.maxHeadersCount = 100;
  await listen(http, options);
  const { port } = http.address() as AddressInfo;
  const address = `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`;
  const access = new Access({
    key: loadCookieKey(options.dataFolder),
    port,
    allowedHosts: options.allowedHosts,
    now: () => options.clock.now(),
  });
  const controlSecret = randomBytes(32).toString('base64url');
  const link = () => `${address}/?token=${access.issueLink()}`;
  http.on(
    'request',
    createRoutes({
      access,
      files: options.files,
      product: options.product,
      provider: options.provider,
      controlSecret,
      lessons: () => options.lessons(),
      progress: (learner, lesson) => options.sessions.progress(learner, lesson),
      namespaceOf: (lesson) => options.sessions.namespaceOf(lesson),
      render: (lesson, namespace) => options.renderer.render(lesson, { namespace }),
      link,
    }),
  );
  const sockets = new Sockets(options, access);
  http.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  writeControl(options.dataFolder, { pid: process.pid, address, secret: controlSecret });
  return {
    port,
    address,
    link,
    lessonChanged: async (id) => {
      const lesson = options.lessons().find((loaded) => loaded.id === id)?.lesson;
      if (lesson) await options.sessions.reload(lesson);
      sockets.tellReload(id);
    },
    stop: async () => {
      removeControl(options.dataFolder, controlSecret);
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function listen(http: ReturnType<typeof createServer>, { host, port }: ServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') {
        reject(
          new ServerError(`Port ${port} on ${host} is taken by another program.`, 'Use --port 0 for any free one.'),
        );
      } else if (error.code === 'EACCES') {
        reject(new ServerError(`Port ${port} may not be used by this user.`, 'Use a --port above 1023.'));
      } else reject(error);
    });
    http.listen(port, host, resolve);
  });
}

/** Every refusal comes before the upgrade: what is refused never becomes a WebSocket. */
class Sockets {
  readonly #options: ServerOptions;
  readonly #access: Access;
  readonly #live = new Map<LiveSocket, string>();
  readonly #perLearner = new Map<string, number>();
  readonly #forLive = new WebSocketServer({ noServer: true, maxPayload: mostLive, perMessageDeflate: false });
  readonly #forTerminals = new WebSocketServer({ noServer: true, maxPayload: mostTyped, perMessageDeflate: false });

  constructor(options: ServerOptions, access: Access) {
    this.#options = options;
    this.#access = access;
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    try {
      this.#route(request, socket, head);
    } catch (error) {
      const status =
        error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500;
      refuse(socket, status);
    }
  }

  tellReload(lesson: string): void {
    for (const [live, id] of this.#live) if (id === lesson) live.send({ type: 'reload' });
  }

  close(): void {
    for (const server of [this.#forLive, this.#forTerminals]) {
      for (const client of server.clients) client.close(closing.away, 'the server stops');
      for (const client of server.clients) client.terminate();
      server.close();
    }
  }

  #route(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { path } = requestPath(this.#access, request);
    const found = /^\/api\/(live|terminals)\/([^/]+)$/.exec(path);
    if (!found) throw new Refusal(404, 'There is nothing here.');
    const learner = this.#access.learnerOf(request.headers.cookie);
    if (!learner) throw new Refusal(401, 'No valid cookie.');
    if (!this.#access.originAllowed(request.headers.origin)) throw new Refusal(403, 'Foreign origin.');
    if ((this.#perLearner.get(learner) ?? 0) >= mostSockets) throw new Refusal(429, 'Too many connections.');
    if (found[1] === 'live') this.#upgradeLive(found[2]!, learner, request, socket, head);
    else this.#upgradeTerminal(found[2]!, learner, request, socket, head);
  }

  #upgradeLive(id: string, learner: string, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { sessions, cluster, clock, renderer, provider } = this.#options;
    const lesson = this.#lesson(id);
    if (!lesson) throw new Refusal(404, 'No such lesson.');
    if (missing(lesson, provider.capabilities).length > 0) throw new Refusal(409, 'The provider lacks something.');
    this.#forLive.handleUpgrade(request, socket, head, (client) => {
      this.#count(learner, client);
      const live = new LiveSocket(client, {
        cluster,
        clock,
        open: () => sessions.open(learner, this.#lesson(id) ?? lesson),
        renderHint: (session, markdown) =>
          renderer.renderText(this.#lesson(id) ?? lesson, markdown, { namespace: session.namespace }),
      });
      this.#live.set(live, id);
      client.on('close', () => this.#live.delete(live));
    });
  }

  #upgradeTerminal(id: string, learner: string, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const found = this.#options.sessions.terminal(id);
    if (!found) throw new Refusal(404, 'No such terminal.');
    if (found.learner !== learner) throw new Refusal(403, "Another learner's terminal.");
    this.#forTerminals.handleUpgrade(request, socket, head, (client) => {
      this.#count(learner, client);
      serveTerminal(client, found.terminal, this.#options.clock);
    });
  }

  #count(learner: string, client: { on(event: 'close', listener: () => void): unknown }): void {
    this.#perLearner.set(learner, (this.#perLearner.get(learner) ?? 0) + 1);
    client.on('close', () => this.#perLearner.set(learner, (this.#perLearner.get(learner) ?? 1) - 1));
  }

  #lesson(id: string): Lesson | undefined {
    return this.#options.lessons().find((loaded) => loaded.id === id)?.lesson;
  }
}

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  429: 'Too Many Requests',
};

function refuse(socket: Duplex, status: number): void {
  const line = `HTTP/1.1 ${status} ${reasons[status] ?? 'Error'}`;
  socket.end(`${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
