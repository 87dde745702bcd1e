import { setMaxListeners } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { ManualClock } from '../../src/embedded/clock.ts';
import type {
  Console,
  FetchedResponse,
  FetchOptions,
  Files,
  Host,
  Line,
  SrvRecord,
  Workload,
} from '../../src/workloads/host.ts';

/**
 * Hosts that reach each other by name, on a clock that stands still until told otherwise. Files outlive their host,
 * names can be taken away, hosts cut off from one another, killed without warning and started anew.
 */
export class World {
  readonly clock = new ManualClock();
  readonly hosts = new Map<string, FakeHost>();
  readonly srv = new Map<string, SrvRecord[]>();
  readonly txt = new Map<string, string[][]>();
  readonly #disks = new Map<string, FakeFiles>();
  readonly #cuts = new Set<string>();
  domain = 'svc.test';
  #seed = 1;

  /** What has been written on a host's volumes, whether it runs or not. */
  disk(name: string): FakeFiles {
    let files = this.#disks.get(name);
    if (!files) {
      files = new FakeFiles();
      this.#disks.set(name, files);
    }
    return files;
  }

  /** A Pod of that name; `run` starts something in it. */
  host(name: string, options: HostOptions = {}): FakeHost {
    const host = new FakeHost(this, name, this.disk(name), options);
    this.hosts.set(name, host);
    return host;
  }

  /** Nothing passes between the two any more; requests wait for their time limit. */
  cut(one: string, other: string): void {
    this.#cuts.add([one, other].sort().join());
  }

  isolate(name: string): void {
    for (const other of this.hosts.keys()) if (other !== name) this.cut(name, other);
  }

  heal(): void {
    this.#cuts.clear();
  }

  connected(one: string, other: string): boolean {
    return !this.#cuts.has([one, other].sort().join());
  }

  /** Lets `milliseconds` pass, and whatever that sets in motion settle. */
  async advance(milliseconds: number): Promise<void> {
    await this.clock.advance(milliseconds);
  }

  /** Lets time pass until something is so. Fails after a minute of the clock. */
  async until(condition: () => boolean | Promise<boolean>, step = 100): Promise<void> {
    for (let passed = 0; passed <= 120_000; passed += step) {
      await this.advance(0);
      if (await condition()) return;
      await this.advance(step);
    }
    throw new Error('it did not come true within two minutes');
  }

  /** Lets time pass until a promise settles. */
  async settle<T>(promise: Promise<T>, step = 50): Promise<T> {
    let settled = false;
    promise.then(
      () => {
        settled = true;
      },
      () => {
        settled = true;
      },
    );
    await this.until(() => settled, step);
    return promise;
  }

  /** Deterministic, and different from one call to the next. */
  random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }
}

export interface HostOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Lines that somebody types at a terminal. */
  readonly typed?: readonly string[];
  /** Whether the output goes to a terminal; so it does where somebody types. */
  readonly watched?: boolean;
}

export class FakeHost implements Host {
  readonly hostname: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly lines: string[] = [];
  readonly console: FakeConsole;
  readonly files: Files;
  readonly stop = new AbortController();
  readonly stopping = this.stop.signal;
  readonly world: World;
  readonly servers: Map<number, { handler: RequestListener; loopback: boolean }>;
  alive = true;
  exit: Promise<number> | undefined;

  constructor(world: World, name: string, disk: FakeFiles, options: HostOptions, owner?: FakeHost) {
    setMaxListeners(0, this.stopping);
    this.world = world;
    this.hostname = name;
    this.args = options.args ?? [];
    this.env = options.env ?? {};
    this.console = new FakeConsole(options);
    this.servers = owner?.servers ?? new Map();
    const isAlive = () => this.alive && (owner?.alive ?? true);
    this.files = disk.view(isAlive);
  }

  /** Another process in the same Pod, as `kubectl exec` starts one. */
  process(options: HostOptions): FakeHost {
    return new FakeHost(this.world, this.hostname, this.world.disk(this.hostname), options, this);
  }

  run(workload: Workload): this {
    this.exit = workload(this);
    this.exit.catch(() => {});
    return this;
  }

  /** SIGTERM, and its exit code. */
  async terminate(): Promise<number> {
    this.stop.abort();
    const code = await this.world.settle(this.exit!);
    this.alive = false;
    this.servers.clear();
    return code;
  }

  /** Gone without a trace, but for what is on its volumes. */
  kill(): void {
    this.alive = false;
    this.servers.clear();
  }

  async listen(port: number, handler: RequestListener, address?: 'loopback'): Promise<void> {
    if (this.servers.has(port)) throw failure('EADDRINUSE', `listen EADDRINUSE 0.0.0.0:${port}`);
    this.servers.set(port, { handler, loopback: address === 'loopback' });
  }

  async fetch(url: string, options: FetchOptions = {}): Promise<FetchedResponse> {
    const target = new URL(url);
    const late = () => Promise.reject(failure('ETIMEDOUT', `${url} did not answer in time`));
    const limit = this.sleepThen(options.timeout ?? 10_000, late, options.evenIfStopping);
    limit.catch(() => {});
    return Promise.race([this.#exchange(target, options), limit]);
  }

  async #exchange(url: URL, options: FetchOptions): Promise<FetchedResponse> {
    if (!this.alive) return never();
    const port = Number(url.port || 80);
    const name = url.hostname;
    const own = ['localhost', '127.0.0.1'].includes(name);
    const target = own ? this : this.#find(name);
    if (!target) throw failure('ENOTFOUND', `getaddrinfo ENOTFOUND ${name}`);
    if (!this.world.connected(this.hostname, target.hostname)) return never();
    const server = target.servers.get(port);
    if (!server || (server.loopback && target.hostname !== this.hostname)) {
      throw failure('ECONNREFUSED', `connect ECONNREFUSED ${name}:${port}`);
    }
    const response = await answer(server.handler, url, options, own ? '127.0.0.1' : '10.0.0.9');
    // The answer of a host that has died, or been cut off meanwhile, does not arrive.
    if (!target.servers.has(port)) throw failure('ECONNRESET', 'read ECONNRESET');
    if (!this.world.connected(this.hostname, target.hostname) || !this.alive) return never();
    return response;
  }

  #find(name: string): FakeHost | undefined {
    return this.world.hosts.get(name.split('.')[0]!);
  }

  async resolve(name: string): Promise<string[]> {
    if (!this.#find(name)) throw failure('ENOTFOUND', `queryA ENOTFOUND ${name}`);
    return ['10.0.0.1'];
  }

  async resolveSrv(name: string): Promise<SrvRecord[]> {
    const found = this.world.srv.get(name);
    if (!found) throw failure('ENOTFOUND', `querySrv ENOTFOUND ${name}`);
    return found;
  }

  async resolveTxt(name: string): Promise<string[][]> {
    const found = this.world.txt.get(name);
    if (!found) throw failure('ENODATA', `queryTxt ENODATA ${name}`);
    return found;
  }

  log(line: string): void {
    if (this.alive) this.lines.push(line);
  }

  warn(line: string): void {
    if (this.alive) this.lines.push(line);
  }

  now(): number {
    return this.world.clock.now();
  }

  random(): number {
    return this.world.random();
  }

  sleep(milliseconds: number): Promise<void> {
    return this.sleepThen(milliseconds, async () => {});
  }

  sleepThen<T>(milliseconds: number, then: () => Promise<T>, evenIfStopping = false): Promise<T> {
    if (!this.alive) return never();
    return new Promise((resolve, reject) => {
      const done = () => {
        timer.cancel();
        this.stopping.removeEventListener('abort', done);
        if (this.alive) then().then(resolve, reject);
      };
      const timer = this.world.clock.schedule(milliseconds, done);
      if (evenIfStopping) return;
      if (this.stopping.aborted) done();
      else this.stopping.addEventListener('abort', done, { once: true });
    });
  }
}

/** A volume. It can be made to fail, as a full one does. */
export class FakeFiles {
  readonly content = new Map<string, Uint8Array>();
  readonly folders = new Set<string>();
  failWith: string | undefined;

  text(path: string): string | undefined {
    const bytes = this.content.get(path);
    return bytes && new TextDecoder().decode(bytes);
  }

  view(alive: () => boolean): Files {
    const when = async <T>(act: () => T): Promise<T> => {
      // As on a real volume: not at once.
      await Promise.resolve();
      if (!alive()) return never();
      return act();
    };
    const bytes = (data: string | Uint8Array) => (typeof data === 'string' ? new TextEncoder().encode(data) : data);
    const check = (path: string) => {
      if (this.failWith) throw failure(this.failWith, `${this.failWith}: open '${path}'`);
    };
    return {
      read: (path) =>
        when(() => {
          const found = this.content.get(path);
          if (!found) throw failure('ENOENT', `ENOENT: no such file or directory, open '${path}'`);
          return found;
        }),
      write: (path, data) =>
        when(() => {
          check(path);
          this.content.set(path, bytes(data));
        }),
      append: (path, data) =>
        when(() => {
          check(path);
          this.content.set(path, Buffer.concat([this.content.get(path) ?? new Uint8Array(), bytes(data)]));
        }),
      list: (path) =>
        when(() => {
          const names = new Set<string>();
          for (const known of [...this.content.keys(), ...this.folders]) {
            if (known.startsWith(`${path}/`)) names.add(known.slice(path.length + 1).split('/')[0]!);
          }
          if (names.size === 0 && !this.folders.has(path)) {
            throw failure('ENOENT', `ENOENT: no such file or directory, scandir '${path}'`);
          }
          return [...names].sort();
        }),
      makeDirectory: (path) =>
        when(() => {
          check(path);
          this.folders.add(path);
        }),
      remove: (path) =>
        when(() => {
          for (const known of [...this.content.keys()]) {
            if (known === path || known.startsWith(`${path}/`)) this.content.delete(known);
          }
          for (const known of [...this.folders]) {
            if (known === path || known.startsWith(`${path}/`)) this.folders.delete(known);
          }
        }),
    };
  }
}

export class FakeConsole implements Console {
  output = '';
  errors = '';
  readonly typed: boolean;
  readonly watched: boolean;
  readonly #lines: string[];
  readonly #input: string;

  constructor({ input = '', typed, watched }: HostOptions) {
    this.typed = typed !== undefined;
    this.watched = watched ?? this.typed;
    this.#input = input;
    this.#lines = typed ? [...typed] : input === '' ? [] : input.replace(/\n$/, '').split('\n');
  }

  async write(text: string): Promise<void> {
    this.output += text;
  }

  async writeError(text: string): Promise<void> {
    this.errors += text;
  }

  async readLine(prompt: string): Promise<Line | 'interrupted' | undefined> {
    const text = this.#lines.shift();
    if (this.typed) this.output += `${prompt}${text ?? ''}\n`;
    return text === undefined ? undefined : { text };
  }

  async readSecret(prompt: string): Promise<string | undefined> {
    if (this.typed) this.output += `${prompt}\n`;
    return this.#lines.shift();
  }

  async readAll(): Promise<Uint8Array> {
    return new TextEncoder().encode(this.#input);
  }
}

/** Runs a handler of node:http without a socket. */
function answer(
  handler: RequestListener,
  url: URL,
  options: FetchOptions,
  remoteAddress: string,
): Promise<FetchedResponse> {
  const body = options.body === undefined ? [] : [Buffer.from(options.body)];
  const request = Object.assign(Readable.from(body, { objectMode: false }), {
    method: options.method ?? 'GET',
    socket: { remoteAddress },
    url: `${url.pathname}${url.search}`,
    headers: Object.fromEntries(
      Object.entries({ host: url.host, ...options.headers }).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  });
  return new Promise((resolve) => {
    const answered = { status: 200, headers: {} as Record<string, string> };
    const response = {
      headersSent: false,
      destroyed: false,
      writeHead(status: number, headers: Record<string, string | number> = {}) {
        answered.status = status;
        for (const [name, value] of Object.entries(headers)) answered.headers[name.toLowerCase()] = String(value);
        return this;
      },
      end(data: string | Uint8Array = '') {
        const bytes = Buffer.from(data as string);
        resolve({ ...answered, text: bytes.toString('utf8'), bytes });
      },
    };
    handler(request as unknown as IncomingMessage, response as unknown as ServerResponse);
  });
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function never<T>(): Promise<T> {
  return new Promise(() => {});
}
