import { defaultPort } from './config.ts';

export interface Options {
  readonly set: string | undefined;
  readonly port: number;
  readonly folder: string;
  /** As MongoDB does it, unless told otherwise: on 127.0.0.1 alone. */
  readonly everywhere: boolean;
}

const flags = { '--bind_ip_all': 'bind_ip_all', '--quiet': 'quiet' } as const;
const valued: Readonly<Record<string, string>> = {
  '--replSet': 'replSet',
  '--bind_ip': 'bind_ip',
  '--port': 'port',
  '--dbpath': 'dbpath',
};

/** Of the command line: --replSet, --bind_ip, --bind_ip_all, --port, --dbpath. @throws Error for others */
export function parseOptions(args: readonly string[]): Options {
  const values = new Map<string, string>();
  for (let place = 0; place < args.length; place++) {
    const [name = '', inline] = args[place]!.split(/=(.*)/s, 2);
    if (name in flags) {
      values.set(name, 'true');
      continue;
    }
    if (!(name in valued)) {
      const known = [...Object.keys(valued), ...Object.keys(flags)].join(', ');
      throw new Error(`Error parsing command line: unrecognised option '${args[place]}'. The stand-in knows ${known}`);
    }
    const value = inline ?? args[++place];
    if (value === undefined)
      throw new Error(`Error parsing command line: the required argument for option '${name}' is missing`);
    values.set(name, value);
  }
  const port = Number(values.get('--port') ?? defaultPort);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`Error parsing command line: --port '${values.get('--port')}' is no number from 1 to 65535`);
  }
  const addresses = (values.get('--bind_ip') ?? '127.0.0.1').split(',').map((address) => address.trim());
  return {
    set: values.get('--replSet'),
    port,
    folder: (values.get('--dbpath') ?? '/data/db').replace(/(?<=.)\/+$/, ''),
    everywhere: values.has('--bind_ip_all') || addresses.some((address) => !/^(localhost|127\..*|::1)$/.test(address)),
  };
}
