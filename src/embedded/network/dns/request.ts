/**
 * A name below the cluster's zone, taken apart as CoreDNS's kubernetes plugin does it. Undefined parts were not asked
 * for; `none` is a name that cannot exist.
 */
export type DnsRequest =
  | { readonly kind: 'none' }
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'svc' | 'pod';
      readonly namespace?: string;
      readonly service?: string;
      readonly endpoint?: string;
      readonly port?: string;
      readonly protocol?: string;
    };

/** @param name lower case, without the final dot, and within `zone`. */
export function parseRequest(name: string, zone: string): DnsRequest {
  const labels = name === zone ? [] : name.slice(0, -zone.length - 1).split('.');
  const kind = labels.pop();
  if (kind === undefined) return { kind: 'empty' };
  if (kind !== 'svc' && kind !== 'pod') return { kind: 'none' };
  const namespace = labels.pop();
  const service = labels.pop();
  if (labels.length === 0) return { kind, namespace, service };
  if (labels.length === 1) return { kind, namespace, service, endpoint: labels[0] };
  if (labels.length > 2) return { kind: 'none' };
  const [port, protocol] = labels.map((label) => label.replace(/^_/, ''));
  return { kind, namespace, service, port, protocol };
}

/** "10-244-1-5" to "10.244.1.5", "fd00--1" to "fd00::1"; undefined for what is no address. */
export function dashedAddress(label: string): string | undefined {
  if (/^\d{1,3}(-\d{1,3}){3}$/.test(label)) {
    const address = label.replaceAll('-', '.');
    return address.split('.').every((part) => Number(part) < 256) ? address : undefined;
  }
  if (!/^[0-9a-f]{0,4}(-[0-9a-f]{0,4}){2,7}$/.test(label)) return undefined;
  const groups = label.split('-');
  const compressed = label.match(/--/g)?.length ?? 0;
  if (compressed > 1 || (compressed === 0 && groups.length !== 8) || label.includes('---')) return undefined;
  return label.replaceAll('-', ':');
}

/** The address of a reverse name ("5.1.244.10.in-addr.arpa"); undefined for any other name. */
export function reverseAddress(name: string): string | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(name);
  return match ? match.slice(1).reverse().join('.') : undefined;
}
