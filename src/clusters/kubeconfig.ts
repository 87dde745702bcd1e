import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ClusterApi } from './access/api.ts';
import type { PodSecurity } from './kubeconfig/objects.ts';
import { looksLikeProduction } from './kubeconfig/production.ts';
import { prepareSpace, removeSpaces } from './kubeconfig/space.ts';
import { writePrivateFile } from './private-file.ts';
import {
  type Capability,
  type ClusterProvider,
  ProviderError,
  type RunningCluster,
  type SessionSpace,
  type UpOptions,
} from './provider.ts';

export interface KubeconfigProviderOptions {
  /** What is kept of it: a kubeconfig of the one context. */
  readonly folder: string;
  /** The user's kubeconfig; what kubectl would read (KUBECONFIG, ~/.kube/config) when absent. */
  readonly file?: string;
  /** Never the current one: whoever has several must say which. */
  readonly context: string;
  /** Uses it though it looks like production. */
  readonly yes?: boolean;
  readonly security?: PodSecurity;
}

/** Milliseconds after which a session's namespace that nobody has opened goes: a week. */
const keptFor = 7 * 24 * 3600_000;

const needed = [
  { resource: 'namespaces', group: '' },
  { resource: 'resourcequotas', group: '' },
  { resource: 'roles', group: 'rbac.authorization.k8s.io' },
  { resource: 'rolebindings', group: 'rbac.authorization.k8s.io' },
];

/** A cluster that is there already: each session gets a namespace with an account, and limits, of its own. */
export class KubeconfigProvider implements ClusterProvider {
  readonly name = 'kubeconfig';
  readonly capabilities: ReadonlySet<Capability> = new Set(['namespaces']);
  readonly #options: KubeconfigProviderOptions;
  readonly #owner: string;

  constructor(options: KubeconfigProviderOptions) {
    this.#options = options;
    this.#owner = createHash('sha256').update(resolve(options.folder)).digest('hex').slice(0, 8);
  }

  /** Says whose it is, so that sessions of several people on one cluster never meet. */
  namespaceOf(session: string): string {
    return `ordinal-${this.#owner}-${session}`.slice(0, 63).replace(/-+$/, '');
  }

  async up({ signal, progress }: UpOptions): Promise<RunningCluster> {
    const { context, security = 'baseline', yes } = this.#options;
    progress(`reaching the cluster of the context ${context}`);
    const names = await this.#extract();
    const kubeconfig = this.#kubeconfig;
    const api = await ClusterApi.open(kubeconfig);
    try {
      const { gitVersion } = await api.json<{ gitVersion: string }>({ path: '/version', signal });
      await requireRights(api, context, signal);
      const why = yes ? undefined : looksLikeProduction({ names, nodes: await countNodes(api, signal) });
      if (why) {
        throw new ProviderError(
          `The cluster of the context ${context} looks like one that others depend on: ${why}.`,
          'Choose another context, or say that it is meant: --yes',
        );
      }
      const removed = await removeSpaces(api, { unusedSince: Date.now() - keptFor }, signal);
      if (removed.length > 0) progress(`removed what nobody has used for a week: ${removed.join(', ')}`);
      const space: SessionSpace = {
        prepare: (namespace, file, stop) =>
          prepareSpace(api, { namespace, owner: this.#owner, security, kubeconfig, file, signal: stop }),
      };
      return {
        kubeconfig,
        version: gitVersion,
        space,
        failed: new Promise<never>(() => {}),
        stop: async () => api.close(),
      };
    } catch (error) {
      api.close();
      throw explain(error, context);
    }
  }

  /** Removes the namespaces of all sessions of this folder, and nothing else. */
  async down(): Promise<void> {
    await this.#extract();
    const api = await ClusterApi.open(this.#kubeconfig);
    try {
      await removeSpaces(api, { owner: this.#owner });
    } finally {
      api.close();
      rmSync(this.#kubeconfig, { force: true });
    }
  }

  get #kubeconfig(): string {
    return join(this.#options.folder, 'kubeconfig');
  }

  /** Writes a kubeconfig that knows the one context; resolves with the names that tell what cluster it is. */
  async #extract(): Promise<string[]> {
    const { file, context } = this.#options;
    const { KubeConfig } = await import('@kubernetes/client-node');
    const config = new KubeConfig();
    try {
      if (file === undefined) config.loadFromDefault();
      else config.loadFromFile(file);
    } catch (error) {
      throw new ProviderError(
        `Your kubeconfig cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        'Name one that can: KUBECONFIG=FILE, or none for the usual one.',
      );
    }
    const found = config.getContextObject(context);
    if (!found) {
      const known = config.getContexts().map(({ name }) => name);
      throw new ProviderError(
        `There is no context "${context}".`,
        known.length > 0
          ? `Name one of these: --context ${known.join(', ')}`
          : 'Name a file that has it: KUBECONFIG=FILE',
      );
    }
    const cluster = config.getCluster(found.cluster);
    const user = config.getUser(found.user);
    config.loadFromOptions({
      clusters: cluster ? [cluster] : [],
      users: user ? [user] : [],
      contexts: [found],
      currentContext: context,
    });
    writePrivateFile(this.#kubeconfig, config.exportConfig());
    return [context, found.cluster, cluster?.server ?? ''];
  }
}

async function requireRights(api: ClusterApi, context: string, signal: AbortSignal): Promise<void> {
  for (const { resource, group } of needed) {
    const { status } = await api.json<{ status: { allowed: boolean } }>({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: JSON.stringify({
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { verb: 'create', resource, group } },
      }),
      signal,
    });
    if (status.allowed) continue;
    throw new ProviderError(
      `The user of the context ${context} may not create ${resource}, and each session needs its own.`,
      'Ask the cluster’s administrator for the rights, or use another context: --context NAME',
    );
  }
}

/** One more than asked for tells enough: 500 nodes are not listed to know that they are more than 20. */
async function countNodes(api: ClusterApi, signal: AbortSignal): Promise<number> {
  const response = await api.request({ path: '/api/v1/nodes?limit=50', signal });
  if (response.status !== 200) return 0;
  return (JSON.parse(response.body.toString('utf8')) as { items: unknown[] }).items.length;
}

function explain(error: unknown, context: string): unknown {
  if (error instanceof ProviderError || !(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (!code) return error;
  return new ProviderError(
    `The cluster of the context ${context} does not answer: ${error.message}`,
    `See whether kubectl reaches it: kubectl --context ${context} get nodes`,
  );
}
