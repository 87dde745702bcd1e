import type { KubeObject } from '../kubernetes/object.ts';

/**
 * What checks may ask, declared by those who ask. A rehearsal, a learner's session and a test each bring their own.
 */
export interface ClusterReader extends ObjectReader {
  /** What has happened to objects of a kind since the session began, in order. */
  history(kind: string): History;
  /** Through the API server's proxy. Rejects with CheckError where nothing answers, as the next two do. */
  http(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  exec(request: ExecRequest, signal: AbortSignal): Promise<ExecOutcome>;
  dns(request: DnsRequest, signal: AbortSignal): Promise<DnsOutcome>;
  /** Tells of changes to any object a check has asked for. Returns a function that unsubscribes. */
  onChange(listener: (kind: string, object: KubeObject) => void): () => void;
}

/** The part of it that is about objects as they stand. */
export interface ObjectReader {
  /** `kind` as kubectl takes it: "statefulset", "sts", "pods", "deployment.apps". */
  get(kind: string, name: string): KubeObject | undefined;
  list(kind: string, labelSelector?: string): readonly KubeObject[];
}

/** Why a question could not be put to the cluster, in words for the learner: "Pod kubia-0 refused the connection on port 8080". */
export class CheckError extends Error {
  override readonly name = 'CheckError';
}

export interface History {
  readonly entries: readonly HistoryEntry[];
  /** Positions in `entries` before which a watch had expired: what happened there may be missing. */
  readonly gaps: readonly number[];
}

export interface HistoryEntry {
  readonly type: 'added' | 'modified' | 'deleted';
  readonly object: KubeObject;
  /** Milliseconds since the epoch, when it was seen. */
  readonly at: number;
  /**
   * Found by a list (when the session began, or after a gap) instead of seen happening: entries of one list have no
   * order among themselves.
   */
  readonly listed?: boolean;
}

export interface HttpRequest {
  readonly target:
    | { readonly service: string; readonly port?: string }
    | { readonly pod: string; readonly port?: string };
  readonly path: string;
  readonly method?: string;
  readonly body?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ExecRequest {
  readonly pod: string;
  readonly container?: string;
  readonly command: readonly string[];
}

export interface ExecOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface DnsRequest {
  readonly name: string;
  readonly type: 'A' | 'AAAA' | 'SRV' | 'PTR' | 'CNAME';
}

export interface DnsOutcome {
  readonly status: string;
  readonly records: readonly string[];
}

/** The commands a learner ran in the terminal, oldest first. */
export interface Transcript {
  readonly commands: readonly TranscriptCommand[];
  onCommand(listener: (command: TranscriptCommand) => void): () => void;
}

export interface TranscriptCommand {
  readonly text: string;
  /** Absent while it runs. */
  readonly exitCode?: number;
  /** What it printed, escape sequences removed, the last 64 KiB. */
  readonly output: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt?: number;
}
