import { sleep, type Timer } from '../../clock.ts';
import type { NetworkStack } from '../../network/network.ts';
import { ProcessFiles } from '../files/process-files.ts';
import { Descriptors, IoError, type OpenFile } from './open-file.ts';
import { ignoredByDefault, type SignalName, signalNumbers, stopsByDefault } from './signals.ts';
import { Stoppage } from './stoppage.ts';
import type { System } from './system.ts';
import type { Terminal } from './terminal.ts';

/** Anything that runs in a container: a workload, a command, a shell. Resolves with its exit code. */
export type Program = (process: Process) => Promise<number>;

export interface ExitStatus {
  /** 128 + the signal's number where a signal ended it. */
  readonly code: number;
  readonly signal?: number;
  /** Why, where the simulation itself ended it. */
  readonly message?: string;
  readonly oomKilled?: boolean;
}

/** What every system call of a process that has ended fails with: its program unwinds and does nothing more. */
export class ProcessEnded extends Error {
  constructor() {
    super('the process has ended');
  }
}

/** What an interruptible system call fails with when a signal's handler asked for it. */
export class Interrupted extends Error {
  constructor(readonly signal: SignalName) {
    super(`interrupted by ${signal}`);
  }
}

export type SignalAction = 'ignore' | ((signal: SignalName) => void);

export interface SpawnOptions {
  readonly argv: readonly string[];
  readonly program: Program;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Taken over, not copied. Those of the parent are copied when absent. */
  readonly descriptors?: Descriptors;
  /** A process group of its own, as an interactive shell gives each job. */
  readonly newGroup?: boolean;
  /** Joins this process group. */
  readonly group?: number;
  /** Signals it starts out ignoring, as background jobs of a script do with SIGINT. */
  readonly ignoring?: readonly SignalName[];
}

const encoder = new TextEncoder();

/**
 * A simulated process: descriptors, environment, signals and children. A program works through its methods alone; each
 * of them fails with ProcessEnded once the process has been killed.
 */
export class Process {
  readonly pid: number;
  readonly system: System;
  readonly files: ProcessFiles;
  readonly startedAt: number;
  readonly exited: Promise<ExitStatus>;
  /** That of what came from outside: the container's own process, or an exec. */
  readonly session: number;
  parent: Process | undefined;
  group: number;
  argv: readonly string[];
  env: Record<string, string>;
  cwd: string;
  umask = 0o022;
  uid: number;
  gid: number;
  descriptors: Descriptors;
  status: ExitStatus | undefined;
  /** Milliseconds it has computed. */
  processorTime = 0;
  readonly children = new Set<Process>();
  readonly #actions = new Map<SignalName, SignalAction>();
  readonly #blocked = new Map<(reason: unknown) => void, boolean>();
  readonly #closers = new Set<() => void>();
  readonly #ending = new AbortController();
  readonly #stoppage = new Stoppage();
  #memory = 0;
  #resolve!: (status: ExitStatus) => void;

  /** Made by System alone. */
  constructor(system: System, pid: number, parent: Process | undefined, options: SpawnOptions, user: User) {
    this.system = system;
    this.pid = pid;
    this.parent = parent;
    this.session = parent?.session ?? pid;
    this.argv = options.argv;
    this.env = { ...(options.env ?? parent?.env) };
    this.cwd = options.cwd ?? parent?.cwd ?? '/';
    this.uid = user.uid;
    this.gid = user.gid;
    if (parent) this.umask = parent.umask;
    this.group = options.newGroup ? pid : (options.group ?? parent?.group ?? pid);
    this.descriptors = options.descriptors ?? parent?.descriptors.clone() ?? new Descriptors();
    this.files = new ProcessFiles(this);
    this.startedAt = system.clock.now();
    this.exited = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    for (const name of options.ignoring ?? []) this.#actions.set(name, 'ignore');
  }

  get name(): string {
    return this.argv[0] ?? '';
  }

  get network(): NetworkStack {
    return this.system.network;
  }

  get alive(): boolean {
    return this.status === undefined;
  }

  /** Aborted when the process ends, however it does. */
  get ending(): AbortSignal {
    return this.#ending.signal;
  }

  /** The signal that has stopped it; undefined while it goes on. */
  get stoppedBy(): SignalName | undefined {
    return this.#stoppage.signal;
  }

  get terminal(): Terminal | undefined {
    return [0, 1, 2].map((fd) => this.descriptors.get(fd)?.terminal).find((terminal) => terminal !== undefined);
  }

  // --- waiting

  /** Waits for something outside the process. An interruptible wait ends with Interrupted when `interrupt` is called. */
  block<T>(promise: Promise<T>, interruptible = false): Promise<T> {
    if (!this.alive) {
      // Nobody waits for it any more, whatever becomes of it.
      promise.catch(() => {});
      return Promise.reject(new ProcessEnded());
    }
    return new Promise((resolve, reject) => {
      this.#blocked.set(reject, interruptible);
      const end = (settle: () => void) =>
        this.#stoppage.orLater(() => {
          this.#blocked.delete(reject);
          settle();
        });
      promise.then(
        (value) => end(() => resolve(value)),
        (error) => end(() => reject(error)),
      );
    });
  }

  /** To be called wherever a program may have computed for a while. See Scheduler. */
  turn(): Promise<void> | undefined {
    if (!this.alive) throw new ProcessEnded();
    const wait = this.system.turn(this);
    if (!this.alive) throw new ProcessEnded();
    return wait || this.stoppedBy ? this.block(wait ?? Promise.resolve()) : undefined;
  }

  /** Milliseconds of the cluster's clock. */
  async sleep(milliseconds: number, interruptible = false): Promise<void> {
    const stop = new AbortController();
    try {
      await this.block(sleep(this.system.clock, milliseconds, stop.signal), interruptible);
    } finally {
      stop.abort();
    }
  }

  /** Makes interruptible waits fail: for signal handlers. */
  interrupt(signal: SignalName): void {
    for (const [reject, interruptible] of [...this.#blocked]) {
      if (!interruptible) continue;
      this.#blocked.delete(reject);
      reject(new Interrupted(signal));
    }
  }

  schedule(milliseconds: number, callback: () => void): Timer {
    const timer = this.system.clock.schedule(milliseconds, () => {
      forget();
      if (this.alive) this.#stoppage.orLater(() => this.alive && callback());
    });
    const forget = this.onEnd(() => timer.cancel());
    return {
      cancel: () => {
        forget();
        timer.cancel();
      },
    };
  }

  // --- descriptors

  /** Undefined at the end. @throws IoError EBADF */
  async read(fd: number, max = 65_536, interruptible = false): Promise<Uint8Array | undefined> {
    const file = this.#readable(fd);
    await this.turn();
    if (this.#isBehind(file)) await this.#comeForward(file);
    return this.block(file.read!(max), interruptible);
  }

  /** Up to and including the delimiter (a byte); undefined at the end. */
  async readUntil(
    fd: number,
    delimiter: number,
    max = 1024 * 1024,
    interruptible = false,
  ): Promise<Uint8Array | undefined> {
    const file = this.#readable(fd);
    await this.turn();
    if (this.#isBehind(file)) await this.#comeForward(file);
    if (file.readUntil) return this.block(file.readUntil(delimiter, max), interruptible);
    const bytes: number[] = [];
    while (bytes.length < max) {
      await this.turn();
      const byte = await this.block(file.read!(1), interruptible);
      if (!byte?.length) break;
      bytes.push(byte[0]!);
      if (byte[0] === delimiter) break;
    }
    return bytes.length === 0 ? undefined : Uint8Array.from(bytes);
  }

  /** Resolves once all of it has been taken. A broken pipe raises SIGPIPE. */
  async write(fd: number, data: Uint8Array | string): Promise<void> {
    const file = this.descriptors.get(fd);
    if (!file?.write) throw new IoError('EBADF', 'Bad file descriptor');
    const wait = this.turn();
    if (wait) await wait;
    try {
      const taken = file.write(typeof data === 'string' ? encoder.encode(data) : data);
      if (taken) await this.block(taken);
    } catch (error) {
      if (error instanceof IoError && error.code === 'EPIPE') {
        this.deliver('SIGPIPE');
        if (!this.alive) throw new ProcessEnded();
      }
      throw error;
    }
  }

  print(text: string): Promise<void> {
    return this.write(1, text);
  }

  error(text: string): Promise<void> {
    return this.write(2, text);
  }

  /** Everything up to the end of a descriptor. It counts against the container's memory. */
  async readAll(fd: number): Promise<Buffer> {
    const parts: Uint8Array[] = [];
    for (;;) {
      const part = await this.read(fd);
      if (!part) return Buffer.concat(parts);
      this.allocate(part.length);
      parts.push(part);
    }
  }

  #isBehind({ terminal }: OpenFile): boolean {
    return terminal !== undefined && terminal.foreground !== this.group;
  }

  /** What is typed is for the job in the foreground; another one that asks for it is stopped until it is that. */
  async #comeForward(file: OpenFile): Promise<void> {
    while (this.#isBehind(file)) {
      this.deliver('SIGTTIN');
      if (!this.stoppedBy) return;
      await this.block(Promise.resolve());
    }
  }

  #readable(fd: number): OpenFile {
    const file = this.descriptors.get(fd);
    if (!file?.read) throw new IoError('EBADF', 'Bad file descriptor');
    return file;
  }

  // --- memory

  /** Counts bytes that the program holds. Beyond the container's memory the process is killed. */
  allocate(bytes: number): void {
    this.#memory += bytes;
    this.system.allocate(this, bytes);
    if (!this.alive) throw new ProcessEnded();
  }

  release(bytes: number): void {
    const given = Math.min(bytes, this.#memory);
    this.#memory -= given;
    this.system.release(given);
  }

  get memory(): number {
    return this.#memory;
  }

  // --- processes and signals

  /** @throws IoError EAGAIN where the container has as many processes as it may. */
  spawn(options: SpawnOptions): Process {
    if (!this.alive) throw new ProcessEnded();
    return this.system.spawn(this, options);
  }

  /** Becomes another program, as execve does: handlers are gone, ignored signals stay ignored. */
  become(argv: readonly string[], program: Program, env?: Readonly<Record<string, string>>): Promise<number> {
    this.argv = argv;
    if (env) this.env = { ...env };
    for (const [name, action] of this.#actions) if (action !== 'ignore') this.#actions.delete(name);
    this.release(this.#memory);
    return program(this);
  }

  onSignal(name: SignalName, action: SignalAction | undefined): void {
    if (action) this.#actions.set(name, action);
    else this.#actions.delete(name);
  }

  actionOf(name: SignalName): SignalAction | undefined {
    return this.#actions.get(name);
  }

  /** As kill(2). The first process of a container is spared signals it has no handler for, SIGKILL included. */
  deliver(name: SignalName): void {
    if (!this.alive) return;
    if (name === 'SIGCONT') for (const pending of this.#stoppage.end()) this.deliver(pending);
    if (this.stoppedBy && name !== 'SIGKILL') {
      if (!stopsByDefault.has(name)) this.#stoppage.keep(name);
      return;
    }
    const action = name === 'SIGKILL' || name === 'SIGSTOP' ? undefined : this.#actions.get(name);
    if (action === 'ignore') return;
    if (action) {
      action(name);
      return;
    }
    if (this.pid === 1 || ignoredByDefault.has(name)) return;
    if (!stopsByDefault.has(name)) this.kill(name);
    // A terminal stops only whom somebody is there to wake: a shell with job control.
    else if (name === 'SIGSTOP' || !this.system.isOrphaned(this.group)) this.#stoppage.begin(name);
  }

  /** Calls back when it is stopped, and when it goes on. Returns a function that ends this. */
  onStop(changed: () => void): () => void {
    return this.#stoppage.onChange(changed);
  }

  /** Ends it at once, whatever it handles. */
  kill(name: SignalName, details: { message?: string; oomKilled?: boolean } = {}): void {
    this.system.end(this, { code: 128 + signalNumbers[name], signal: signalNumbers[name], ...details });
  }

  /** Runs when the process ends. Returns a function that takes it back. */
  onEnd(close: () => void): () => void {
    if (!this.alive) {
      close();
      return () => {};
    }
    this.#closers.add(close);
    return () => void this.#closers.delete(close);
  }

  /** For System alone. */
  finish(status: ExitStatus): void {
    this.status = status;
    this.#stoppage.forget();
    this.#ending.abort(new ProcessEnded());
    for (const reject of [...this.#blocked.keys()]) reject(new ProcessEnded());
    this.#blocked.clear();
    for (const close of [...this.#closers]) close();
    this.#closers.clear();
    this.descriptors.closeAll();
    this.release(this.#memory);
    this.#resolve(status);
  }
}

export interface User {
  readonly uid: number;
  readonly gid: number;
}
