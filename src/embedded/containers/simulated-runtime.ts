import { type Clock, sleep } from '../clock.ts';
import type { FileSystem } from '../storage/filesystem.ts';
import { MemoryFileSystem } from '../storage/memory-filesystem.ts';
import { SimulatedContainer } from './container.ts';
import { DeviceFiles } from './files/devices.ts';
import { type MountedTree, MountTable, makeMountPoint } from './files/mount-table.ts';
import { normalize } from './files/paths.ts';
import { ProcFiles } from './files/proc-files.ts';
import { type Image, ImageRegistry } from './images/registry.ts';
import { type ProcessorBudget, Scheduler } from './process/scheduler.ts';
import { type MountPoint, System } from './process/system.ts';
import { ProgramLoader } from './program-loader.ts';
import { programTable } from './programs/table.ts';
import type { Container, ContainerConfig, ContainerRuntime, PulledImage } from './runtime.ts';
import { ToolPool } from './tools/tool-pool.ts';

/** Milliseconds that a real node would take, shortened so that a learner can still see the order of things. */
export interface Latencies {
  pull(sizeBytes: number): number;
  readonly start: number;
}

export const latencies: Readonly<Record<'learner' | 'max', Latencies>> = {
  learner: { pull: (sizeBytes) => Math.min(300, 100 + sizeBytes / 1024 / 1024), start: 60 },
  max: { pull: () => 0, start: 0 },
};

export interface SimulatedRuntimeOptions {
  readonly clock: Clock;
  readonly latencies?: Latencies;
  /** Where the worker of the text tools is: see ToolPool. */
  readonly toolWorker?: URL;
  readonly random?: () => number;
  /** What each container may compute before it is stopped. */
  readonly budget?: ProcessorBudget;
}

/** What a container may write outside its volumes. */
const rootCapacity = 128 * 1024 * 1024;
const kernel = '6.1.0-ordinal';

/** Containers that run in this process: images by name, programs in TypeScript, a sandboxed shell. */
export class SimulatedRuntime implements ContainerRuntime {
  readonly images: ImageRegistry;
  readonly #clock: Clock;
  readonly #latencies: Latencies;
  readonly #loader: ProgramLoader;
  readonly #scheduler = new Scheduler();
  readonly #tools: ToolPool;
  readonly #random: () => number;
  readonly #budget: ProcessorBudget | undefined;
  readonly #present = new Map<string, Map<string, Image>>();

  constructor(options: SimulatedRuntimeOptions) {
    this.#clock = options.clock;
    this.#latencies = options.latencies ?? latencies.max;
    this.#random = options.random ?? Math.random;
    this.#budget = options.budget;
    this.images = new ImageRegistry(options.clock);
    this.#tools = new ToolPool(options.toolWorker);
    this.#loader = new ProgramLoader(programTable(this.#tools));
  }

  async pullImage(node: string, image: string, signal: AbortSignal): Promise<PulledImage> {
    const began = this.#clock.now();
    const found = this.images.find(image);
    const present = this.#imagesOf(node);
    const pulled = !present.has(found.reference.name);
    if (pulled) {
      const delay = this.#latencies.pull(found.sizeBytes);
      if (delay > 0) await sleep(this.#clock, delay, signal);
      signal.throwIfAborted();
      present.set(found.reference.name, found);
    }
    return {
      pulled,
      name: found.reference.name,
      id: `${found.reference.repository}@${found.digest}`,
      sizeBytes: found.sizeBytes,
      duration: this.#clock.now() - began,
    };
  }

  hasImage(node: string, image: string): boolean {
    return this.#imagesOf(node).has(this.images.find(image).reference.name);
  }

  imageUser(image: string): number {
    return this.images.find(image).family.config.user?.uid ?? 0;
  }

  /** The images on a node, for its status. */
  listImages(node: string): readonly { name: string; id: string; sizeBytes: number }[] {
    return [...this.#imagesOf(node).values()].map(({ reference, digest, sizeBytes }) => ({
      name: reference.name,
      id: `${reference.repository}@${digest}`,
      sizeBytes,
    }));
  }

  async create(config: ContainerConfig): Promise<Container> {
    const { family } = this.images.find(config.image);
    const root = await this.images.files(family, rootCapacity);
    const processes = new ProcFiles();
    const trees = await this.#trees(config, root, processes);
    const workingDir = config.workingDir || family.config.workingDir;
    const files = new MountTable(trees);
    if (workingDir) await files.mkdir(workingDir, { recursive: true }).catch(() => {});
    const system = new System({
      clock: this.#clock,
      scheduler: this.#scheduler,
      network: config.network,
      hostname: config.hostname,
      files: new MountTable(
        trees.map((tree, index) => (index === 0 ? { ...tree, readOnly: config.readOnlyRootFilesystem } : tree)),
      ),
      programs: this.#loader,
      mounts: mountPoints(trees, config),
      groups: config.supplementalGroups,
      memoryBytes: config.limits?.memoryBytes,
      budget: this.#budget,
      random: this.#random,
      kernel,
      node: config.node,
    });
    processes.system = system;
    return new SimulatedContainer(config, family.config, system, this.#loader, {
      clock: this.#clock,
      startLatency: this.#latencies.start,
    });
  }

  /** Ends the workers that text tools run in. */
  async close(): Promise<void> {
    await this.#tools.close();
  }

  async #trees(config: ContainerConfig, root: MemoryFileSystem, processes: ProcFiles): Promise<MountedTree[]> {
    const trees: MountedTree[] = [
      { path: '/', files: root, root: '/', readOnly: false },
      { path: '/proc', files: processes, root: '/', readOnly: false },
      { path: '/dev', files: new DeviceFiles(this.#clock.now()), root: '/', readOnly: false },
      {
        path: '/dev/shm',
        files: new MemoryFileSystem(this.#clock, { capacity: 64 * 1024 * 1024 }),
        root: '/',
        readOnly: false,
      },
    ];
    await writeNetworkFiles(root, config);
    // A mount inside another one comes after it, whatever order the Pod names them in.
    const mounts = [...config.mounts].sort((one, other) => depth(one.path) - depth(other.path));
    for (const mount of mounts) {
      const path = normalize(mount.path);
      const type = await mount.files.stat(mount.root).then(
        (found) => (found.type === 'directory' ? 'directory' : 'file'),
        () => 'directory' as const,
      );
      if (!path.startsWith('/dev/') && !path.startsWith('/proc/')) {
        await makeMountPoint(new MountTable(trees), path, type).catch(() => {});
      }
      trees.push({ path, files: mount.files, root: mount.root, readOnly: mount.readOnly });
    }
    return trees;
  }

  #imagesOf(node: string): Map<string, Image> {
    let images = this.#present.get(node);
    if (!images) {
      images = new Map();
      this.#present.set(node, images);
    }
    return images;
  }
}

function depth(path: string): number {
  return normalize(path).split('/').length;
}

/** /etc/hostname, /etc/resolv.conf and /etc/hosts, which a Pod's own mounts may cover. */
async function writeNetworkFiles(root: FileSystem, { hostname, network }: ContainerConfig): Promise<void> {
  const write = (path: string, text: string) => root.writeFile(path, new TextEncoder().encode(text));
  const { nameservers, searches, options } = network.dns;
  const lines = [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(options.length > 0
      ? [`options ${options.map(({ name, value }) => (value ? `${name}:${value}` : name)).join(' ')}`]
      : []),
  ];
  await root.mkdir('/etc', { recursive: true });
  await write('/etc/hostname', `${hostname}\n`);
  await write('/etc/resolv.conf', `${lines.join('\n')}\n`);
  await write(
    '/etc/hosts',
    `127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n${network.addresses[0]}\t${hostname}\n`,
  );
}

function mountPoints(trees: readonly MountedTree[], config: ContainerConfig): MountPoint[] {
  return trees.map(({ path, readOnly }, index) => {
    if (index === 0) return { path, device: 'overlay', type: 'overlay', readOnly: config.readOnlyRootFilesystem };
    const pseudo: Record<string, string> = { '/proc': 'proc', '/dev': 'tmpfs', '/dev/shm': 'tmpfs' };
    const inMemory = config.mounts.some((mount) => mount.inMemory && normalize(mount.path) === path);
    const type = pseudo[path] ?? (inMemory ? 'tmpfs' : undefined);
    return type
      ? { path, device: path === '/dev/shm' ? 'shm' : type, type, readOnly }
      : { path, device: '/dev/vda1', type: 'ext4', readOnly };
  });
}
