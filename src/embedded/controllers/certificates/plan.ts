import { X509Certificate } from 'node:crypto';
import type { CertificateSigningRequest } from '../../../kubernetes/objects.ts';

export const signerName = 'kubernetes.io/kube-apiserver-client';

const minute = 60_000;
const hour = 60 * minute;
/** kube-controller-manager's --cluster-signing-duration. */
const longest = 365 * 24 * hour;
const shortest = 10 * minute;
/** Certificates begin a little in the past, for clocks that are behind. */
const backdate = 5 * minute;
/** Those that are valid for less are valid for as long as was asked from now on. */
const short = 8 * hour;

const pendingExpiration = 24 * hour;
const decidedExpiration = hour;

export type Verdict =
  | { readonly do: 'nothing' }
  | { readonly do: 'fail'; readonly message: string }
  | { readonly do: 'sign'; readonly notBefore: number; readonly notAfter: number };

/** What becomes of a request. @param now milliseconds since the epoch */
export function decide({ spec, status }: CertificateSigningRequest, now: number): Verdict {
  const has = (type: string) => status?.conditions?.some((each) => each.type === type && each.status === 'True');
  const approved = has('Approved') && !status?.conditions?.some(({ type }) => type === 'Denied');
  if (!approved || has('Failed') || status?.certificate || spec.signerName !== signerName) return { do: 'nothing' };
  const message = usageProblem(spec.usages ?? []);
  if (message) return { do: 'fail', message };
  const asked = spec.expirationSeconds === undefined ? longest : spec.expirationSeconds * 1000;
  const duration = Math.max(shortest, Math.min(asked, longest));
  const notAfter = now + duration - (duration < short ? 0 : backdate);
  return { do: 'sign', notBefore: now - backdate, notAfter };
}

function usageProblem(usages: readonly string[]): string | undefined {
  const other = usages.find((usage) => !['digital signature', 'key encipherment', 'client auth'].includes(usage));
  if (other) return `invalid usage for client certificate: ${other}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

/** When a request is of no use to anybody any more, in milliseconds since the epoch: upstream's cleaner. */
export function expiry({ metadata, status }: CertificateSigningRequest): number {
  const conditions = status?.conditions ?? [];
  if (conditions.length === 0) return Date.parse(metadata.creationTimestamp ?? '') + pendingExpiration;
  const decided = conditions.flatMap(({ type, lastUpdateTime }) => {
    if (!lastUpdateTime || (type === 'Approved' && !status?.certificate)) return [];
    return [Date.parse(lastUpdateTime) + decidedExpiration];
  });
  return Math.min(...decided, expiryOf(status?.certificate));
}

function expiryOf(certificate: string | undefined): number {
  if (!certificate) return Number.POSITIVE_INFINITY;
  return Date.parse(new X509Certificate(Buffer.from(certificate, 'base64')).validTo);
}
