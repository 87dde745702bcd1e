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
  /**
   * Serves HTTP until the host stops: on all of the Pod's addresses, or only for its own containers with 'loopback'.
   * Rejects with EADDRINUSE.
   */
  listen(port: number, handler: RequestListener, address?: 'loopback'): Promise<void>;
  fetch(url: string, options?: FetchOptions): Promise<FetchedResponse>;
  /** Rejects with Node's codes: ENOTFOUND for no such name, ENODATA for no such record. */
  resolve(name: string, type: 'A'): Promise<string[]>;
  resolveSrv(name: string): Promise<SrvRecord[]>;
  /** Each record's strings. */
  resolveTxt(name: string): Promise<string[][]>;
  /** One line each to standard output or standard error. */
  log(line: string): void;
  warn(line: string): void;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after the time, or at once when the host stops. */
  sleep(milliseconds: number): Promise<void>;
  /** Aborted by SIGTERM or SIGINT. An application returns soon after. */
  readonly stopping: AbortSignal;
  /** At least 0, below 1. */
  random(): number;
  /** Who started the application, if somebody did: for the commands of an image. */
  readonly console: Console;
}

/** Standard input and output. */
export interface Console {
  /** Whether somebody types the input. */
  readonly typed: boolean;
  /** Whether somebody looks at the output. */
  readonly watched: boolean;
  /** As it is, without a line's end. */
  write(text: string): Promise<void>;
  writeError(text: string): Promise<void>;
  /**
   * The next line of input, without its end. On a terminal it is edited after the prompt and remembered, elsewhere
   * there is no prompt. Undefined at the end of the input, or when the host stops.
   */
  readLine(prompt: string): Promise<Line | 'interrupted' | undefined>;
  /** A line that is not shown while it is typed. */
  readSecret(prompt: string): Promise<string | undefined>;
  /** All the input that is left. */
  readAll(): Promise<Uint8Array>;
}

export interface Line {
  readonly text: string;
}

export interface Files {
  /** Rejects with an error whose `code` is Node's (ENOENT, …). */
  read(path: string): Promise<Uint8Array>;
  /** Replaces the file; resolves once the bytes are on the volume. */
  write(path: string, data: string | Uint8Array): Promise<void>;
  /** Adds to the file's end, making it if need be; resolves once the bytes are on the volume. */
  append(path: string, data: string | Uint8Array): Promise<void>;
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
  /** Sent also where the host has been told to stop; `timeout` then says how long that may take. */
  evenIfStopping?: boolean;
}

export interface FetchedResponse {
  status: number;
  headers: Record<string, string>;
  text: string;
  /** What `text` was decoded from. */
  bytes: Uint8Array;
}

export interface SrvRecord {
  name: string;
  port: number;
  priority: number;
  weight: number;
}

/** An example application: resolves with its exit code. */
export type Workload = (host: Host) => Promise<number>;
