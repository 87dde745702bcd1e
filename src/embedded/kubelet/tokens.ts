import type { Pod, TokenRequest } from '../../kubernetes/objects.ts';
import type { Client } from '../client/client.ts';
import { serviceAccounts } from '../client/refs.ts';
import type { Clock } from '../clock.ts';

/** The part of its life after which a token is replaced, and the longest time it is used: pkg/kubelet/token. */
const usedPart = 0.8;
const longestUse = 24 * 3600_000;

/**
 * A token for a Pod's ServiceAccount, bound to the Pod.
 * @param seconds how long it should last
 * @returns the token, and when to ask for the next one: milliseconds since the epoch
 */
export async function requestToken(
  client: Client,
  clock: Clock,
  { metadata, spec }: Pod,
  audience: string | undefined,
  seconds: number,
): Promise<{ token: string; refreshAt: number }> {
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: {
      audiences: audience ? [audience] : [],
      expirationSeconds: seconds,
      boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: metadata.name, uid: metadata.uid },
    },
  };
  const account = spec.serviceAccountName || 'default';
  const asked = clock.now();
  const answer = (await client
    .resource(serviceAccounts)
    .createSubresource(metadata.namespace ?? '', account, 'token', body)
    .catch((error: Error) => {
      throw new Error(`failed to fetch token: ${error.message}`);
    })) as TokenRequest;
  const lifetime = (answer.spec.expirationSeconds ?? seconds) * 1000;
  return { token: answer.status?.token ?? '', refreshAt: asked + Math.min(lifetime * usedPart, longestUse) };
}
