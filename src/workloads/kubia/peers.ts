import type { Host, SrvRecord } from '../host.ts';
import { codeOf, messageOf } from '../http-server.ts';
import { namespaceDomain, peerDomain } from '../identity.ts';
import { serve } from './kubia.ts';
import { stored } from './store.ts';

const patience = 2_000;

/**
 * The pet application's second version: it also finds its peers, by the SRV records of the Service that governs its
 * StatefulSet, and shows what each of them keeps. It asks every peer at the port that the record announces.
 */
export async function kubiaPeers(host: Host): Promise<number> {
  const page = async ({ url }: { url: URL }) => {
    if (url.pathname === '/data') return stored(host);
    return `You've hit ${host.hostname}\nData stored in the cluster:\n${await everyonesData(host)}`;
  };
  await serve(host, page, 'Kubia, which knows its peers, is listening');
  return 0;
}

async function everyonesData(host: Host): Promise<string> {
  const service = await serviceName(host);
  let records: SrvRecord[];
  try {
    records = await host.resolveSrv(service);
  } catch (error) {
    return `Could not look up DNS SRV records: ${messageOf(error)}\n`;
  }
  const peers = new Map(records.map((record) => [`${record.name}:${record.port}`, record]));
  const several = new Set(records.map(({ name }) => name)).size < peers.size;
  const lines = [...peers.values()]
    .sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }) || a.port - b.port)
    .map(async ({ name, port }) => `- ${several ? `${name}:${port}` : name}: ${await dataOf(host, name, port)}\n`);
  return (await Promise.all(lines)).join('');
}

async function dataOf(host: Host, name: string, port: number): Promise<string> {
  try {
    const { status, text } = await host.fetch(`http://${name}:${port}/data`, { timeout: patience });
    return status === 200 ? text : `Error: ${name}:${port} answered with status ${status}`;
  } catch (error) {
    const code = codeOf(error);
    host.warn(`Peer ${name}:${port} could not be reached: ${messageOf(error)}`);
    return `Error: ${code ? `connect ${code} ${name}:${port}` : messageOf(error)}`;
  }
}

/** The governing Service's domain; outside a StatefulSet the Service `kubia` of the Pod's namespace. */
async function serviceName(host: Host): Promise<string> {
  return (await peerDomain(host)) ?? `kubia.${(await namespaceDomain(host)) ?? 'default.svc.cluster.local'}`;
}
