import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { NetworkError } from '../../embedded/network/errors.ts';
import type { Connection, DnsAnswer, NetworkStack, RecordType } from '../../embedded/network/network.ts';

/** This machine's network, as far as a command that only calls others needs it. */
export class HostNetwork implements NetworkStack {
  readonly addresses = [];
  readonly dns = { nameservers: [], searches: [], options: [] };

  dial(host: string, port: number, signal?: AbortSignal): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, signal });
      const failed = (error: NodeJS.ErrnoException) =>
        reject(error.code ? new NetworkError(error.code as NetworkError['code'], 'connect', host, port) : error);
      socket.once('error', failed);
      socket.once('connect', () => {
        socket.off('error', failed);
        resolve(socket as unknown as Connection);
      });
    });
  }

  /** By the machine's own means: /etc/hosts, its DNS. Addresses alone. */
  async resolve(name: string, type: RecordType): Promise<DnsAnswer> {
    const found = await lookup(name, { all: true, family: type === 'AAAA' ? 6 : 4 }).catch(() => []);
    const answers = found.map(({ address }) => ({ name, type, ttl: 0, data: address }));
    return { status: found.length > 0 ? 'NOERROR' : 'NXDOMAIN', name, answers, additional: [], authority: [] };
  }

  listening = () => [];
  listen = () => Promise.reject(new NetworkError('EINVAL', 'listen', ''));
  bind = (): never => {
    throw new NetworkError('EINVAL', 'bind', '');
  };
}
