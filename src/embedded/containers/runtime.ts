import type { Readable } from 'node:stream';
import type { ExecResult, ExecStreams } from '../apiserver/node-backend.ts';
import type { NetworkStack } from '../network/network.ts';
import type { FileSystem } from '../storage/filesystem.ts';

/**
 * The container runtime as the kubelet sees it: what CRI is to a real one. It knows images, filesystems and processes,
 * and nothing of Pods' lifecycles, probes or restarts.
 */
export interface ContainerRuntime {
  /**
   * Resolves once the image is on the node (the simulated pull takes its time). Rejects with ImageError.
   * An image already there resolves with `pulled: false`.
   */
  pullImage(node: string, image: string, signal: AbortSignal): Promise<PulledImage>;
  /** Whether the node has it, for imagePullPolicy Never and IfNotPresent. */
  hasImage(node: string, image: string): boolean;
  /** The user an image's processes are unless the container says otherwise; undefined where that is not known. */
  imageUser?(image: string): number | undefined;
  /** @throws ContainerError where the command cannot be started ("exec: \"foo\": executable file not found in $PATH"). */
  create(config: ContainerConfig): Promise<Container>;
}

export interface PulledImage {
  readonly pulled: boolean;
  /** "docker.io/library/kubia:1", as status.containerStatuses[].image shows it. */
  readonly name: string;
  /** status.containerStatuses[].imageID */
  readonly id: string;
  readonly sizeBytes: number;
  /** Milliseconds the pull took. */
  readonly duration: number;
}

/** `reason` is the container's waiting reason: ErrImagePull, InvalidImageName, ErrImageNeverPull. */
export class ImageError extends Error {
  constructor(
    readonly reason: 'ErrImagePull' | 'InvalidImageName',
    message: string,
  ) {
    super(message);
  }
}

/** A container that could not be created or started; `reason` as in status: CreateContainerError, StartError, … */
export class ContainerError extends Error {
  constructor(
    readonly reason: 'CreateContainerError' | 'StartError' | 'ContainerCannotRun',
    message: string,
    readonly exitCode = 128,
  ) {
    super(message);
  }
}

export interface ContainerConfig {
  readonly pod: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly name: string;
  /** How often it has been started in this Pod: part of its id. */
  readonly attempt: number;
  readonly node: string;
  readonly image: string;
  /** The container spec's command and args, already expanded; the image's own are used where absent. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly readOnlyRootFilesystem: boolean;
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  /** The Pod's fsGroup and supplementalGroups. */
  readonly supplementalGroups?: readonly number[];
  /** The Pod's network, shared by all its containers. */
  readonly network: NetworkStack;
  readonly hostname: string;
  /** The container's resource limits: a process that goes over its CPU budget or its memory is killed. */
  readonly limits?: { readonly memoryBytes?: number };
}

export interface Mount {
  /** Where in the container. */
  readonly path: string;
  readonly files: FileSystem;
  /** A directory or file inside `files`: the volume's root, or its subPath. */
  readonly root: string;
  readonly readOnly: boolean;
  /** Its files are in memory: a tmpfs. */
  readonly inMemory?: boolean;
}

export interface Container {
  /** "containerd://…", 64 hexadecimal digits, as in status. */
  readonly id: string;
  /** Starts the main process. @throws ContainerError */
  start(): Promise<void>;
  /** Resolves when the main process has ended and its output is complete. */
  readonly exited: Promise<Exit>;
  /** SIGTERM, or what the image's STOPSIGNAL is; SIGKILL always ends it. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
  /** Runs another process in it. @throws ContainerError, with the message kubectl shows. */
  exec(command: readonly string[], streams: ExecStreams): Promise<ExecResult>;
  attach(streams: ExecStreams): Promise<ExecResult>;
  readonly log: ContainerLog;
  /** Its root, volumes mounted. */
  readonly files: FileSystem;
  /** Frees what it holds. The log stays readable for `logs --previous` until the object is dropped. */
  remove(): void;
}

export interface Exit {
  /** 128 + the signal's number for a process that was killed. */
  readonly code: number;
  readonly signal?: number;
  readonly oomKilled?: boolean;
  /** Said in the terminated state's message, e.g. why a runaway script was stopped. */
  readonly message?: string;
}

/** What the container wrote, kept up to a bound as a node's log files are. */
export interface ContainerLog {
  /** Bytes as the kubelet serves them; ends when the container has ended, or at once when not following. */
  read(options: {
    follow: boolean;
    timestamps: boolean;
    tailLines?: number;
    limitBytes?: number;
    /** Milliseconds since the epoch. */
    since?: number;
    stream?: 'All' | 'Stdout' | 'Stderr';
    signal: AbortSignal;
  }): Readable;
  /** The end of the output, for terminationMessagePolicy FallbackToLogsOnError: at most 80 lines and 2,048 bytes. */
  tail(): string;
  /** The newest output in the format of a node's log files, whole lines and at most so many bytes. */
  newest(bytes: number): Uint8Array;
  /** The same of what came since `next` was returned, and what to ask with for what follows it. Begin with 0. */
  since(next: number): { readonly lines: Uint8Array; readonly next: number };
  /** Calls back when there is more, and when there will be no more. */
  onMore(listener: (ended: boolean) => void): void;
}
