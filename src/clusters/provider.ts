/**
 * Where clusters come from. A provider yields a kubeconfig; from there on nothing knows which provider it was.
 * Only clusters/embedded.ts, kind.ts and kubeconfig.ts know more, and only cli/ names them.
 */

export type Capability =
  | 'namespaces'
  | 'nodes'
  | 'node-failure'
  | 'storage-classes'
  | 'persistent-volumes'
  | 'snapshots';

export interface ClusterProvider {
  readonly name: 'embedded' | 'kind' | 'kubeconfig';
  readonly capabilities: ReadonlySet<Capability>;
  /** Starts a cluster, or finds the one that is there. Rejects with ProviderError. */
  up(options: UpOptions): Promise<RunningCluster>;
  /** Removes it and its data. Only ever what this provider made. */
  down(): Promise<void>;
  /** How many clusters like this one the machine has room for, itself included; as many as one likes when absent. */
  room?(signal: AbortSignal): Promise<number>;
  /** The namespace of a session, where a lesson's own name would meet others'; `session` is a label's value. */
  namespaceOf?(session: string): string;
  /** Of a cluster that goes on running when the process that started it ends: stops it; what it stores stays. */
  halt?(): Promise<void>;
  /** Writes into a folder what its nodes have logged, where they are more than this process. */
  exportLogs?(folder: string, signal: AbortSignal): Promise<void>;
  /** Of such a cluster: as RunningCluster's, from any process. */
  node?(action: NodeAction, name: string): Promise<void>;
}

/** How sessions live on a cluster that is shared. */
export interface SessionSpace {
  /**
   * Makes the session's namespace, with its limits, or puts it right, and writes the kubeconfig of an account that may
   * work in that namespace alone.
   */
  prepare(namespace: string, kubeconfig: string, signal: AbortSignal): Promise<void>;
}

/** 'partition' cuts a node off while its containers run; 'start' connects it again. */
export type NodeAction = 'stop' | 'start' | 'partition';

export interface UpOptions {
  readonly signal: AbortSignal;
  /** One line of progress: "pulling kindest/node:v1.33 …". */
  progress(message: string): void;
}

export interface RunningCluster {
  /** File with the cluster's address, certificate authority and credentials; mode 0600. */
  readonly kubeconfig: string;
  /** "v1.33.0", as /version says. */
  readonly version: string;
  /** Stops serving; what it stores stays. */
  stop(): Promise<void>;
  /** Absent where the cluster is the learner's own. */
  readonly space?: SessionSpace;
  /** 'stop' and 'start' a node, or cut it off while its containers run. Only with 'node-failure'. */
  node?(action: NodeAction, name: string): Promise<void>;
  /** Rejects when the cluster ends by itself. */
  readonly failed: Promise<never>;
}

/** Says what, why, and the command that helps. */
export class ProviderError extends Error {
  constructor(
    message: string,
    /** The next step: "start Docker, then run: npm start". */
    readonly remedy: string,
  ) {
    super(message);
  }
}
