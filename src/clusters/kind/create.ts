import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { writePrivateFile } from '../private-file.ts';
import { ProviderError } from '../provider.ts';
import { nodeContainers } from './containers.ts';
import { orEmbedded, raiseInotify } from './docker.ts';
import { makeNetwork, removeNetwork } from './network.ts';
import { CommandError, lastLine, Program } from './program.ts';
import { type ClusterRecord, writeRecord } from './record.ts';

/** One control plane and two workers, where nobody asks for something else. */
const threeNodes = `kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
nodes:
- role: control-plane
- role: worker
- role: worker
`;

export interface CreateOptions {
  readonly kind: Program;
  readonly docker: Program;
  readonly name: string;
  readonly image: string;
  /** A kind configuration; one control plane and two workers when absent. */
  readonly config?: string;
  /** The network that somebody wants kind to use. */
  readonly network?: string | undefined;
  /** Where the record and kind's own kubeconfig are. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Whether Docker's disk is full, which is asked when the making has failed. */
  full(): boolean;
  /**
   * How often to try again where a container's name is taken, or a node is there: after a creation that was killed
   * Docker may still be at work on its last container, which has its name before it is listed and can be removed.
   */
  readonly leftovers: number;
  /** Whether a first try has failed only because the machine was busy. */
  readonly again?: boolean;
  progress(message: string): void;
}

/** By which kind is told another network than its own. */
export const networkVariable = 'KIND_EXPERIMENTAL_DOCKER_NETWORK';

/** kubeadm gives the control plane's first answers, and each node, a fixed time, which a busy machine may need more than. */
const tooSlow = /context deadline exceeded|timed out waiting for the condition|i\/o timeout/;

/**
 * Has kind make the cluster and resolves with its record, which is on disk before the first container is. Nothing of
 * the name may exist when this is called.
 */
export async function createCluster(options: CreateOptions): Promise<ClusterRecord> {
  const { kind, docker, name, image, config, folder, signal, progress } = options;
  const begun: ClusterRecord = { name, state: 'creating', nodes: {}, images: {} };
  writeRecord(folder, begun);
  const lines: string[] = [];
  // A configuration may ask for more than ours has: IPv6. And somebody may have said which network it is to be.
  const network = config === undefined && !options.network ? await makeNetwork(docker, name, signal) : undefined;
  // Without --retain, a kind that outlives us would delete by name what the next attempt has made.
  const args = ['create', 'cluster', '--name', name, '--image', image, '--retain', '--wait', '0s'];
  try {
    await kind.run([...args, '--config', config ?? '-', '--kubeconfig', scratch(folder)], {
      signal,
      ...(network !== undefined && { env: { [networkVariable]: network } }),
      ...(config === undefined && { input: threeNodes }),
      started: (pid) => writeRecord(folder, { ...begun, pid }),
      line: (text) => {
        lines.push(text);
        const message = plain(text);
        if (message) progress(message);
      },
    });
  } catch (error) {
    const nodes = signal.aborted ? '' : await nodeLogs(docker, name);
    const full = options.full();
    await removeCluster(kind, docker, name, folder).catch(() => {});
    if (!(error instanceof CommandError)) throw error;
    const output = lines.join('\n') || error.stderr;
    if (options.leftovers > 0 && /is already in use by container|node\(s\) already exist/.test(output)) {
      await pause(2000, undefined, { signal });
      return createCluster({ ...options, leftovers: options.leftovers - 1 });
    }
    if (!options.again && tooSlow.test(output)) {
      progress('Kubernetes did not start within the time that kubeadm gives it: trying once more');
      return createCluster({ ...options, again: true });
    }
    const log = join(folder, 'kind.log');
    writePrivateFile(log, `${error.command}\n${output}\n${nodes}`);
    throw creationProblem(output, nodes, image, log, full);
  }
  const containers = await nodeContainers(docker, name, signal);
  const record: ClusterRecord = {
    ...begun,
    state: 'made',
    network: Object.keys(containers[0]?.addresses ?? {})[0],
    nodes: Object.fromEntries(
      containers.map((node) => [node.name, { id: node.id, address: Object.values(node.addresses)[0] ?? '' }]),
    ),
  };
  writeRecord(folder, record);
  return record;
}

/** Deletes the cluster's containers and its network; fine where there are none. */
export async function removeCluster(kind: Program, docker: Program, name: string, folder: string): Promise<void> {
  await kind.run(['delete', 'cluster', '--name', name, '--kubeconfig', scratch(folder)]);
  await removeNetwork(docker, name);
  rmSync(scratch(folder), { force: true });
}

/**
 * Ends a kind that an earlier start, which was killed, has left creating the cluster, and what that runs: a container
 * that appears later would be taken for somebody else's.
 */
export async function endCreation({ pid, name }: ClusterRecord): Promise<void> {
  if (pid === undefined) return;
  const all = await creating(pid, name);
  for (const each of all) end(each);
  for (let left = all; left.length > 0; left = (await creating(pid, name)).filter((each) => all.includes(each))) {
    await pause(20);
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** The kind that creates the cluster, and the programs it runs for that. */
async function creating(kind: number, name: string): Promise<readonly number[]> {
  const listed = await new Program('ps', process.env).run(['-A', '-o', 'pid=,ppid=,stat=,args=']).catch(() => '');
  return listed.split('\n').flatMap((line) => {
    const [, pid, parent, state = '', args = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (state.startsWith('Z')) return [];
    const isKind = Number(pid) === kind && args.includes(`create cluster --name ${name} `);
    return isKind || (Number(parent) === kind && args.includes(name)) || args.includes(`docker run --name ${name}-`)
      ? [Number(pid)]
      : [];
  });
}

/** kind writes a kubeconfig where it is told to, and locks it with a file that a kill leaves behind. */
function scratch(folder: string): string {
  const file = join(folder, 'kind-kubeconfig');
  rmSync(`${file}.lock`, { force: true });
  return file;
}

/** " • Starting control-plane 🕹️  ..." as "Starting control-plane"; nothing for what kind says to people at its prompt. */
function plain(line: string): string | undefined {
  const text = /^ [•✗] (.*)$/u.exec(line)?.[1];
  return text?.replace(/[^\x20-\x7e]/gu, '').replace(/[\s.]+$/, '');
}

/** What the nodes say, which are gone afterwards. */
async function nodeLogs(docker: Program, cluster: string): Promise<string> {
  const said: string[] = [];
  for (const { name } of await nodeContainers(docker, cluster).catch(() => [])) {
    for (const args of [
      ['logs', '--tail', '50', name],
      ['exec', name, 'journalctl', '--no-pager', '--lines', '100', '--unit', 'kubelet'],
    ]) {
      const text = await docker.run(args, { timeout: 10_000 }).catch((error: Error) => error.message);
      said.push(`\n==> docker ${args.join(' ')}\n${text}\n`);
    }
  }
  return said.join('');
}

function creationProblem(output: string, nodes: string, image: string, log: string, full: boolean): ProviderError {
  const line = output.split('\n').find((each) => each.startsWith('ERROR')) ?? lastLine(output);
  const said = line.replace(/^ERROR: /, '');
  if (/port is already allocated|address already in use/i.test(output)) {
    return new ProviderError(
      `A port that the cluster’s nodes need is taken: ${said}`,
      'Stop the program that has it, or name another port in the file given as --config.',
    );
  }
  // A full disk has Docker fail in ways that do not say so, too.
  if (full || /no space left on device/i.test(output + nodes)) {
    return new ProviderError('Docker has no space left for the cluster.', 'Make room: docker system prune');
  }
  if (/too many open files|inotify_init/i.test(output + nodes)) {
    return new ProviderError('This machine allows too few inotify instances for one more cluster.', raiseInotify);
  }
  if (/failed to pull image|manifest unknown|pull access denied/i.test(output)) {
    return new ProviderError(
      `The nodes’ image ${image} is not here and cannot be pulled: ${said}`,
      'Pull it where a registry is reached (docker pull), or name one that is here: --image IMAGE',
    );
  }
  if (tooSlow.test(output)) {
    return new ProviderError(
      'Kubernetes did not start within the time that kubeadm gives it, not in a second try either: this machine is busy.',
      `Close other programs, then start again, ${orEmbedded}; what kind and the nodes said is in ${log}`,
    );
  }
  return new ProviderError(
    `kind could not make the cluster: ${said}`,
    `Try again; what kind and the nodes said is in ${log}`,
  );
}
