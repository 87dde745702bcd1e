import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, rmSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Result, run } from '../integration/support/program.ts';

/** Lets containers start where the machine itself lacks a capability; there only where shared/kind was set up. */
const shim = '/usr/local/bin/runc-shim';

/** Why a second daemon cannot be had here; undefined where it can. */
export function unableToStart(): string | undefined {
  if (process.platform !== 'linux') return 'a second Docker daemon needs Linux';
  return process.getuid?.() === 0 ? undefined : 'a second Docker daemon needs root';
}

/**
 * Another machine, as far as Docker is concerned: a daemon with a disk and a network of its own, both of which tests may
 * break. Nothing in it reaches the outside, nor the machine's own daemon.
 */
export class PrivateDocker {
  readonly #folder: string;
  /** Keeps the network while the daemon is stopped. */
  readonly #network: ChildProcess;
  #daemon: ChildProcess | undefined;

  private constructor(folder: string, network: ChildProcess) {
    this.#folder = folder;
    this.#network = network;
  }

  /** @param folder that is there and stays empty otherwise */
  static async start(folder: string, gigabytes: number): Promise<PrivateDocker> {
    mkdirSync(join(folder, 'root'), { recursive: true });
    const disk = join(folder, 'disk');
    await must('truncate', '-s', `${gigabytes}G`, disk);
    await must('mkfs.ext4', '-q', '-m', '0', disk);
    await must('mount', '-o', 'loop', disk, join(folder, 'root'));
    const network = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up && echo up && exec sleep infinity'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(network.stdout!, 'data');
    const docker = new PrivateDocker(folder, network);
    await docker.startDaemon();
    return docker;
  }

  get env(): { readonly DOCKER_HOST: string } {
    return { DOCKER_HOST: `unix://${join(this.#folder, 'socket')}` };
  }

  /** A command and its arguments, to be run on this machine's network. */
  here(command: string, args: readonly string[]): [string, string[]] {
    return ['nsenter', ['--net', '--target', `${this.#network.pid}`, command, ...args]];
  }

  async startDaemon(): Promise<void> {
    const path = (name: string) => join(this.#folder, name);
    const log = openSync(path('dockerd.log'), 'a');
    const [command, args] = this.here('dockerd', [
      ...['--data-root', path('root'), '--exec-root', path('exec'), '--pidfile', path('pid')],
      ...['--host', this.env.DOCKER_HOST],
      ...(existsSync(shim) ? ['--add-runtime', `shim=${shim}`, '--default-runtime', 'shim'] : []),
    ]);
    this.#daemon = spawn(command, args, { stdio: ['ignore', log, log] });
    for (let tries = 0; (await this.run('info')).code !== 0; tries++) {
      if (tries > 120) throw new Error(`The private Docker does not start: see ${path('dockerd.log')}`);
      await pause(500);
    }
  }

  /** As a machine does that is shut down. */
  async stopDaemon(): Promise<void> {
    const daemon = this.#daemon;
    if (!daemon || daemon.exitCode !== null) return;
    const ended = once(daemon, 'exit');
    daemon.kill('SIGTERM');
    await ended;
  }

  run(...args: string[]): Promise<Result> {
    return run('docker', args, { env: { ...process.env, ...this.env } });
  }

  /** Leaves so many megabytes of its disk. */
  async fill(leaving: number): Promise<void> {
    const { bavail, bsize } = statfsSync(join(this.#folder, 'root'));
    await must('fallocate', '-l', `${bavail * bsize - leaving * 1024 ** 2}`, join(this.#folder, 'root', 'filler'));
  }

  empty(): void {
    rmSync(join(this.#folder, 'root', 'filler'), { force: true });
  }

  async remove(): Promise<void> {
    const { out } = await this.run('ps', '--all', '--quiet');
    const containers = out.split('\n').filter(Boolean);
    if (containers.length > 0) await this.run('rm', '--force', '--volumes', ...containers);
    await this.stopDaemon();
    this.#network.kill();
    await run('umount', [join(this.#folder, 'root')]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

async function must(command: string, ...args: string[]): Promise<void> {
  const { code, err } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${err}`);
}
