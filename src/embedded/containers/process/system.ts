import type { Clock } from '../../clock.ts';
import type { NetworkStack } from '../../network/network.ts';
import type { FileSystem } from '../../storage/filesystem.ts';
import { IoError } from './open-file.ts';
import { type ExitStatus, Process, ProcessEnded, type SpawnOptions, type User } from './process.ts';
import { runAs } from './running.ts';
import { Account, type ProcessorBudget, type Scheduler } from './scheduler.ts';
import type { SignalName } from './signals.ts';

/** What a process finds in a container, however the container came to be. */
export interface SystemOptions {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly network: NetworkStack;
  readonly hostname: string;
  /** The container's file tree, volumes mounted. */
  readonly files: FileSystem;
  readonly programs: ProgramFinder;
  readonly mounts: readonly MountPoint[];
  readonly groups?: readonly number[];
  readonly memoryBytes?: number;
  readonly budget?: ProcessorBudget;
  /** Between 0 and 1. */
  readonly random: () => number;
  /** "6.1.0": what uname tells. */
  readonly kernel: string;
  readonly node: string;
}

export interface MountPoint {
  readonly path: string;
  readonly device: string;
  readonly type: string;
  readonly readOnly: boolean;
}

/** Finds what an executable file runs. */
export interface ProgramFinder {
  /**
   * Resolves with what to run, which may be an interpreter with the file as its argument.
   * @throws IoError ENOEXEC for a file that is neither a program nor a script with a first line that names one.
   */
  load(process: Process, path: string, argv: readonly string[]): Promise<Loaded>;
}

export interface Loaded {
  readonly argv: readonly string[];
  readonly program: (process: Process) => Promise<number>;
}

const mostProcesses = 512;
const defaultMemory = 256 * 1024 * 1024;

/** One container's kernel, as far as its processes can tell. */
export class System implements SystemOptions {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly network: NetworkStack;
  readonly hostname: string;
  readonly files: FileSystem;
  readonly programs: ProgramFinder;
  readonly mounts: readonly MountPoint[];
  readonly groups: readonly number[];
  readonly memoryLimit: number;
  readonly random: () => number;
  readonly kernel: string;
  readonly node: string;
  readonly bootedAt: number;
  readonly processes = new Map<number, Process>();
  readonly account: Account;
  readonly #limited: boolean;
  #memory = 0;
  #nextPid = 1;
  #nextInode = 100;
  #main: Process | undefined;

  constructor(options: SystemOptions) {
    this.clock = options.clock;
    this.scheduler = options.scheduler;
    this.network = options.network;
    this.hostname = options.hostname;
    this.files = options.files;
    this.programs = options.programs;
    this.mounts = options.mounts;
    this.groups = options.groups ?? [];
    this.#limited = options.memoryBytes !== undefined;
    this.memoryLimit = Math.min(options.memoryBytes ?? defaultMemory, 4 * defaultMemory);
    this.random = options.random;
    this.kernel = options.kernel;
    this.node = options.node;
    this.bootedAt = options.clock.now();
    this.account = new Account(options.budget);
  }

  /** Starts the container's own process, or one that comes from outside (exec). */
  start(options: SpawnOptions, user: User): Process {
    const process = this.#add(undefined, options, user);
    this.#main ??= process;
    return process;
  }

  spawn(parent: Process, options: SpawnOptions): Process {
    if (this.processes.size >= mostProcesses) {
      options.descriptors?.closeAll();
      throw new IoError('EAGAIN', 'Resource temporarily unavailable');
    }
    return this.#add(parent, options, { uid: parent.uid, gid: parent.gid });
  }

  /** Sends a signal to every process of a group. */
  signalGroup(group: number, name: SignalName): boolean {
    const members = [...this.processes.values()].filter((process) => process.group === group);
    for (const process of members) process.deliver(name);
    return members.length > 0;
  }

  /** Whether no process of a group has a parent in its session, outside of it, who would notice that it is stopped. */
  isOrphaned(group: number): boolean {
    return ![...this.processes.values()].some(
      ({ parent, session, group: own }) => own === group && parent?.session === session && parent.group !== group,
    );
  }

  /** Ends everything, as the end of a container's first process does. */
  killAll(): void {
    for (const process of [...this.processes.values()]) process.kill('SIGKILL');
  }

  turn(process: Process): Promise<void> | undefined {
    const before = this.account.used;
    const wait = this.scheduler.turn(this.account);
    process.processorTime += this.account.used - before;
    if (this.account.takeExhausted()) this.#exhausted();
    return wait;
  }

  /** A number for a pipe or a socket, unique in the container. */
  inode(): number {
    return this.#nextInode++;
  }

  get memoryUsed(): number {
    return this.#memory;
  }

  allocate(process: Process, bytes: number): void {
    this.#memory += bytes;
    if (this.#memory <= this.memoryLimit) return;
    const mebibytes = Math.round(this.memoryLimit / 1024 / 1024);
    const message = this.#limited
      ? undefined
      : `${process.name} was killed: a simulated container without a limit of its own has ${mebibytes}Mi of memory`;
    process.kill('SIGKILL', { message, oomKilled: true });
  }

  release(bytes: number): void {
    this.#memory -= bytes;
  }

  /** Ends one process. Idempotent. */
  end(process: Process, status: ExitStatus): void {
    if (!process.alive) return;
    this.processes.delete(process.pid);
    process.parent?.children.delete(process);
    for (const child of process.children) {
      child.parent = this.#main;
      this.#main?.children.add(child);
    }
    const children = [...process.children];
    process.children.clear();
    const { parent } = process;
    process.finish(status);
    parent?.deliver('SIGCHLD');
    // Who was stopped by a shell that is gone would wait for ever.
    for (const { stoppedBy, group } of children) {
      if (!stoppedBy || !this.isOrphaned(group)) continue;
      this.signalGroup(group, 'SIGHUP');
      this.signalGroup(group, 'SIGCONT');
    }
    if (process === this.#main) this.killAll();
  }

  #add(parent: Process | undefined, options: SpawnOptions, user: User): Process {
    const process = new Process(this, this.#nextPid++, parent, options, user);
    this.processes.set(process.pid, process);
    parent?.children.add(process);
    void this.#run(process, options.program);
    return process;
  }

  async #run(process: Process, program: (process: Process) => Promise<number>): Promise<void> {
    try {
      // Not within the caller's turn: whoever starts a process sees it before it acts.
      await Promise.resolve();
      const code = await runAs(process, () => program(process));
      this.end(process, { code: code & 0xff });
    } catch (error) {
      await this.failed(process, error);
    }
  }

  /** Ends a process with what its program did not catch. */
  async failed(process: Process, error: unknown): Promise<void> {
    if (error instanceof ProcessEnded || !process.alive) return;
    const message = error instanceof Error ? error.message : String(error);
    const closed = error instanceof IoError && error.code === 'EPIPE';
    if (!closed) await process.error(`${process.name}: ${message}\n`).catch(() => {});
    this.end(process, { code: 1 });
  }

  /** The container has computed for too long: whatever is at it is stopped, so that the rest of the cluster goes on. */
  #exhausted(): void {
    const running = [...this.processes.values()];
    const most = Math.max(...running.map((process) => process.processorTime));
    const message =
      'killed by Ordinal: it kept the processor busy for too long, and all simulated containers share one; sleep in between';
    // A crowd that multiplies is ended whole: none of its members need have computed for long.
    const crowd = running.length > 64;
    for (const process of running) {
      if (crowd ? process.pid !== 1 : process.processorTime * 4 >= most) process.kill('SIGKILL', { message });
    }
  }
}
