import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { bundledNodeImage } from './bundle.ts';
import { type NodeContainer, nodeContainers } from './kind/containers.ts';
import { createCluster, endCreation, networkVariable, removeCluster } from './kind/create.ts';
import {
  checkDocker,
  checkInotify,
  checkSpace,
  type DockerInfo,
  type Inotify,
  isFull,
  readInotify,
  roomFor,
} from './kind/docker.ts';
import { findKind } from './kind/find.ts';
import { inspect, provideImages } from './kind/images.ts';
import { actOnNode, connectNode, startNode } from './kind/nodes.ts';
import { nodeImage } from './kind/pins.ts';
import { type Plan, planUp } from './kind/plan.ts';
import { foreignCluster, lostNodes, notReady } from './kind/problems.ts';
import { type Environment, Program } from './kind/program.ts';
import { whenReady } from './kind/readiness.ts';
import { type ClusterRecord, readRecord, removeRecord } from './kind/record.ts';
import { watchForEnd } from './kind/watch.ts';
import { writePrivateFile } from './private-file.ts';
import {
  type Capability,
  type ClusterProvider,
  type NodeAction,
  ProviderError,
  type RunningCluster,
  type UpOptions,
} from './provider.ts';
import { workloadNames, workloadSource } from './workloads.ts';

export interface KindProviderOptions {
  /** What is kept of the cluster: its record and its kubeconfig. */
  readonly folder: string;
  /** kind's name for the cluster, and what its nodes' names begin with. */
  readonly cluster: string;
  /** Where the kubeconfig is written; in the folder when absent. */
  readonly kubeconfig?: string;
  /** The nodes' image; when absent the public one of Kubernetes 1.33, or that of a bundle which was loaded. */
  readonly image?: string;
  /** A file with a kind configuration; one control plane and two workers when absent. */
  readonly config?: string;
  /** Images that the nodes must have without pulling them; all of the workloads' when absent. */
  readonly images?: readonly string[];
  /** What the workloads' images are built on. */
  readonly baseImage?: string;
  /** The folder with the workloads' bundles. */
  readonly bundles: string;
  readonly cacheFolder: string;
  readonly env: Environment;
  readonly platform?: string;
  readonly inotify?: () => Inotify | undefined;
  /** Fetches no kind. */
  readonly offline?: boolean;
}

/** Milliseconds for a cluster to be ready that was just made, or started again. */
const patience = 240_000;

/** Tries, 2 s apart, to be rid of what Docker still makes for a creation that was killed: on a busy machine it takes long. */
const leftovers = 20;

const usualName = 'ordinal';

/** "ordinal" for the usual data folder; for any other one a name of its own, always the same. */
export function kindClusterName(folder: string, usual: string): string {
  const path = resolve(folder);
  if (path === resolve(usual)) return usualName;
  return `ordinal-${createHash('sha256').update(path).digest('hex').slice(0, 8)}`;
}

/** A real cluster whose nodes are Docker containers, made by kind. It goes on running when this process ends. */
export class KindProvider implements ClusterProvider {
  readonly name = 'kind';
  readonly capabilities: ReadonlySet<Capability> = new Set([
    'namespaces',
    'nodes',
    'node-failure',
    'storage-classes',
    'persistent-volumes',
  ]);
  readonly #options: KindProviderOptions;
  readonly #docker: Program;

  constructor(options: KindProviderOptions) {
    this.#options = options;
    this.#docker = new Program('docker', withoutKubernetes(options.env));
  }

  async up({ signal, progress }: UpOptions): Promise<RunningCluster> {
    const { folder, cluster, config } = this.#options;
    if (config !== undefined && !existsSync(config)) {
      throw new ProviderError(`There is no kind configuration ${config}.`, 'Name a file that is there: --config FILE');
    }
    const info = await this.#checkDocker(signal);
    const kind = await this.#kind(signal, progress);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    let record = readRecord(folder);
    const interrupted = record?.state === 'creating';
    if (record && interrupted) await endCreation(record);
    const containers = await nodeContainers(this.#docker, cluster, signal);
    const plan = planUp(record, containers);
    let version: string;
    if (plan.type === 'foreign') throw foreignCluster(cluster, folder);
    if (plan.type === 'incomplete') {
      throw lostNodes(plan, { kubeconfig: this.#kubeconfig, give: this.#command('cluster down --delete') });
    }
    if (record && (plan.type === 'reuse' || plan.type === 'repair')) {
      if (plan.type === 'repair') await this.#repair(record, plan, containers, signal, progress);
      version = await this.#ready(kind, 'started', signal, progress);
    } else {
      if (record) await this.#clear(kind, record, plan, progress);
      record = await this.#create(kind, info, interrupted ? leftovers : 0, signal, progress);
      version = await this.#ready(kind, 'made', signal, progress);
    }
    const { images = workloadNames, bundles, baseImage } = this.#options;
    record = await provideImages({
      docker: this.#docker,
      kind,
      source: workloadSource(bundles, baseImage),
      wanted: images,
      record,
      folder,
      signal,
      progress,
    });
    const ids = Object.values(record.nodes).map(({ id }) => id);
    const watch = watchForEnd(this.#docker, cluster, ids);
    return {
      kubeconfig: this.#kubeconfig,
      version,
      failed: watch.ended,
      node: (action, name) => this.node(action, name),
      stop: async () => watch.stop(),
    };
  }

  /** Stops, starts or cuts off a node, whichever process has started the cluster. */
  async node(action: NodeAction, name: string): Promise<void> {
    await actOnNode(this.#docker, this.#recorded(), action, name);
  }

  /** Stops the nodes' containers; what they store stays. */
  async halt(): Promise<void> {
    const record = this.#recorded();
    const ids = new Set(Object.values(record.nodes).map(({ id }) => id));
    const containers = await nodeContainers(this.#docker, record.name);
    const running = containers.filter(({ id, running }) => running && ids.has(id)).map(({ name }) => name);
    if (running.length > 0) await this.#docker.run(['stop', ...running]);
  }

  /** Writes what the nodes have logged: containers' logs, the kubelets', and what Docker says of the nodes. */
  async exportLogs(folder: string, signal: AbortSignal): Promise<void> {
    const { name } = this.#recorded();
    await (await this.#kind(signal, () => {})).run(['export', 'logs', folder, '--name', name], { signal });
  }

  /** Deletes the cluster that this folder has made, and what is kept of it. */
  async down(): Promise<void> {
    const { folder, cluster } = this.#options;
    const record = readRecord(folder);
    if (!record) return;
    const never = new AbortController().signal;
    await this.#checkDocker(never);
    const plan = planUp(record, await nodeContainers(this.#docker, cluster));
    await endCreation(record);
    if (plan.type !== 'foreign') await removeCluster(await this.#kind(never, () => {}), this.#docker, cluster, folder);
    removeRecord(folder);
    rmSync(this.#kubeconfig, { force: true });
  }

  async room(signal: AbortSignal): Promise<number> {
    const info = await this.#checkDocker(signal);
    const nodes = await nodeContainers(this.#docker, this.#options.cluster, signal);
    const own = nodes.filter(({ running }) => running).length;
    return roomFor(this.#docker, info, own, this.#limits, signal);
  }

  get #kubeconfig(): string {
    return this.#options.kubeconfig ?? join(this.#options.folder, 'kubeconfig');
  }

  /** Whether Docker is on another machine, whose limits and disk are not to be read here. */
  get #remote(): boolean {
    const { DOCKER_HOST: host } = this.#options.env;
    return host !== undefined && !host.startsWith('unix:');
  }

  get #limits(): Inotify | undefined {
    const { inotify = readInotify } = this.#options;
    return this.#remote ? undefined : inotify();
  }

  #recorded(): ClusterRecord {
    const record = readRecord(this.#options.folder);
    if (record?.state === 'made') return record;
    throw new ProviderError(
      `No kind cluster was made from ${this.#options.folder}.`,
      `Make it: ${this.#command('cluster up')}`,
    );
  }

  #checkDocker(signal: AbortSignal) {
    return checkDocker(this.#docker, { platform: this.#options.platform ?? process.platform, signal });
  }

  async #kind(signal: AbortSignal, progress: (message: string) => void): Promise<Program> {
    const { env, cacheFolder, platform, offline } = this.#options;
    const { path } = await findKind({
      env,
      cacheFolder,
      signal,
      progress,
      ...(platform && { platform }),
      ...(offline && { offline }),
    });
    return new Program(path, { ...withoutKubernetes(env), KIND_EXPERIMENTAL_PROVIDER: 'docker' });
  }

  async #create(
    kind: Program,
    info: DockerInfo,
    leftovers: number,
    signal: AbortSignal,
    progress: (message: string) => void,
  ): Promise<ClusterRecord> {
    const { folder, cluster, config, env } = this.#options;
    const image = this.#options.image ?? (await this.#usualImage(signal));
    const remote = this.#remote;
    const limits = this.#limits;
    if (limits) await checkInotify(this.#docker, limits, signal);
    if (!remote) checkSpace(info, config !== undefined);
    progress(`making the cluster ${cluster} of ${image}`);
    return createCluster({
      kind,
      docker: this.#docker,
      name: cluster,
      image,
      ...(config !== undefined && { config }),
      network: env[networkVariable],
      folder,
      signal,
      full: () => !remote && isFull(info),
      leftovers,
      progress,
    });
  }

  /** A machine without a registry has the one of a bundle, which has no digest: what is loaded from a file has none. */
  async #usualImage(signal: AbortSignal): Promise<string> {
    if ((await inspect(this.#docker, nodeImage, '{{.Id}}', signal)) !== undefined) return nodeImage;
    const bundled = await bundledNodeImage(this.#options.cacheFolder);
    if (bundled && (await inspect(this.#docker, bundled, '{{.Id}}', signal)) !== undefined) return bundled;
    return nodeImage;
  }

  async #clear(kind: Program, record: ClusterRecord, plan: Plan, progress: (message: string) => void): Promise<void> {
    if (plan.type === 'rebuild') {
      const lost = plan.loses ? ', and with that all that was in the cluster; your progress in the lessons stays' : '';
      progress(`making the cluster ${record.name} anew: ${plan.why}${lost}`);
    }
    await endCreation(record);
    await removeCluster(kind, this.#docker, record.name, this.#options.folder);
    removeRecord(this.#options.folder);
  }

  async #repair(
    record: ClusterRecord,
    { stop, start, connect }: Extract<Plan, { type: 'repair' }>,
    containers: readonly NodeContainer[],
    signal: AbortSignal,
    progress: (message: string) => void,
  ): Promise<void> {
    const cutOff = containers.filter(({ name }) => connect.includes(name));
    for (const node of cutOff) {
      progress(`connecting ${node.name} to the network`);
      await connectNode(this.#docker, record, node);
    }
    if (stop.length > 0) {
      progress(`stopping ${stop.join(', ')}, as Docker gave other addresses`);
      await this.#docker.run(['stop', ...stop], { signal });
    }
    if (start.length > 0) progress(`starting ${start.join(', ')}`);
    for (const name of start) {
      signal.throwIfAborted();
      await startNode(this.#docker, record, name);
    }
  }

  /**
   * Writes the kubeconfig as it is now, the port may be another one after a restart, and waits. Resolves with the
   * version.
   */
  async #ready(
    kind: Program,
    what: 'made' | 'started',
    signal: AbortSignal,
    progress: (message: string) => void,
  ): Promise<string> {
    const { cluster } = this.#options;
    const text = await kind.run(['get', 'kubeconfig', '--name', cluster], { signal });
    writePrivateFile(this.#kubeconfig, `${text}\n`);
    const containers = await nodeContainers(this.#docker, cluster, signal);
    const seen = await whenReady({ kubeconfig: this.#kubeconfig, containers, patience, signal, progress });
    if ('version' in seen) return seen.version;
    const { missing } = seen;
    throw notReady(cluster, { what, minutes: patience / 60_000, missing }, this.#command('cluster down --delete'));
  }

  /** As it is to be typed for this cluster. */
  #command(words: string): string {
    const { folder, cluster } = this.#options;
    return `ordinal ${words} --provider kind${cluster === usualName ? '' : ` --data ${dirname(folder)}`}`;
  }
}

/** kind and docker are told everything; what a shell has set for other clusters must not reach them. */
function withoutKubernetes(env: Environment): Environment {
  const { KUBECONFIG: _kubeconfig, KIND_CLUSTER_NAME: _name, ...rest } = env;
  return rest;
}
