import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type ManualClock, RealClock } from '../../src/embedded/clock.ts';
import type { LoadedLesson } from '../../src/lessons/load.ts';
import { memoryStore } from '../../src/progress/record.ts';
import { Sessions } from '../../src/progress/sessions.ts';
import type { ServerMessage } from '../../src/protocol/live.ts';
import type { ClusterStatus } from '../../src/server/live-socket.ts';
import { type RunningServer, startServer } from '../../src/server/server.ts';
import { StaticFiles } from '../../src/server/static-files.ts';
import type { PtyOptions, SpawnPty } from '../../src/terminal/pty.ts';
import { installIntegration } from '../../src/terminal/shell.ts';
import { FakeApi } from '../clusters/fake-api.ts';
import { lessonFolder, load } from '../progress/lesson-fixture.ts';

/** A whole server in front of a made-up cluster, with shells that only say what they are told. */
export class Fixture {
  readonly ptys: { options: PtyOptions; typed: string }[] = [];
  /** What the next shells print, as if it came from the program. */
  status: ReturnType<ClusterStatus['current']> = { state: 'ready', provider: 'fake', version: 'v1.33.0' };
  readonly #statusListeners = new Set<() => void>();
  readonly sockets: WebSocket[] = [];

  private constructor(
    readonly api: FakeApi,
    readonly server: RunningServer,
    readonly sessions: Sessions,
    readonly folder: string,
    readonly lesson: ReturnType<typeof lessonFolder>,
    readonly clock: ManualClock | RealClock,
  ) {}

  static async start({ allowedHosts = [] as string[], clock = new RealClock() as ManualClock | RealClock } = {}) {
    const api = await FakeApi.start();
    const folder = mkdtempSync(join(tmpdir(), 'ordinal-server-'));
    const lesson = lessonFolder();
    const loaded: LoadedLesson[] = [load(lesson.folder)];
    api.writeKubeconfig(join(folder, 'config'));
    mkdirSync(join(folder, 'web/assets'), { recursive: true });
    writeFileSync(join(folder, 'web/index.html'), '<!doctype html><title>Ordinal</title>');
    writeFileSync(join(folder, 'web/assets/index-Ab12Cd34.js'), `console.log(1);${' '.repeat(2000)}`);
    writeFileSync(join(folder, 'web/favicon.svg'), '<svg/>');
    installIntegration(join(folder, 'integration'));
    let fixture: Fixture | undefined;
    const spawn: SpawnPty = (options) => {
      const pty = { options, typed: '' };
      fixture!.ptys.push(pty);
      return {
        pid: 1,
        write: (data) => {
          pty.typed += data;
        },
        resize: () => {},
        pause: () => {},
        resume: () => {},
        kill: () => {},
        rawInput: async () => false,
      };
    };
    const sessions = new Sessions({
      folder: join(folder, 'sessions'),
      integration: join(folder, 'integration'),
      store: memoryStore(),
      clock,
      spawn,
      env: { PATH: process.env.PATH, SHELL: '/bin/bash', HOME: folder },
      platform: 'linux',
      proberImage: 'dig:1',
      problem: (error) => {
        throw error;
      },
      cluster: async () => {
        if (fixture!.status.state !== 'ready') throw new Error('not ready');
        return { kubeconfig: join(folder, 'config'), kubectlFolder: '/the/kubectl' };
      },
    });
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      allowedHosts,
      dataFolder: folder,
      files: new StaticFiles(join(folder, 'web')),
      product: { version: '1' },
      provider: { name: 'fake', description: 'A made-up cluster', capabilities: new Set() },
      sessions,
      clock,
      lessons: () => loaded,
      renderer: {
        render: async ({ steps }, { namespace }) =>
          steps.map(({ id }) => ({ id, html: `<p>${id} in ${namespace}</p>` })),
        renderText: async (_, text) => `<em>${text}</em>`,
      },
      cluster: {
        current: () => fixture!.status,
        on: (listener) => {
          fixture!.#statusListeners.add(listener);
          return () => fixture!.#statusListeners.delete(listener);
        },
      },
    });
    fixture = new Fixture(api, server, sessions, folder, lesson, clock);
    return fixture;
  }

  setStatus(status: Fixture['status']): void {
    this.status = status;
    for (const listener of [...this.#statusListeners]) listener();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await this.server.stop();
    await this.sessions.closeAll();
    await this.api.stop();
    this.lesson.remove();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  get origin(): string {
    return `http://127.0.0.1:${this.server.port}`;
  }

  request(
    path: string,
    { method = 'GET', headers = {} as Record<string, string> } = {},
  ): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
    return new Promise((resolve, reject) => {
      const sent = httpRequest({ host: '127.0.0.1', port: this.server.port, path, method, headers }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }));
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  /** Signs in by a link as a browser does. Returns the Cookie header. */
  async signIn(): Promise<string> {
    const { headers } = await this.request(new URL(this.server.link()).pathname + new URL(this.server.link()).search);
    return headers['set-cookie']![0]!.split(';')[0]!;
  }

  /** What an attempt to open a WebSocket is answered: 101 where it is. */
  async upgrade(path: string, headers: Record<string, string>): Promise<number> {
    const socket = new WebSocket(`ws://127.0.0.1:${this.server.port}${path}`, { headers });
    this.sockets.push(socket);
    return new Promise((resolve) => {
      socket.on('open', () => resolve(101));
      socket.on('unexpected-response', (_, response) => resolve(response.statusCode!));
      socket.on('error', () => undefined);
    });
  }

  async open(path: string, cookie: string): Promise<Client> {
    const headers = { cookie, origin: this.origin };
    const socket = new WebSocket(`ws://127.0.0.1:${this.server.port}${path}`, { headers });
    this.sockets.push(socket);
    const client = new Client(socket);
    await new Promise((resolve, reject) => {
      socket.on('open', resolve);
      socket.on('unexpected-response', (_, response) => reject(new Error(`answered ${response.statusCode}`)));
    });
    return client;
  }
}

/** One tab's connection. */
export class Client {
  readonly messages: ServerMessage[] = [];
  bytes = '';
  readonly closed: Promise<number>;
  readonly #waiting = new Set<() => void>();

  constructor(readonly socket: WebSocket) {
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined);
    socket.on('message', (data, binary) => {
      if (binary) this.bytes += String(data);
      else this.messages.push(JSON.parse(String(data)) as ServerMessage);
      for (const look of [...this.#waiting]) look();
    });
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first message for which `found` holds, of those there are or come. */
  until<T>(found: (message: ServerMessage) => T | undefined | false): Promise<T> {
    return this.untilState(() => {
      for (const message of this.messages) {
        const value = found(message);
        if (value) return value;
      }
      return undefined;
    });
  }

  untilState<T>(look: () => T | undefined | false): Promise<T> {
    return new Promise((resolve) => {
      const check = () => {
        const value = look();
        if (!value) return;
        this.#waiting.delete(check);
        resolve(value);
      };
      this.#waiting.add(check);
      check();
    });
  }

  type<Type extends ServerMessage['type']>(type: Type): Promise<Extract<ServerMessage, { type: Type }>> {
    return this.until((message) => message.type === type && (message as Extract<ServerMessage, { type: Type }>));
  }
}
