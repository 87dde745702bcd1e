import { readFileSync, statfsSync } from 'node:fs';
import { ProviderError } from '../provider.ts';
import { CommandError, lastLine, type Program } from './program.ts';

/** What the machine allows; undefined where it has no such limit or does not say. */
export interface Inotify {
  readonly watches: number;
  readonly instances: number;
}

/** Three idle nodes take 1.2 GB; below this the control plane is killed while it starts. */
const enoughMemory = 2 * 1024 ** 3;
/** Of inotify instances, a node takes 15 when idle: measured with Kubernetes 1.33. */
const instancesPerNode = 16;
const enoughWatches = 32_768;
/** Bytes on Docker's disk: a node's volume grows to 1.3 GB with the lessons' images. */
const enoughSpace = { threeNodes: 4 * 1024 ** 3, oneNode: 1.5 * 1024 ** 3 };
/** Below this, whatever Docker says went wrong is because of it. */
const noSpace = 100 * 1024 ** 2;
/** What kind's documentation advises. */
export const raiseInotify = 'sudo sysctl fs.inotify.max_user_watches=524288 fs.inotify.max_user_instances=512';

/** Ends a remedy. */
export const orEmbedded = 'or do without Docker: --provider embedded';

export interface DockerInfo {
  readonly MemTotal?: number;
  readonly DockerRootDir?: string;
  readonly ServerErrors?: string[] | null;
}

/**
 * Rejects with ProviderError, with the one command that helps, where Docker cannot run a cluster. Resolves with what it
 * says of itself.
 */
export async function checkDocker(
  docker: Program,
  options: { readonly platform: string; readonly signal: AbortSignal },
): Promise<DockerInfo> {
  const { platform, signal } = options;
  let info: DockerInfo;
  try {
    info = JSON.parse(await docker.run(['info', '--format', '{{json .}}'], { signal, timeout: 20_000 }));
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw dockerProblem(error, platform);
  }
  if (info.ServerErrors?.length) {
    throw dockerProblem(new CommandError('docker info', info.ServerErrors.join('\n'), undefined), platform);
  }
  if (info.MemTotal !== undefined && info.MemTotal < enoughMemory) {
    const has = `${(info.MemTotal / 1024 ** 3).toFixed(1)} GB`;
    throw new ProviderError(
      `Docker has ${has} of memory, and a cluster of three nodes needs 2 GB.`,
      platform === 'linux'
        ? `Use a machine with more memory, ${orEmbedded}`
        : `Give it more in Docker Desktop: Settings, Resources, Memory; ${orEmbedded}`,
    );
  }
  return info;
}

/** Throws ProviderError where a new cluster would fill Docker's disk. @param config whether somebody chose the nodes */
export function checkSpace(info: DockerInfo, config: boolean): void {
  const free = freeSpace(info);
  const needed = config ? enoughSpace.oneNode : enoughSpace.threeNodes;
  if (free === undefined || free >= needed) return;
  const gigabytes = (bytes: number) => `${(bytes / 1024 ** 3).toFixed(1)} GB`;
  throw new ProviderError(
    `Docker has ${gigabytes(free)} left on its disk, and a cluster of ${config ? 'even one node' : 'three nodes'} takes ${gigabytes(needed)}.`,
    `Make room: docker system prune; ${orEmbedded}`,
  );
}

/** Whether Docker's disk is full; not known, and so not, where it is another machine's. */
export function isFull(info: DockerInfo): boolean {
  return (freeSpace(info) ?? Number.POSITIVE_INFINITY) < noSpace;
}

function freeSpace({ DockerRootDir: root }: DockerInfo): number | undefined {
  if (root === undefined) return undefined;
  try {
    const { bavail, bsize } = statfsSync(root);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/**
 * Throws ProviderError where the kernel does not allow what more nodes would watch; without, their kubelets fail in
 * ways that say nothing of the cause. All nodes of all kind clusters count, as they have the same user.
 */
export async function checkInotify(docker: Program, limits: Inotify, signal: AbortSignal): Promise<void> {
  const nodes = await runningNodes(docker, signal);
  const needed = (nodes + 3) * instancesPerNode;
  if (limits.watches >= enoughWatches && limits.instances >= needed) return;
  const beside = nodes > 0 ? ` beside the ${nodes} nodes of kind that run` : '';
  throw new ProviderError(
    `This machine allows ${limits.watches} inotify watches and ${limits.instances} instances: too few for three nodes${beside}.`,
    `Allow more: ${raiseInotify}`,
  );
}

/**
 * How many clusters of three nodes the machine has room for, by what is checked before one is made.
 * @param counted how many nodes that run belong to one of them
 * @param limits undefined where the machine's are not known: those and its disk are left out then
 */
export async function roomFor(
  docker: Program,
  info: DockerInfo,
  counted: number,
  limits: Inotify | undefined,
  signal: AbortSignal,
): Promise<number> {
  const others = ((await runningNodes(docker, signal)) - counted) / 3;
  const room = [(info.MemTotal ?? Number.POSITIVE_INFINITY) / enoughMemory - others];
  if (limits) {
    room.push(limits.watches >= enoughWatches ? limits.instances / (3 * instancesPerNode) - others : 0);
    room.push((freeSpace(info) ?? Number.POSITIVE_INFINITY) / enoughSpace.threeNodes + counted / 3);
  }
  return Math.max(0, Math.floor(Math.min(...room)));
}

async function runningNodes(docker: Program, signal: AbortSignal): Promise<number> {
  const running = await docker.run(['ps', '--quiet', '--filter', 'label=io.x-k8s.kind.cluster'], { signal });
  return running.split('\n').filter(Boolean).length;
}

function dockerProblem({ code, stderr }: CommandError, platform: string): ProviderError {
  if (code === 'ENOENT') {
    return new ProviderError(
      'There is no docker on PATH, and a kind cluster’s nodes are Docker containers.',
      `Install it (https://docs.docker.com/get-docker/), ${orEmbedded}`,
    );
  }
  if (/permission denied/i.test(stderr)) {
    return new ProviderError(
      'Docker runs, but not for this user.',
      `Join its group, then log in again: sudo usermod -aG docker $USER; ${orEmbedded}`,
    );
  }
  if (/cannot connect|is the docker daemon running|error during connect|no answer in/i.test(stderr)) {
    const start =
      platform === 'linux'
        ? 'sudo systemctl start docker'
        : platform === 'darwin'
          ? 'open -a Docker'
          : 'Docker Desktop';
    return new ProviderError('Docker is installed, but does not run.', `Start it: ${start}; ${orEmbedded}`);
  }
  return new ProviderError(`Docker does not work: ${lastLine(stderr)}`, `See what it says: docker info; ${orEmbedded}`);
}

/** Of this machine; undefined where there is no /proc. */
export function readInotify(): Inotify | undefined {
  try {
    const read = (name: string) => Number(readFileSync(`/proc/sys/fs/inotify/${name}`, 'utf8'));
    return { watches: read('max_user_watches'), instances: read('max_user_instances') };
  } catch {
    return undefined;
  }
}
