import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { type Clock, RealClock } from '../../../src/embedded/clock.ts';
import type { Container, ContainerConfig } from '../../../src/embedded/containers/runtime.ts';
import { SimulatedRuntime, type SimulatedRuntimeOptions } from '../../../src/embedded/containers/simulated-runtime.ts';
import { clusterDns, makeNetwork } from '../network/fixtures.ts';

/** A node's worth of containers, without a kubelet. */
export function makeRuntime(clock: Clock = new RealClock(), options: Partial<SimulatedRuntimeOptions> = {}) {
  const world = makeNetwork({}, clock);
  const runtime = new SimulatedRuntime({ clock, ...options });
  let count = 0;

  async function create(config: Partial<ContainerConfig> = {}): Promise<Container & { readonly address: string }> {
    const sandbox = world.network.createSandbox('worker', false);
    const name = `pod-${count++}`;
    const container = await runtime.create({
      pod: { namespace: 'dd', name, uid: `uid-${name}` },
      name: 'main',
      attempt: 0,
      node: 'worker',
      image: 'busybox:1.36',
      command: ['sleep', 'inf'],
      env: {},
      mounts: [],
      tty: false,
      stdin: false,
      stdinOnce: false,
      readOnlyRootFilesystem: false,
      hostname: name,
      network: world.network.stack(sandbox, clusterDns),
      ...config,
    });
    return Object.assign(container, { address: sandbox.addresses[0]! });
  }

  async function start(config: Partial<ContainerConfig> = {}): Promise<Container & { readonly address: string }> {
    const container = await create(config);
    await container.start();
    return container;
  }

  return { ...world, runtime, create, start };
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export async function run(container: Container, command: readonly string[], stdin?: string | Buffer): Promise<Outcome> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const input = stdin === undefined ? undefined : new PassThrough();
  input?.end(stdin);
  const collected = Promise.all([buffer(stdout), buffer(stderr)]);
  const { signal } = new AbortController();
  try {
    const { exitCode } = await container.exec(command, { stdin: input, stdout, stderr, tty: false, signal });
    stdout.end();
    stderr.end();
    const [out, error] = await collected;
    return { code: exitCode, stdout: out.toString(), stderr: error.toString() };
  } catch (error) {
    stdout.end();
    stderr.end();
    throw error;
  }
}

export function bash(container: Container, script: string, stdin?: string): Promise<Outcome> {
  return run(container, ['bash', '-c', script], stdin);
}

/** A terminal session: `type` sends keystrokes, `until` waits for text on the screen. */
export function terminal(
  container: Container,
  command: readonly string[] | undefined,
  size = { columns: 80, rows: 24 },
) {
  const stdin = new PassThrough();
  const stdout = new PassThrough();
  const abort = new AbortController();
  let screen = '';
  let wake: (() => void) | undefined;
  stdout.on('data', (data: Buffer) => {
    screen += data.toString();
    wake?.();
  });
  const resize = new PassThrough({ objectMode: true });
  resize.write(size);
  const streams = { stdin, stdout, tty: true, resize, signal: abort.signal };
  const done = command ? container.exec(command, streams) : container.attach(streams);
  return {
    done,
    type: (keys: string) => void stdin.write(keys),
    resize: (to: typeof size) => void resize.write(to),
    hangUp: () => abort.abort(),
    get screen() {
      return screen;
    },
    /** Resolves once the pattern has come after what was waited for before; with what came up to its end. */
    async until(pattern: RegExp): Promise<string> {
      for (;;) {
        const match = pattern.exec(screen);
        if (match) {
          const end = match.index + match[0].length;
          const before = screen.slice(0, end);
          screen = screen.slice(end);
          return before;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

/** All of a container's log, once it has ended, or what there is so far. */
export async function logs(
  container: Container,
  options: { follow?: boolean; timestamps?: boolean } = {},
): Promise<string> {
  const { signal } = new AbortController();
  const data = await buffer(container.log.read({ follow: false, timestamps: false, ...options, signal }));
  return data.toString();
}
