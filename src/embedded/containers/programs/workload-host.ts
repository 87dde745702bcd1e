import { setMaxListeners } from 'node:events';
import type { ClientRequestArgs, RequestListener } from 'node:http';
import type {
  Console,
  FetchedResponse,
  FetchOptions,
  Files,
  Host,
  SrvRecord,
  Workload,
} from '../../../workloads/host.ts';
import { fetchHttp } from '../../../workloads/http-fetch.ts';
import { addresses, connect, lookup } from '../commands/network/names.ts';
import { type Process, ProcessEnded, type Program } from '../process/process.ts';
import { serveHttp } from './http-server.ts';
import { ProcessConsole } from './workload-console.ts';

/** A simulated process as a workload sees it. */
class ProcessHost implements Host {
  readonly hostname: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Files;
  readonly stopping: AbortSignal;
  readonly console: Console;
  readonly #process: Process;
  readonly #closers: (() => void)[] = [];

  constructor(process: Process, stopping: AbortSignal) {
    this.#process = process;
    this.hostname = process.system.hostname;
    // As under node: the program and the script are not arguments.
    this.args = process.argv.slice(process.argv[0]?.endsWith('node') ? 2 : 1);
    this.env = process.env;
    this.stopping = stopping;
    this.console = new ProcessConsole(process, stopping);
    const { files } = process;
    const guarded = <T>(operation: Promise<T>) => process.block(operation);
    this.files = {
      read: (path) => guarded(files.readFile(path)),
      write: (path, data) => guarded(replace(process, path, data)),
      append: (path, data) => guarded(files.writeFile(path, data, { append: true })),
      list: (path) => guarded(files.readdir(path)),
      makeDirectory: (path) => guarded(files.mkdir(path, { recursive: true })),
      remove: (path) => guarded(files.rm(path, { recursive: true, force: true })),
    };
  }

  async listen(port: number, handler: RequestListener, address?: 'loopback'): Promise<void> {
    const server = await serveHttp(this.#process, port, (request, response) => {
      if (address && !request.socket.localAddress?.startsWith('127.')) request.socket.destroy();
      else handler(request, response);
    });
    this.#closers.push(() => {
      server.close();
      server.closeIdleConnections();
    });
  }

  /** Lets running requests finish, for at most `patience` milliseconds. */
  async close(patience: number): Promise<void> {
    if (this.#closers.length === 0) return;
    for (const close of this.#closers) close();
    await this.#process.sleep(patience);
  }

  async fetch(url: string, options: FetchOptions = {}): Promise<FetchedResponse> {
    const stop = new AbortController();
    const late = Object.assign(new Error(`${url} did not answer in time`), { code: 'ETIMEDOUT' });
    const timer = this.#process.schedule(options.timeout ?? 10_000, () => stop.abort(late));
    const { signal } = stop;
    const cancel = () => stop.abort(this.stopping.reason);
    const forget = options.evenIfStopping ? this.#process.onEnd(cancel) : this.#whenStopping(cancel);
    const connection = async (target: URL): Promise<ClientRequestArgs> => {
      const socket = await connect(this.#process, target.hostname, Number(target.port || 80), signal);
      return { createConnection: () => socket as never };
    };
    try {
      return await this.#process.block(fetchHttp(url, options, connection, signal));
    } catch (error) {
      throw signal.reason === late ? late : error;
    } finally {
      timer.cancel();
      forget();
    }
  }

  async resolve(name: string): Promise<string[]> {
    const found = await addresses(this.#process, name);
    if (found.length > 0) return found;
    throw Object.assign(new Error(`queryA ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
  }

  async resolveSrv(name: string): Promise<SrvRecord[]> {
    const { status, answers } = await lookup(this.#process, name, 'SRV');
    const records = answers.filter(({ type }) => type === 'SRV');
    if (records.length === 0) {
      const code = status === 'NOERROR' ? 'ENODATA' : 'ENOTFOUND';
      throw Object.assign(new Error(`querySrv ${code} ${name}`), { code });
    }
    return records.map(({ data }) => {
      const [priority, weight, port, target] = data.split(' ');
      return {
        name: target!.replace(/\.$/, ''),
        port: Number(port),
        priority: Number(priority),
        weight: Number(weight),
      };
    });
  }

  async resolveTxt(name: string): Promise<string[][]> {
    const { status, answers } = await lookup(this.#process, name, 'TXT');
    const records = answers.filter(({ type }) => type === 'TXT');
    if (records.length === 0) {
      const code = status === 'NOERROR' ? 'ENODATA' : 'ENOTFOUND';
      throw Object.assign(new Error(`queryTxt ${code} ${name}`), { code });
    }
    return records.map(({ data }) => [...data.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text!));
  }

  random(): number {
    return this.#process.system.random();
  }

  log(line: string): void {
    void this.#process.print(`${line}\n`).catch(() => {});
  }

  warn(line: string): void {
    void this.#process.error(`${line}\n`).catch(() => {});
  }

  now(): number {
    return this.#process.system.clock.now();
  }

  async sleep(milliseconds: number): Promise<void> {
    let forget = () => {};
    const over = new Promise<void>((resolve) => {
      const timer = this.#process.schedule(milliseconds, resolve);
      const stopped = this.#whenStopping(resolve);
      forget = () => {
        timer.cancel();
        stopped();
      };
    });
    await this.#process.block(over).finally(forget);
  }

  /** Calls back once the workload is to stop or its process has ended. What is returned takes that back. */
  #whenStopping(callback: () => void): () => void {
    if (this.stopping.aborted) callback();
    this.stopping.addEventListener('abort', callback, { once: true });
    const forget = this.#process.onEnd(callback);
    return () => {
      this.stopping.removeEventListener('abort', callback);
      forget();
    };
  }
}

/** Replaces a file in one step where the tree can: a reader sees the old content or the new, never half. */
async function replace(process: Process, path: string, data: string | Uint8Array): Promise<void> {
  const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
  const temporary = `${path}.new`;
  await process.files.writeFile(temporary, bytes);
  await process.files.rename(temporary, path);
}

/** A workload as a program of a simulated container. */
export function workloadProgram(workload: Workload): Program {
  return async (process) => {
    const stop = new AbortController();
    // Whatever sleeps listens, and an application may do many things at once.
    setMaxListeners(0, stop.signal);
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.onSignal(name, () => stop.abort());
    const host = new ProcessHost(process, stop.signal);
    try {
      const code = await workload(host);
      await host.close(50);
      return code;
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      await process.error(`${error instanceof Error ? error.message : String(error)}\n`);
      return 1;
    }
  };
}
