import { resolve4, resolveSrv, resolveTxt } from 'node:dns/promises';
import { setMaxListeners } from 'node:events';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import type { FetchedResponse, FetchOptions, Files, Host, SrvRecord, Workload } from './host.ts';
import { fetchHttp } from './http-fetch.ts';
import { NodeConsole } from './node-console.ts';

/** The operating system as a workload sees it, for the container image. */
export class NodeHost implements Host {
  readonly hostname = hostname();
  readonly args: readonly string[] = process.argv.slice(2);
  readonly env: Readonly<Record<string, string | undefined>> = process.env;
  readonly files: Files = nodeFiles;
  readonly stopping: AbortSignal;
  readonly console: NodeConsole;
  readonly #servers: Server[] = [];

  constructor(stopping: AbortSignal) {
    this.stopping = stopping;
    this.console = new NodeConsole(stopping);
    stopping.addEventListener('abort', () => void this.close(), { once: true });
  }

  listen(port: number, handler: RequestListener, address?: 'loopback'): Promise<void> {
    const server = createServer(handler);
    this.#servers.push(server);
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address && '127.0.0.1', () => {
        server.removeListener('error', reject);
        resolve();
      });
    });
  }

  /** Takes no new connections and ends the idle ones. Resolves once the requests being answered are finished. */
  async close(): Promise<void> {
    await Promise.all(
      this.#servers.map((server) => {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeIdleConnections();
        return closed;
      }),
    );
  }

  async fetch(url: string, options: FetchOptions = {}): Promise<FetchedResponse> {
    const timeout = AbortSignal.timeout(options.timeout ?? 10_000);
    const signal = options.evenIfStopping ? timeout : AbortSignal.any([timeout, this.stopping]);
    try {
      return await fetchHttp(url, options, async () => ({}), signal);
    } catch (error) {
      if (timeout.aborted) throw Object.assign(new Error(`${url} did not answer in time`), { code: 'ETIMEDOUT' });
      throw error;
    }
  }

  resolve(name: string): Promise<string[]> {
    return resolve4(name);
  }

  resolveSrv(name: string): Promise<SrvRecord[]> {
    return resolveSrv(name);
  }

  resolveTxt(name: string): Promise<string[][]> {
    return resolveTxt(name);
  }

  log(line: string): void {
    process.stdout.write(`${line}\n`);
  }

  warn(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  now(): number {
    return Date.now();
  }

  random(): number {
    return Math.random();
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.stopping.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      if (this.stopping.aborted) done();
      else this.stopping.addEventListener('abort', done, { once: true });
    });
  }
}

const nodeFiles: Files = {
  read: (path) => readFile(path),
  async write(path, data) {
    // Written beside it, synced and renamed: neither a crash nor a kill leaves half a file.
    const temporary = `${path}.new`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    const folder = await open(dirname(path), 'r');
    await folder.sync().finally(() => folder.close());
  },
  async append(path, data) {
    const file = await open(path, 'a');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  async list(path) {
    return (await readdir(path)).sort();
  },
  async makeDirectory(path) {
    await mkdir(path, { recursive: true });
  },
  async remove(path) {
    await rm(path, { force: true, recursive: true });
  },
};

/** Milliseconds that requests have to finish in: an application ends within a second of being told to. */
const patience = 800;

/**
 * Runs a workload as this process: SIGTERM and SIGINT stop it, and its result is the exit code. Of several, the first
 * argument names the one.
 */
export async function runOnNode(workload: Workload | Readonly<Record<string, Workload>>): Promise<void> {
  const chosen = typeof workload === 'function' ? workload : workload[process.argv.splice(2, 1)[0] ?? ''];
  if (!chosen) {
    process.stderr.write(`the first argument must be one of: ${Object.keys(workload).join(', ')}\n`);
    process.exit(2);
  }
  // Whoever reads the output may leave before its end, as `head` does.
  process.stdout.on('error', () => {});
  const stop = new AbortController();
  // Whatever sleeps listens, and an application may do many things at once.
  setMaxListeners(0, stop.signal);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const host = new NodeHost(stop.signal);
  try {
    const code = await chosen(host);
    await Promise.race([host.close(), new Promise((resolve) => setTimeout(resolve, patience))]);
    process.exit(code);
  } catch (error) {
    host.warn(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exit(1);
  }
}
