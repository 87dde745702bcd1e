import { createHash } from 'node:crypto';
import type { ExecResult, ExecStreams } from '../apiserver/node-backend.ts';
import type { Clock } from '../clock.ts';
import type { FileSystem } from '../storage/filesystem.ts';
import type { ImageConfig } from './images/image.ts';
import { Log } from './log.ts';
import { Descriptors, type OpenFile } from './process/open-file.ts';
import { Pipe } from './process/pipe.ts';
import type { ExitStatus, Process, User } from './process/process.ts';
import { type SignalName, signalNumbers } from './process/signals.ts';
import type { System } from './process/system.ts';
import { Terminal } from './process/terminal.ts';
import type { ProgramLoader } from './program-loader.ts';
import { type Container, type ContainerConfig, ContainerError, type Exit } from './runtime.ts';
import { nullFile, readableFile, writableFile, writeTo } from './streams.ts';

/** What an attached client may have waiting before it is let go: it must not hold the container up. */
const largestBacklog = 4 * 1024 * 1024;

/** A container that runs in this process. */
export class SimulatedContainer implements Container {
  readonly id: string;
  readonly exited: Promise<Exit>;
  readonly log: Log;
  readonly #config: ContainerConfig;
  readonly #image: ImageConfig;
  readonly #system: System;
  readonly #loader: ProgramLoader;
  readonly #clock: Clock;
  readonly #startLatency: number;
  readonly #clients = new Set<ExecStreams>();
  readonly #stdin: Pipe | undefined;
  readonly #terminal: Terminal | undefined;
  #main: Process | undefined;
  #removed = false;
  #execs = 0;
  #resolve!: (exit: Exit) => void;

  constructor(
    config: ContainerConfig,
    image: ImageConfig,
    system: System,
    loader: ProgramLoader,
    { clock, startLatency }: { clock: Clock; startLatency: number },
  ) {
    this.#config = config;
    this.#image = image;
    this.#system = system;
    this.#loader = loader;
    this.#clock = clock;
    this.#startLatency = startLatency;
    const { pod, name, attempt } = config;
    this.id = `containerd://${createHash('sha256').update(`${pod.uid}/${name}/${attempt}`).digest('hex')}`;
    this.log = new Log(clock);
    this.exited = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    if (config.tty) {
      this.#terminal = new Terminal(
        (data) => this.#output('Stdout', data),
        (group, signal) => this.#system.signalGroup(group, signal),
      );
      this.#terminal.foreground = 1;
    } else if (config.stdin) {
      this.#stdin = new Pipe(system.inode());
    }
  }

  get files(): FileSystem {
    return this.#system.files;
  }

  async start(): Promise<void> {
    if (this.#startLatency > 0) {
      await new Promise<void>((resolve) => this.#clock.schedule(this.#startLatency, resolve));
    }
    if (this.#removed) throw new ContainerError('StartError', 'the container has been removed');
    const argv = this.#argv();
    const descriptors = new Descriptors();
    const output = (stream: 'Stdout' | 'Stderr'): OpenFile => ({
      name: `pipe:[${stream === 'Stdout' ? 11 : 12}]`,
      write: (data) => this.#output(stream, data),
      close: () => {},
    });
    const file = this.#terminal?.file();
    descriptors.open(0, file ?? this.#stdin?.reader ?? nullFile);
    descriptors.open(1, file ?? output('Stdout'));
    descriptors.open(2, file ?? output('Stderr'));

    const started = deferred<string | undefined>();
    this.#main = this.#system.start(
      {
        argv,
        env: this.#environment(this.#config.tty),
        cwd: this.#workingDir(),
        descriptors,
        program: async (process) => {
          const found = await this.#loader.find(process, argv);
          if ('error' in found) {
            started.resolve(found.error);
            return 128;
          }
          process.argv = found.argv;
          started.resolve(undefined);
          return found.program(process);
        },
      },
      this.#user(),
    );
    void this.#main.exited.then((status) => this.#ended(status));
    void this.#main.exited.then(() => started.resolve(undefined));
    const error = await started.promise;
    if (error !== undefined) {
      throw new ContainerError(
        'StartError',
        `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${error}: unknown`,
        128,
      );
    }
  }

  signal(name: 'SIGTERM' | 'SIGKILL'): void {
    if (!this.#main) {
      if (name === 'SIGKILL') this.#resolve({ code: 137, signal: 9 });
      return;
    }
    if (name === 'SIGKILL') this.#main.kill('SIGKILL');
    else this.#main.deliver(this.#image.stopSignal ?? 'SIGTERM');
  }

  async exec(command: readonly string[], streams: ExecStreams): Promise<ExecResult> {
    if (!this.#main?.alive) {
      throw new ContainerError('ContainerCannotRun', 'failed to exec in container: container is not running');
    }
    const id = createHash('sha256')
      .update(`${this.id}/${this.#execs++}`)
      .digest('hex');
    const { descriptors, terminal } = this.#execDescriptors(streams);
    const started = deferred<string | undefined>();
    const process = this.#system.start(
      {
        argv: command,
        env: this.#environment(streams.tty),
        cwd: this.#workingDir(),
        descriptors,
        program: async (self) => {
          const found = await this.#loader.find(self, command);
          if ('error' in found) {
            started.resolve(found.error);
            return 127;
          }
          self.argv = found.argv;
          started.resolve(undefined);
          return found.program(self);
        },
      },
      this.#user(),
    );
    const gone = () => {
      terminal?.hangUp();
      process.kill(terminal ? 'SIGHUP' : 'SIGKILL');
    };
    if (terminal) terminal.foreground = process.group;
    if (streams.signal.aborted) gone();
    else streams.signal.addEventListener('abort', gone, { once: true });
    if (terminal && streams.resize) void follow(streams.resize, terminal);
    if (terminal && streams.stdin) this.#feed(terminal, streams, process.exited);
    const error = await Promise.race([started.promise, process.exited.then(() => undefined)]);
    const status = await process.exited;
    streams.signal.removeEventListener('abort', gone);
    if (error !== undefined) {
      throw new ContainerError(
        'ContainerCannotRun',
        `failed to exec in container: failed to start exec "${id}": OCI runtime exec failed: exec failed: unable to start container process: ${error}: unknown`,
        command[0]?.includes('/') && !error.includes('no such file') ? 126 : 127,
      );
    }
    if (status.message && streams.stderr)
      await writeTo(streams.stderr, Buffer.from(`${status.message}\n`))?.catch(() => {});
    else if (status.message && streams.stdout)
      await writeTo(streams.stdout, Buffer.from(`${status.message}\r\n`))?.catch(() => {});
    return { exitCode: status.code };
  }

  async attach(streams: ExecStreams): Promise<ExecResult> {
    if (!this.#main?.alive) {
      throw new ContainerError('ContainerCannotRun', `failed to attach container: container is not running`);
    }
    this.#clients.add(streams);
    if (this.#terminal && streams.resize) void follow(streams.resize, this.#terminal);
    if (streams.stdin) {
      if (this.#terminal) this.#feed(this.#terminal, streams, this.exited);
      else if (this.#stdin) void this.#pump(streams, this.#stdin);
    }
    const gone = new Promise<undefined>((resolve) => {
      if (streams.signal.aborted) resolve(undefined);
      streams.signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    const exit = await Promise.race([this.exited, gone]);
    this.#clients.delete(streams);
    return { exitCode: exit?.code ?? 0 };
  }

  remove(): void {
    if (this.#removed) return;
    this.#removed = true;
    this.#system.killAll();
    if (!this.#main) this.#resolve({ code: 137, signal: signalNumbers.SIGKILL });
    this.#clients.clear();
  }

  #argv(): readonly string[] {
    const { command, args } = this.#config;
    const entrypoint = command?.length ? command : (this.#image.entrypoint ?? []);
    const rest = args?.length ? args : command?.length ? [] : (this.#image.command ?? []);
    const argv = [...entrypoint, ...rest];
    if (argv.length === 0) throw new ContainerError('CreateContainerError', 'no command specified');
    return argv;
  }

  #workingDir(): string {
    return this.#config.workingDir || this.#image.workingDir || '/';
  }

  #user(): User {
    const { runAsUser, runAsGroup } = this.#config;
    return {
      uid: runAsUser ?? this.#image.user?.uid ?? 0,
      gid: runAsGroup ?? (runAsUser === undefined ? (this.#image.user?.gid ?? 0) : 0),
    };
  }

  #environment(tty: boolean): Record<string, string> {
    const { uid } = this.#user();
    return {
      ...this.#image.env,
      HOSTNAME: this.#config.hostname,
      ...(tty && { TERM: 'xterm' }),
      HOME: uid === 0 ? '/root' : '/',
      ...this.#config.env,
    };
  }

  #execDescriptors(streams: ExecStreams): { descriptors: Descriptors; terminal?: Terminal } {
    const descriptors = new Descriptors();
    if (streams.tty) {
      const terminal = new Terminal(
        (data) => (streams.stdout ? writeTo(streams.stdout, data)?.catch(() => {}) : undefined),
        (group, name: SignalName) => this.#system.signalGroup(group, name),
      );
      for (const fd of [0, 1, 2]) descriptors.open(fd, terminal.file());
      return { descriptors, terminal };
    }
    const stdin = streams.stdin ? readableFile(streams.stdin, `pipe:[${this.#system.inode()}]`) : nullFile;
    descriptors.open(0, stdin);
    descriptors.open(1, writableFile(streams.stdout, `pipe:[${this.#system.inode()}]`));
    descriptors.open(2, writableFile(streams.stderr, `pipe:[${this.#system.inode()}]`));
    return { descriptors };
  }

  /** Keystrokes to a terminal, until the client closes its input or what reads them has ended. */
  #feed(terminal: Terminal, { stdin, signal }: ExecStreams, until: Promise<unknown>): void {
    const onData = (data: Buffer | string) => terminal.input(typeof data === 'string' ? Buffer.from(data) : data);
    const onEnd = () => terminal.end();
    stdin!.on('data', onData);
    stdin!.once('end', onEnd);
    const stop = () => {
      stdin!.removeListener('data', onData);
      stdin!.removeListener('end', onEnd);
    };
    signal.addEventListener('abort', stop, { once: true });
    void until.then(stop);
  }

  /** An attached client's input to the container's. With stdinOnce it ends with the client's. */
  async #pump({ stdin, signal }: ExecStreams, pipe: Pipe): Promise<void> {
    try {
      for await (const chunk of stdin!) {
        if (signal.aborted) break;
        await pipe.writer.write!(typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Buffer));
      }
    } catch {
      // The client has gone, or nobody reads: either way there is nothing more to pass on.
    }
    if (this.#config.stdinOnce) pipe.writer.close();
  }

  #output(stream: 'Stdout' | 'Stderr', data: Uint8Array): undefined {
    this.log.write(stream, data);
    for (const client of this.#clients) {
      const target = stream === 'Stderr' ? client.stderr : client.stdout;
      if (!target) continue;
      const { writableLength = 0 } = target as { writableLength?: number };
      if (writableLength > largestBacklog) this.#clients.delete(client);
      else target.write(data.slice());
    }
    return undefined;
  }

  #ended(status: ExitStatus): void {
    this.log.end();
    this.#resolve({ code: status.code, signal: status.signal, oomKilled: status.oomKilled, message: status.message });
  }
}

async function follow(sizes: AsyncIterable<{ columns: number; rows: number }>, terminal: Terminal): Promise<void> {
  try {
    for await (const { columns, rows } of sizes) terminal.resize(columns, rows);
  } catch {
    // The client has gone.
  }
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
