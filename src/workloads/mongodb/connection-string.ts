import type { Host } from '../host.ts';
import { codeOf, messageOf } from '../http-server.ts';
import { defaultPort } from './config.ts';
import { ClientError } from './errors.ts';
import type { WriteConcern } from './replication.ts';

export type ReadPreference = 'primary' | 'primaryPreferred' | 'secondary' | 'secondaryPreferred' | 'nearest';

export interface ConnectionOptions {
  readonly text: string;
  /** "NAME:PORT" of the servers to begin with. */
  readonly seeds: readonly string[];
  readonly database: string | undefined;
  readonly replicaSet: string | undefined;
  /** Talks to the one server alone, whatever set it belongs to. */
  readonly direct: boolean;
  readonly tls: boolean;
  readonly readPreference: ReadPreference;
  readonly writeConcern: Partial<WriteConcern>;
  /** Milliseconds that a suitable server is looked for. */
  readonly selectionTimeout: number;
}

const preferences: readonly ReadPreference[] = [
  'primary',
  'primaryPreferred',
  'secondary',
  'secondaryPreferred',
  'nearest',
];
const known = [
  ...['appName', 'authSource', 'directConnection', 'readPreference', 'replicaSet', 'retryReads', 'retryWrites'],
  ...['serverSelectionTimeoutMS', 'ssl', 'tls', 'w', 'wtimeoutMS'],
];

/**
 * What `mongodb://HOST:PORT,…/DATABASE?OPTIONS` or `mongodb+srv://NAME/DATABASE?OPTIONS` says. The second asks DNS: the SRV
 * records of `_mongodb._tcp.NAME` are the servers, a TXT record of NAME may add options, and TLS is on unless said
 * otherwise. @throws ClientError
 */
export async function parseConnectionString(host: Host, text: string): Promise<ConnectionOptions> {
  const [, srv, account, servers, database, query] =
    /^mongodb(\+srv)?:\/\/(?:([^@/?]*)@)?([^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(text) ?? [];
  if (!servers) {
    throw new ClientError(
      'MongoParseError',
      `Invalid connection string "${text}", expected it to start with "mongodb://" or "mongodb+srv://"`,
    );
  }
  if (account !== undefined)
    throw new ClientError('MongoParseError', 'The stand-in has no accounts: leave NAME:PASSWORD@ away');
  const found = srv ? await seedlist(host, servers) : { seeds: servers.split(',').map(withPort), options: '' };
  const options = new Map([...pairs(found.options), ...pairs(query ?? '')]);
  for (const name of options.keys()) {
    if (!known.some((each) => each.toLowerCase() === name))
      throw new ClientError(
        'MongoParseError',
        `option ${name} is not supported by the stand-in, which knows ${known.join(', ')}`,
      );
  }
  const preference = options.get('readpreference') ?? 'primary';
  if (!isPreference(preference))
    throw new ClientError('MongoParseError', `readPreference is one of ${preferences.join(', ')}, not ${preference}`);
  const direct = options.get('directconnection') === 'true';
  if (direct && found.seeds.length > 1)
    throw new ClientError('MongoParseError', 'directConnection option requires exactly one host');
  const w = options.get('w');
  const wtimeout = options.get('wtimeoutms');
  return {
    text,
    seeds: found.seeds,
    database: database ? decodeURIComponent(database) : undefined,
    replicaSet: options.get('replicaset'),
    direct,
    tls: (options.get('tls') ?? options.get('ssl') ?? String(Boolean(srv))) === 'true',
    readPreference: preference,
    writeConcern: {
      ...(w && { w: w === 'majority' ? w : Number(w) }),
      ...(wtimeout && { wtimeout: Number(wtimeout) }),
    },
    selectionTimeout: Number(options.get('serverselectiontimeoutms') ?? 30_000),
  };
}

async function seedlist(host: Host, name: string): Promise<{ seeds: string[]; options: string }> {
  if (name.includes(':')) throw new ClientError('MongoParseError', 'mongodb+srv URI cannot have port number');
  if (name.includes(','))
    throw new ClientError('MongoParseError', 'mongodb+srv URI cannot have multiple service names');
  if (name.split('.').length < 3) {
    throw new ClientError(
      'MongoParseError',
      'URI must include hostname, domain name, and tld: write the whole name, SERVICE.NAMESPACE.svc.cluster.local',
    );
  }
  const service = `_mongodb._tcp.${name}`;
  let seeds: string[];
  try {
    seeds = (await host.resolveSrv(service)).map((record) => `${record.name}:${record.port}`);
  } catch (error) {
    throw new ClientError('Error', `querySrv ${codeOf(error) ?? messageOf(error)} ${service}`);
  }
  // Who answers for one domain must not send clients to another.
  const domain = name.slice(name.indexOf('.'));
  const foreign = seeds.find((seed) => !seed.replace(/:\d+$/, '').endsWith(domain));
  if (foreign !== undefined)
    throw new ClientError('MongoAPIError', `Server record ${foreign} does not share hostname with parent URI`);
  try {
    const [record, ...more] = await host.resolveTxt(name);
    if (more.length > 0) throw new ClientError('MongoParseError', 'Multiple text records not allowed');
    return { seeds, options: record?.join('') ?? '' };
  } catch (error) {
    if (codeOf(error) === 'ENODATA' || codeOf(error) === 'ENOTFOUND') return { seeds, options: '' };
    throw error;
  }
}

function withPort(server: string): string {
  if (!/^[\w.-]+(:\d+)?$/.test(server))
    throw new ClientError('MongoParseError', `'${server}' is no server: write NAME or NAME:PORT`);
  return server.includes(':') ? server : `${server}:${defaultPort}`;
}

function pairs(query: string): [string, string][] {
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
      return [name.toLowerCase(), decodeURIComponent(value)];
    });
}

export function isPreference(text: unknown): text is ReadPreference {
  return preferences.some((each) => each === text);
}
