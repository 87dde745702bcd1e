import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import type { KubeObject } from '../../kubernetes/object.ts';
import { ApiError } from '../../kubernetes/status.ts';
import type { ClusterApi } from '../access/api.ts';
import { writePrivateFile } from '../private-file.ts';
import { ProviderError } from '../provider.ts';
import {
  learner,
  type PodSecurity,
  sessionKubeconfig,
  sessionLabel,
  sessionObjects,
  usedAnnotation,
} from './objects.ts';

/** Seconds for which the learner's token is asked for; it is made anew whenever a session is opened. */
const tokenLifetime = 24 * 3600;

const plurals: Readonly<Record<string, string>> = {
  ResourceQuota: 'resourcequotas',
  LimitRange: 'limitranges',
  ServiceAccount: 'serviceaccounts',
  Role: 'roles',
  RoleBinding: 'rolebindings',
};

/**
 * Makes a session's namespace, with its limits and the learner's account, and writes that account's kubeconfig. Puts
 * right what is there already.
 */
export async function prepareSpace(
  api: ClusterApi,
  options: {
    readonly namespace: string;
    readonly owner: string;
    readonly security: PodSecurity;
    /** The administrator's, of which the cluster's address and authority are taken. */
    readonly kubeconfig: string;
    readonly file: string;
    readonly signal: AbortSignal;
  },
): Promise<void> {
  const { namespace, owner, security, kubeconfig, file, signal } = options;
  await refuseForeign(api, namespace, owner, signal);
  for (const object of sessionObjects(namespace, owner, security, new Date().toISOString())) {
    await api.json({
      method: 'PATCH',
      path: `${pathOf(object)}?fieldManager=ordinal&force=true`,
      headers: { 'content-type': 'application/apply-patch+yaml' },
      body: JSON.stringify(object),
      signal,
    });
  }
  const { status } = await api.json<{ status: { token: string } }>({
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${learner}/token`,
    body: JSON.stringify({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: tokenLifetime },
    }),
    signal,
  });
  const config = parse(await readFile(kubeconfig, 'utf8')) as { clusters: { cluster: unknown }[] };
  writePrivateFile(file, stringify(sessionKubeconfig(config.clusters[0]?.cluster, status.token, namespace)));
}

/** Deletes the owner's namespaces, or everybody's that nobody has used since. Resolves with their names. */
export async function removeSpaces(
  api: ClusterApi,
  which: { readonly owner: string } | { readonly unusedSince: number },
  signal?: AbortSignal,
): Promise<string[]> {
  const selector = 'owner' in which ? `${sessionLabel}=${which.owner}` : sessionLabel;
  const path = `/api/v1/namespaces?labelSelector=${encodeURIComponent(selector)}`;
  const { items } = await api.json<{ items: KubeObject[] }>({ path, ...(signal && { signal }) });
  const removed: string[] = [];
  for (const { metadata } of items) {
    if ('unusedSince' in which) {
      const used = Date.parse(metadata.annotations?.[usedAnnotation] ?? '');
      if (!(used < which.unusedSince)) continue;
    }
    await api.json({ method: 'DELETE', path: `/api/v1/namespaces/${metadata.name}`, ...(signal && { signal }) });
    removed.push(metadata.name!);
  }
  return removed;
}

/** A namespace that somebody else has made is left alone; one of ours that is on its way out is waited for. */
async function refuseForeign(api: ClusterApi, namespace: string, owner: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const found = await api
      .json<KubeObject>({ path: `/api/v1/namespaces/${namespace}`, signal })
      .catch((error: unknown) => {
        if (ApiError.is(error, 'NotFound')) return undefined;
        throw error;
      });
    if (!found) return;
    if (found.metadata.labels?.[sessionLabel] !== owner) {
      throw new ProviderError(
        `There is a namespace ${namespace} already, which was not made for this session.`,
        'Delete it if nobody needs it, or use another data folder: --data FOLDER',
      );
    }
    if (!found.metadata.deletionTimestamp) return;
    await pause(200, undefined, { signal });
  }
}

function pathOf({ apiVersion, kind, metadata }: KubeObject): string {
  if (kind === 'Namespace') return `/api/v1/namespaces/${metadata.name}`;
  const root = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
  return `${root}/namespaces/${metadata.namespace}/${plurals[kind]}/${metadata.name}`;
}
