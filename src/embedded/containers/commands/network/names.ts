import { isIPv4 } from '../../../network/addresses.ts';
import { NetworkError } from '../../../network/errors.ts';
import type { Connection, DnsAnswer, RecordType } from '../../../network/network.ts';
import type { Process } from '../../process/process.ts';

/** Names as the C library looks them up: /etc/hosts, then the DNS. */

export async function hostsEntry(process: Process, name: string): Promise<string | undefined> {
  const text = await process.files.readText('/etc/hosts').catch(() => '');
  for (const line of text.split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address && isIPv4(address) && names.includes(name)) return address;
  }
  return undefined;
}

export function lookup(process: Process, name: string, type: RecordType): Promise<DnsAnswer> {
  return process.block(process.network.resolve(name, type));
}

/** Addresses of a host name; none where it has none. */
export async function addresses(process: Process, name: string): Promise<string[]> {
  if (isIPv4(name)) return [name];
  const known = await hostsEntry(process, name);
  if (known) return [known];
  const { answers } = await lookup(process, name, 'A');
  return answers.filter(({ type }) => type === 'A').map(({ data }) => data);
}

/** Connects to a host by name or address. Rejects with NetworkError. */
export async function connect(
  process: Process,
  host: string,
  port: number,
  signal: AbortSignal = process.ending,
): Promise<Connection> {
  const found = await addresses(process, host).catch((error) => {
    throw error instanceof NetworkError ? new NetworkError('EAI_AGAIN', 'getaddrinfo', host) : error;
  });
  if (found.length === 0) throw new NetworkError('ENOTFOUND', 'getaddrinfo', host);
  let failure: unknown;
  for (const address of found) {
    try {
      const connection = await process.block(process.network.dial(address, port, signal));
      connection.once(
        'close',
        process.onEnd(() => connection.destroy()),
      );
      return connection;
    } catch (error) {
      failure = error;
      if (!(error instanceof NetworkError)) throw error;
    }
  }
  throw failure;
}

export function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}
