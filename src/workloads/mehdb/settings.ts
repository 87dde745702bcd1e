import type { Host } from '../host.ts';
import { ordinalOf, peerDomain, peerName } from '../identity.ts';

export interface Settings {
  readonly name: string;
  readonly port: number;
  readonly folder: string;
  readonly leads: boolean;
  /** Where followers find the leader: `http://mehdb-0.mehdb.default.svc.cluster.local:9876`. */
  readonly leader: string;
}

/**
 * From the environment: MEHDB_HOST, MEHDB_PORT, MEHDB_DATADIR, MEHDB_LOCAL (the leader is on this machine, at port
 * 9999) and MEHDB_NAMESPACE (the domain after the leader's name, where /etc/hosts has none).
 * @throws Error for a port that is none.
 */
export async function settingsOf(host: Host): Promise<Settings> {
  const { env } = host;
  const name = env.MEHDB_HOST || host.hostname;
  const port = Number(env.MEHDB_PORT || 9876);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`MEHDB_PORT '${env.MEHDB_PORT}' is not a port: give a number from 1 to 65535`);
  }
  const ordinal = ordinalOf(name);
  const domain = (await peerDomain(host)) ?? (env.MEHDB_NAMESPACE || 'default');
  const leader = ordinal === undefined ? 'mehdb-0' : peerName(name, 0);
  return {
    name,
    port,
    folder: (env.MEHDB_DATADIR || '/data').replace(/(?<=.)\/+$/, ''),
    leads: ordinal === 0,
    leader: env.MEHDB_LOCAL ? 'http://localhost:9999' : `http://${leader}.${domain}:${port}`,
  };
}
