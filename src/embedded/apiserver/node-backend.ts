import type { Duplex, Readable } from 'node:stream';

/**
 * What the API server asks of a node: declared here, implemented by the kubelet, injected by cluster.ts.
 * Each method rejects with an ApiError in the kubelet's words ("container not found (\"x\")", …).
 */
export interface NodeBackend {
  exec(target: ContainerTarget, command: readonly string[], streams: ExecStreams): Promise<ExecResult>;
  attach(target: ContainerTarget, streams: ExecStreams): Promise<ExecResult>;
  logs(target: ContainerTarget, options: LogOptions): Promise<Readable>;
  /** A connection to a port of the Pod's loopback, as port-forward opens it. Rejects where nothing listens. */
  dialPod(pod: { namespace: string; name: string }, port: number): Promise<Duplex>;
}

/** Connections into the cluster's network, for the pod, service and node proxies. */
export interface Dialer {
  /** `host` is a Pod, Service or node address. Rejects with Node's codes (ECONNREFUSED, EHOSTUNREACH, ETIMEDOUT). */
  dial(host: string, port: number): Promise<Duplex>;
}

export interface ContainerTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface ExecStreams {
  readonly stdin?: Readable;
  readonly stdout?: NodeJS.WritableStream;
  readonly stderr?: NodeJS.WritableStream;
  readonly tty: boolean;
  /** The terminal's size, then every change of it. */
  readonly resize?: AsyncIterable<{ columns: number; rows: number }>;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface ExecResult {
  readonly exitCode: number;
}

export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  readonly sinceSeconds?: number;
  readonly sinceTime?: string;
  readonly stream?: 'All' | 'Stdout' | 'Stderr';
  readonly signal: AbortSignal;
}
