import { CommandError, type Program } from './program.ts';

/** A node of a kind cluster: a container that carries kind's labels. */
export interface NodeContainer {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  readonly running: boolean;
  /** ISO 8601. */
  readonly startedAt: string;
  /** By network; a node that is cut off has none. */
  readonly addresses: Readonly<Record<string, string>>;
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly Config: { readonly Labels: Record<string, string> };
  readonly State: { readonly Running: boolean; readonly StartedAt: string };
  readonly NetworkSettings: { readonly Networks: Record<string, { readonly IPAddress: string }> };
}

const clusterLabel = 'io.x-k8s.kind.cluster';
const roleLabel = 'io.x-k8s.kind.role';

/** The containers of a cluster, by name: stopped ones too. */
export async function nodeContainers(
  docker: Program,
  cluster: string,
  signal?: AbortSignal,
): Promise<readonly NodeContainer[]> {
  const found = await inspected(docker, cluster, signal ? { signal } : {});
  return found
    .map(({ Id, Name, Config, State, NetworkSettings }) => ({
      id: Id,
      name: Name.replace(/^\//, ''),
      role: Config.Labels[roleLabel] ?? '',
      running: State.Running,
      startedAt: State.StartedAt,
      addresses: Object.fromEntries(
        Object.entries(NetworkSettings.Networks).map(([network, { IPAddress }]) => [network, IPAddress]),
      ),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function inspected(
  docker: Program,
  cluster: string,
  options: { readonly signal?: AbortSignal },
): Promise<readonly Inspected[]> {
  const filter = `label=${clusterLabel}=${cluster}`;
  for (;;) {
    const listed = await docker.run(['ps', '--all', '--quiet', '--no-trunc', '--filter', filter], options);
    const ids = listed.split('\n').filter(Boolean);
    if (ids.length === 0) return [];
    try {
      return JSON.parse(await docker.run(['inspect', '--type', 'container', ...ids], options)) as Inspected[];
    } catch (error) {
      // One of them has been removed since it was listed.
      if (!(error instanceof CommandError) || !/no such container/i.test(error.stderr)) throw error;
    }
  }
}
