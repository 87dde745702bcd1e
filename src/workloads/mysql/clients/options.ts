import type { Host } from '../../host.ts';

/** Where to connect, and as whom. */
export interface Target {
  /** Undefined for the server in the same container. */
  readonly host: string | undefined;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Letters and long names of a client's options. Those with a value are in `values`. */
export interface OptionTable {
  readonly flags: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, string>>;
}

export interface Options {
  readonly target: Target;
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly rest: readonly string[];
}

/** An option that is none, or lacks its value. */
export class UsageError extends Error {}

const connectionValues = {
  h: 'host',
  u: 'user',
  P: 'port',
  S: 'socket',
  protocol: 'protocol',
  'ssl-mode': 'ssl-mode',
  'connect-timeout': 'connect-timeout',
  'default-character-set': 'default-character-set',
};
const connectionFlags = { 'get-server-public-key': 'ignored', 'skip-ssl': 'ignored', 'no-defaults': 'ignored' };

/** As MySQL's own clients read their arguments: `-uroot`, `-u root`, `--user=root`, `--user root`, `-pSECRET`, `-p`. */
export async function options(host: Host, table: OptionTable): Promise<Options> {
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const rest: string[] = [];
  const known = { flags: { ...connectionFlags, ...table.flags }, values: { ...connectionValues, ...table.values } };
  let password = host.env.MYSQL_PWD;
  let asks = false;
  const left = [...host.args];
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    if (argument === '--') rest.push(...left.splice(0));
    else if (argument.startsWith('--')) {
      const [, name = '', value] = /^--([^=]+)(?:=([\s\S]*))?$/.exec(argument) ?? [];
      if (name === 'password') take(value);
      else long(name, value, argument);
    } else if (argument.startsWith('-') && argument.length > 1) short(argument.slice(1));
    else rest.push(argument);
  }

  /** Without a password after it, the option asks for one. */
  function take(value: string | undefined): void {
    asks = value === undefined;
    password = value;
  }

  function long(name: string, value: string | undefined, argument: string): void {
    const valued = Object.entries(known.values).find(([letter, full]) => full === name || letter === name)?.[1];
    const flag = Object.entries(known.flags).find(([letter, full]) => full === name || letter === name)?.[1];
    if (valued) values.set(valued, value ?? following(argument));
    else if (flag) flags.add(flag);
    else throw new UsageError(`unknown option '${argument}'`);
  }

  function short(letters: string): void {
    const letter = letters[0]!;
    const more = letters.slice(1);
    const valued = (known.values as Record<string, string>)[letter];
    const flag = (known.flags as Record<string, string>)[letter];
    if (letter === 'p') take(more || undefined);
    else if (valued) values.set(valued, more || following(`-${letter}`));
    else if (flag) {
      flags.add(flag);
      if (more) short(more);
    } else throw new UsageError(`unknown option '-${letter}'`);
  }

  function following(argument: string): string {
    const value = left.shift();
    if (value === undefined) throw new UsageError(`option '${argument}' requires an argument`);
    return value;
  }

  if (asks) password = (await host.console.readSecret('Enter password: ')) ?? '';
  const named = values.get('host');
  const local = named === undefined || (named === 'localhost' && values.get('protocol')?.toLowerCase() !== 'tcp');
  return {
    target: {
      host: local ? undefined : named,
      port: Number(values.get('port') ?? 3306),
      user: values.get('user') ?? host.env.USER ?? 'root',
      password: password ?? '',
    },
    flags,
    values,
    rest,
  };
}
