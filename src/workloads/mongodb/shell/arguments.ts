import { defaultPort } from '../config.ts';
import { ClientError } from '../errors.ts';

export interface Arguments {
  readonly uri: string;
  readonly evals: readonly string[];
  readonly quiet: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

export const usage = `usage: mongosh [mongodb://…|mongodb+srv://…|HOST[:PORT]/DATABASE|DATABASE] [options]
  --eval EXPRESSION   evaluates it and ends; may be given more than once
  --host NAME, --port NUMBER
  --quiet             without a greeting
  --version, --help
`;

const flags = ['--quiet', '--norc', '--help', '-h', '--version'];
const valued = ['--eval', '--host', '--port'];

/** @throws ClientError for options that the stand-in does not have */
export function parseArguments(args: readonly string[]): Arguments {
  const evals: string[] = [];
  const given = new Map<string, string>();
  let address: string | undefined;
  for (let place = 0; place < args.length; place++) {
    const [name = '', inline] = args[place]!.split(/=(.*)/s, 2);
    if (!args[place]!.startsWith('-')) {
      if (address !== undefined)
        throw new ClientError('Error', `'${args[place]}': the stand-in takes one address, and no files`);
      address = args[place];
    } else if (flags.includes(name)) given.set(name, '');
    else if (valued.includes(name)) {
      const value = inline ?? args[++place];
      if (value === undefined) throw new ClientError('Error', `${name} needs a value`);
      if (name === '--eval') evals.push(value);
      else given.set(name, value);
    } else
      throw new ClientError(
        'Error',
        `Error parsing command line: unrecognized option: ${name}. The stand-in knows ${[...valued, ...flags].join(', ')}`,
      );
  }
  return {
    uri: uriOf(address, given.get('--host'), given.get('--port')),
    evals,
    quiet: given.has('--quiet'),
    help: given.has('--help') || given.has('-h'),
    version: given.has('--version'),
  };
}

/** As mongosh completes what it is given: one server is talked to directly, and nearby ones are not waited for long. */
function uriOf(address: string | undefined, host: string | undefined, port: string | undefined): string {
  if (address?.startsWith('mongodb+srv://')) return address;
  if (address?.startsWith('mongodb://')) {
    const [, servers = '', rest = ''] = /^mongodb:\/\/([^/?]*)(.*)$/s.exec(address) ?? [];
    const several = servers.includes(',') || /[?&](replicaSet|directConnection)=/i.test(rest);
    if (several) return address;
    const path = rest.startsWith('/') ? rest : `/${rest}`;
    return `mongodb://${servers}${path}${path.includes('?') ? '&' : '?'}${near(servers)}`;
  }
  const [, server, name = ''] = /^(?:([^/]+)\/|([^/]*$))/.exec(address ?? '') ?? [];
  const isServer = server !== undefined || /[:.]/.test(name);
  const servers = isServer ? (server ?? name) : `${host ?? '127.0.0.1'}:${port ?? defaultPort}`;
  const database = isServer ? (address ?? '').slice((server ?? name).length + 1) : name;
  return `mongodb://${servers}/${database}?${near(servers)}`;
}

function near(servers: string): string {
  const local = /^(127\.0\.0\.1|localhost)(:|$)/.test(servers);
  return `directConnection=true${local ? '&serverSelectionTimeoutMS=2000' : ''}`;
}
