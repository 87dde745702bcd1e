import type { DnsAnswer, DnsRecord, RecordType } from '../network.ts';
import { clusterAddresses, type EndpointSliceObject, isHeadless, isReady, type ServiceObject } from '../objects.ts';
import { dashedAddress, parseRequest, reverseAddress } from './request.ts';

/** What the zone's records are made of, as it stands now. */
export interface ZoneView {
  /** Without the final dot: "cluster.local". */
  readonly domain: string;
  /** SOA's serial number: seconds since the epoch. */
  readonly serial: number;
  hasNamespace(name: string): boolean;
  service(namespace: string, name: string): ServiceObject | undefined;
  slices(namespace: string, name: string): readonly EndpointSliceObject[];
  serviceByAddress(address: string): ServiceObject | undefined;
  slicesByAddress(address: string): readonly EndpointSliceObject[];
  /** Names the node's own resolver knows, outside the cluster's zone. */
  external(name: string): string | undefined;
}

const ttl = 30;

/** What an address, port and name of the zone come down to: CoreDNS's msg.Service. */
interface Entry {
  /** An address, or the name an ExternalName Service stands for. */
  readonly host: string;
  readonly alias?: boolean;
  readonly port?: number;
  /** The name the entry itself has: an SRV record's target. */
  readonly name: string;
}

/**
 * CoreDNS 1.12 with kind's Corefile: `kubernetes cluster.local in-addr.arpa ip6.arpa` with insecure Pod records and
 * fallthrough for reverse names, and everything else forwarded to a resolver that has no internet.
 */
export function answer(view: ZoneView, question: string, type: RecordType): DnsAnswer {
  const asked = question.replace(/\.$/, '');
  const name = asked.toLowerCase();
  const reverse = reverseAddress(name);
  if (reverse !== undefined && type === 'PTR') {
    const pointers = reverseRecords(view, reverse);
    return pointers.length > 0 ? found(view, asked, pointers.map(record(asked, 'PTR'))) : nothing(asked);
  }
  if (name !== view.domain && !name.endsWith(`.${view.domain}`)) return forwarded(view, asked, name, type);
  return inZone(view, asked, name, type);
}

function inZone(view: ZoneView, asked: string, name: string, type: RecordType): DnsAnswer {
  const { domain } = view;
  if (name === domain && type === 'SOA') return found(view, asked, [soa(view)]);
  if (name === domain && type === 'NS') {
    const server = `kube-dns.kube-system.svc.${domain}`;
    const addresses = clusterDns(view).map(record(server, 'A'));
    return { ...found(view, asked, [record(domain, 'NS')(`${server}.`)]), additional: addresses };
  }
  if (name === `dns-version.${domain}` && type === 'TXT') return found(view, asked, [record(asked, 'TXT')('"1.1.0"')]);
  if (name === `ns.dns.${domain}`) {
    return found(view, asked, type === 'A' ? clusterDns(view).map(record(asked, 'A')) : []);
  }

  const entries = lookup(view, name);
  if (entries === undefined) return { ...nothing(asked), authority: [soa(view)] };
  if (type === 'A' || type === 'AAAA') return found(view, asked, addressRecords(view, asked, entries, type, 0));
  if (type === 'CNAME') {
    const aliases = entries.filter(({ alias }) => alias).map(({ host }) => `${host}.`);
    return found(view, asked, aliases.map(record(asked, 'CNAME')));
  }
  if (type === 'SRV') return services(view, asked, entries);
  return found(view, asked, []);
}

/** The entries of a name, none for a name that merely exists; undefined for one that does not (NXDOMAIN). */
function lookup(view: ZoneView, name: string): Entry[] | undefined {
  const request = parseRequest(name, view.domain);
  if (request.kind === 'none') return undefined;
  if (request.kind === 'empty' || request.namespace === undefined) return [];
  if (!view.hasNamespace(request.namespace)) return undefined;
  if (request.service === undefined) return [];
  if (request.kind === 'pod') {
    const host = dashedAddress(request.service);
    return host === undefined ? undefined : [{ host, port: 0, name }];
  }
  const entries = serviceEntries(view, request.namespace, request.service, request);
  return entries.length > 0 ? entries : undefined;
}

function serviceEntries(
  view: ZoneView,
  namespace: string,
  name: string,
  { endpoint, port, protocol }: { endpoint?: string; port?: string; protocol?: string },
): Entry[] {
  const service = view.service(namespace, name);
  if (!service) return [];
  const own = `${name}.${namespace}.svc.${view.domain}`;
  const matches = (candidate: { name?: string; protocol?: string }) =>
    (port === undefined || port === (candidate.name ?? '')) &&
    (protocol === undefined || protocol === (candidate.protocol ?? 'TCP').toLowerCase());

  if (service.spec?.type === 'ExternalName') {
    const host = service.spec.externalName?.replace(/\.$/, '');
    return host && endpoint === undefined && port === undefined ? [{ host, alias: true, name: own }] : [];
  }
  if (!isHeadless(service) && endpoint === undefined) {
    const ports = (service.spec?.ports ?? []).filter(matches);
    return ports.flatMap((entry) => clusterAddresses(service).map((host) => ({ host, port: entry.port, name: own })));
  }
  const entries: Entry[] = [];
  for (const slice of view.slices(namespace, name)) {
    // A slice without ports stands for its addresses alone: it gives A records, and no SRV.
    const ports = slice.ports?.length ? slice.ports.filter(matches) : port === undefined ? [{ port: undefined }] : [];
    for (const item of slice.endpoints ?? []) {
      if (!isReady(item)) continue;
      for (const host of item.addresses) {
        const label = endpointLabel(item.hostname, host);
        if (endpoint !== undefined && endpoint !== label) continue;
        for (const entry of ports) entries.push({ host, port: entry.port, name: `${label}.${own}` });
      }
    }
  }
  return entries;
}

function endpointLabel(hostname: string | undefined, address: string): string {
  return (hostname || address.replace(/[.:]/g, '-')).toLowerCase();
}

function addressRecords(
  view: ZoneView,
  owner: string,
  entries: readonly Entry[],
  type: 'A' | 'AAAA',
  depth: number,
): DnsRecord[] {
  const records = new Map<string, DnsRecord>();
  for (const { host, alias } of entries) {
    if (!alias) {
      if (host.includes(':') === (type === 'AAAA')) records.set(host, record(owner, type)(host));
    } else if (depth < 8 && host.toLowerCase() !== owner.toLowerCase()) {
      for (const found of aliasRecords(view, owner, host, type, depth))
        records.set(`${found.name} ${found.data}`, found);
    }
  }
  return [...records.values()];
}

/** A CNAME with what it leads to. One into the zone that leads nowhere is left out, as CoreDNS does. */
function aliasRecords(view: ZoneView, owner: string, target: string, type: 'A' | 'AAAA', depth: number): DnsRecord[] {
  const alias = record(owner, 'CNAME')(`${target}.`);
  const name = target.toLowerCase();
  if (name.endsWith(`.${view.domain}`)) {
    const next = addressRecords(view, target, lookup(view, name) ?? [], type, depth + 1);
    return next.length > 0 ? [alias, ...next] : [];
  }
  const address = type === 'A' ? view.external(name) : undefined;
  return address ? [alias, record(target, 'A')(address)] : [alias];
}

function services(view: ZoneView, asked: string, entries: readonly Entry[]): DnsAnswer {
  const targets = new Map<string, DnsRecord>();
  const addresses = new Map<string, DnsRecord>();
  const withPort = entries.filter(({ port, alias }) => port !== undefined && !alias);
  const weight = Math.floor(100 / Math.max(1, withPort.length));
  for (const { port, name, host } of withPort) {
    const data = `0 ${weight} ${port} ${name}.`;
    targets.set(data, record(asked, 'SRV')(data));
    addresses.set(`${name} ${host}`, record(name, host.includes(':') ? 'AAAA' : 'A')(host));
  }
  return { ...found(view, asked, [...targets.values()]), additional: [...addresses.values()] };
}

/** The names an address has: a Service's, else those of endpoints that have a host name of their own. */
function reverseRecords(view: ZoneView, address: string): string[] {
  const service = view.serviceByAddress(address);
  if (service) return [`${service.metadata.name}.${service.metadata.namespace}.svc.${view.domain}.`];
  const names = new Set<string>();
  for (const slice of view.slicesByAddress(address)) {
    const owner = slice.metadata.labels?.['kubernetes.io/service-name'];
    for (const endpoint of slice.endpoints ?? []) {
      if (!owner || !endpoint.hostname || !isReady(endpoint) || !endpoint.addresses.includes(address)) continue;
      names.add(`${endpoint.hostname}.${owner}.${slice.metadata.namespace}.svc.${view.domain}.`);
    }
  }
  return [...names];
}

/** What the resolver behind CoreDNS answers: it knows the nodes, and nothing of the world. */
function forwarded(view: ZoneView, asked: string, name: string, type: RecordType): DnsAnswer {
  const address = view.external(name);
  if (address === undefined) return nothing(asked);
  const answers = type === 'A' ? [record(asked, 'A')(address)] : [];
  return { status: 'NOERROR', name: asked, answers, additional: [], authority: [] };
}

function clusterDns(view: ZoneView): readonly string[] {
  const service = view.service('kube-system', 'kube-dns');
  return service ? clusterAddresses(service) : [];
}

function soa(view: ZoneView): DnsRecord {
  const { domain, serial } = view;
  return record(domain, 'SOA')(`ns.dns.${domain}. hostmaster.${domain}. ${serial} 7200 1800 86400 ${ttl}`);
}

function record(name: string, type: RecordType): (data: string) => DnsRecord {
  return (data) => ({ name: `${name}.`, type, ttl, data });
}

function found(view: ZoneView, name: string, answers: readonly DnsRecord[]): DnsAnswer {
  return { status: 'NOERROR', name, answers, additional: [], authority: answers.length > 0 ? [] : [soa(view)] };
}

function nothing(name: string): DnsAnswer {
  return { status: 'NXDOMAIN', name, answers: [], additional: [], authority: [] };
}
