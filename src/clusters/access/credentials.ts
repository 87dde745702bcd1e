import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https, { type RequestOptions } from 'node:https';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { parse } from 'yaml';
import { z } from 'zod';

/** How to reach a cluster and who to be there: what a kubeconfig says. */
export interface Credentials {
  readonly server: URL;
  /** The context's namespace. */
  readonly namespace: string;
  /** Agent and headers for a request; tokens that expire are renewed. */
  options(): Promise<RequestOptions>;
  close(): void;
}

/** Says what is wrong with a kubeconfig. */
export class KubeconfigError extends Error {
  override readonly name = 'KubeconfigError';
}

const text = z.string().optional();
const kubeconfig = z.object({
  'current-context': z.string().optional(),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z
        .object({
          server: z.string(),
          'certificate-authority': text,
          'certificate-authority-data': text,
          'insecure-skip-tls-verify': z.boolean().optional(),
          'tls-server-name': text,
        })
        .loose(),
    }),
  ),
  contexts: z.array(
    z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: text, namespace: text }) }),
  ),
  users: z
    .array(
      z.object({
        name: z.string(),
        user: z
          .object({
            token: text,
            'client-certificate': text,
            'client-certificate-data': text,
            'client-key': text,
            'client-key-data': text,
          })
          .loose()
          .nullish(),
      }),
    )
    .nullish(),
});

/** What is read here; anything else a user entry holds (exec plugins, auth providers, passwords) is left to client-node. */
const plain = new Set(['token', 'client-certificate', 'client-certificate-data', 'client-key', 'client-key-data']);
const plainCluster = new Set([
  'server',
  'certificate-authority',
  'certificate-authority-data',
  'insecure-skip-tls-verify',
  'tls-server-name',
  'extensions',
]);

/**
 * Reads a kubeconfig. Tokens and certificates, which is what kind and the embedded cluster use, need nothing further;
 * for all other ways to log in the Kubernetes client is loaded, which costs 80 MB of memory.
 */
export async function readCredentials(file: string, context?: string): Promise<Credentials> {
  const parsed = kubeconfig.safeParse(parse(await readFile(file, 'utf8')));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new KubeconfigError(`${file} is no kubeconfig: ${issue?.path.join('.')} ${issue?.message}`);
  }
  const config = parsed.data;
  const name = context ?? config['current-context'];
  const current = config.contexts.find((entry) => entry.name === name)?.context;
  if (!current) {
    const known = config.contexts.map((entry) => entry.name).join(', ');
    throw new KubeconfigError(`${file} has no context "${name ?? ''}"; it has: ${known}`);
  }
  const cluster = config.clusters.find((entry) => entry.name === current.cluster)?.cluster;
  if (!cluster) throw new KubeconfigError(`${file} has no cluster "${current.cluster}", which context "${name}" names`);
  const user = config.users?.find((entry) => entry.name === current.user)?.user ?? {};
  const server = new URL(cluster.server);
  const namespace = current.namespace ?? 'default';
  if (
    !Object.keys(user).every((key) => plain.has(key)) ||
    !Object.keys(cluster).every((key) => plainCluster.has(key))
  ) {
    return viaClientNode(file, name!, server, namespace);
  }
  const bytes = async (data: string | undefined, path: string | undefined) =>
    data ? Buffer.from(data, 'base64') : path ? await readFile(resolve(dirname(file), path)) : undefined;
  const agent =
    server.protocol === 'https:'
      ? new https.Agent({
          keepAlive: true,
          // Made once: of certificates alone each connection, and each watch is one, would make its own.
          secureContext: createSecureContext({
            ca: await bytes(cluster['certificate-authority-data'], cluster['certificate-authority']),
            cert: await bytes(user['client-certificate-data'], user['client-certificate']),
            key: await bytes(user['client-key-data'], user['client-key']),
          }),
          rejectUnauthorized: cluster['insecure-skip-tls-verify'] !== true,
          servername: cluster['tls-server-name'],
        })
      : new http.Agent({ keepAlive: true });
  const headers: Record<string, string> = user.token ? { authorization: `Bearer ${user.token}` } : {};
  return { server, namespace, options: async () => ({ agent, headers }), close: () => agent.destroy() };
}

async function viaClientNode(file: string, context: string, server: URL, namespace: string): Promise<Credentials> {
  const { KubeConfig } = await import('@kubernetes/client-node');
  const config = new KubeConfig();
  config.loadFromFile(file);
  config.setCurrentContext(context);
  return {
    server,
    namespace,
    options: async () => {
      const options: RequestOptions = {};
      await config.applyToHTTPSOptions(options);
      return options;
    },
    close: () => {},
  };
}
