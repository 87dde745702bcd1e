import type { Pod } from '../../../kubernetes/objects.ts';
import type { DnsConfig } from '../../network/network.ts';

/** What a Pod is called and how it resolves names: pkg/kubelet/network/dns and the hosts file the kubelet manages. */

export interface ClusterDns {
  readonly domain: string;
  readonly address: string;
  /** The node's own, which Pods with dnsPolicy Default use. */
  readonly node: DnsConfig;
}

/** The last part of a Pod's name in the cluster's DNS, and the whole of it where it has a subdomain. */
export function podHostname({ metadata, spec }: Pod, domain: string): { hostname: string; fqdn?: string } {
  const hostname = spec.hostname || metadata.name.slice(0, 63).replace(/[-.]+$/, '');
  if (!spec.subdomain) return { hostname };
  const fqdn = `${hostname}.${spec.subdomain}.${metadata.namespace}.svc.${domain}`;
  return { hostname: spec.setHostnameAsFQDN ? fqdn : hostname, fqdn };
}

/** What /etc/resolv.conf says. */
export function podDns({ metadata, spec }: Pod, cluster: ClusterDns): DnsConfig {
  const base = policyDns(spec, metadata.namespace ?? '', cluster);
  const { nameservers = [], searches = [], options = [] } = spec.dnsConfig ?? {};
  const named = new Map(base.options.map((option) => [option.name, option]));
  for (const { name = '', value } of options) named.set(name, { name, ...(value !== undefined && { value }) });
  return {
    nameservers: [...new Set([...base.nameservers, ...nameservers])].slice(0, 3),
    searches: [...new Set([...base.searches, ...searches])].slice(0, 32),
    options: [...named.values()],
  };
}

function policyDns(spec: Pod['spec'], namespace: string, { domain, address, node }: ClusterDns): DnsConfig {
  const policy = spec.dnsPolicy ?? 'ClusterFirst';
  if (policy === 'None') return { nameservers: [], searches: [], options: [] };
  if (policy === 'Default' || (policy === 'ClusterFirst' && spec.hostNetwork)) return node;
  return {
    nameservers: [address],
    searches: [`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...node.searches],
    options: [{ name: 'ndots', value: '5' }],
  };
}

/** @param addresses the Pod's; the node's where it uses the host's network */
export function hostsFile(pod: Pod, addresses: readonly string[], domain: string, node: string): string {
  const { hostname, fqdn } = podHostname(pod, domain);
  const { hostAliases = [], hostNetwork } = pod.spec;
  const lines = [
    hostNetwork ? '# Kubernetes-managed hosts file (host network).' : '# Kubernetes-managed hosts file.',
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    'fe00::0\tip6-localnet',
    `${hostNetwork ? 'ff00' : 'fe00'}::0\tip6-mcastprefix`,
    `${hostNetwork ? 'ff02' : 'fe00'}::1\tip6-allnodes`,
    `${hostNetwork ? 'ff02' : 'fe00'}::2\tip6-allrouters`,
    ...addresses.map((address) =>
      hostNetwork ? `${address}\t${node}` : [address, ...(fqdn ? [fqdn] : []), hostname.split('.')[0]!].join('\t'),
    ),
  ];
  if (hostAliases.length > 0) {
    lines.push('', '# Entries added by HostAliases.');
    for (const { ip, hostnames = [] } of hostAliases) lines.push([ip, ...hostnames].join('\t'));
  }
  return `${lines.join('\n')}\n`;
}
