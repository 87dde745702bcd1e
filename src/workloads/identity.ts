import type { Host } from './host.ts';

/** What a Pod of a StatefulSet can know of its place without asking the API: all of it is in its names. */

/** The number at the end of a StatefulSet's Pod's name. */
export function ordinalOf(name: string): number | undefined {
  const match = /^.+-(0|[1-9]\d*)$/.exec(name);
  return match ? Number(match[1]) : undefined;
}

/** The name of the same set's Pod with another ordinal. */
export function peerName(name: string, ordinal: number): string {
  return name.replace(/\d+$/, String(ordinal));
}

/**
 * The domain that the Pods of the set have their names in, for example `kubia.default.svc.cluster.local`. The kubelet
 * writes it into /etc/hosts where the Pod has a subdomain. Undefined elsewhere.
 */
export async function peerDomain(host: Host): Promise<string | undefined> {
  for (const line of (await textOf(host, '/etc/hosts')).split('\n')) {
    for (const name of line.replace(/#.*/, '').trim().split(/\s+/).slice(1)) {
      if (name.startsWith(`${host.hostname}.`)) return name.slice(host.hostname.length + 1);
    }
  }
  return undefined;
}

/** The domain of the Services in the Pod's namespace: `default.svc.cluster.local`. */
export async function namespaceDomain(host: Host): Promise<string | undefined> {
  const search = /^search\s+(.*)$/m.exec(await textOf(host, '/etc/resolv.conf'))?.[1];
  return search?.split(/\s+/).find((domain) => /^[^.]+\.svc\./.test(domain));
}

async function textOf(host: Host, path: string): Promise<string> {
  try {
    return new TextDecoder().decode(await host.files.read(path));
  } catch {
    return '';
  }
}
