import type { RequestListener } from 'node:http';

/**
 * All that an example application may ask of where it runs. The same source runs as a container image, where
 * node-host.ts gives it the operating system, and in the embedded cluster, where the simulated container does.
 */
export interface Host {
  readonly hostname: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Files;
  /** Serves HTTP on all of the Pod's addresses until the host stops. Rejects with EADDRINUSE. */
  listen(port: number, handler: RequestListener): Promise<void>;
  fetch(url: string, options?: FetchOptions): Promise<FetchedResponse>;
  /** Rejects with Node's codes: ENOTFOUND for no such name, ENODATA for no such record. */
  resolve(name: string, type: 'A'): Promise<string[]>;
  resolveSrv(name: string): Promise<SrvRecord[]>;
  /** One line each to standard output or standard error. */
  log(line: string): void;
  warn(line: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after the time, or at once when the host stops. */
  sleep(milliseconds: number): Promise<void>;
  /** Aborted by SIGTERM or SIGINT. An application returns soon after. */
  readonly stopping: AbortSignal;
}

export interface Files {
  /** Rejects with an error whose `code` is Node's (ENOENT, …). */
  read(path: string): Promise<Uint8Array>;
  /** Replaces the file; resolves once the bytes are on the volume. */
  write(path: string, data: string | Uint8Array): Promise<void>;
  list(path: string): Promise<string[]>;
  makeDirectory(path: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export interface FetchOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Milliseconds; 10,000 when absent. */
  timeout?: number;
  /** Redirects are reported, not followed, unless set. */
  followRedirects?: boolean;
}

export interface FetchedResponse {
  status: number;
  headers: Record<string, string>;
  text: string;
}

export interface SrvRecord {
  name: string;
  port: number;
  priority: number;
  weight: number;
}

/** An example application: resolves with its exit code. */
export type Workload = (host: Host) => Promise<number>;
