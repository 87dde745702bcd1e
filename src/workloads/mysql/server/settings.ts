import type { Files, Host } from '../../host.ts';
import { codeOf } from '../../http-server.ts';
import { readText } from './binlog.ts';

/** What a server is started with. */
export interface Settings {
  readonly port: number;
  /** Where its data is, without a slash at the end. */
  readonly folder: string;
  readonly serverId: number;
  readonly readOnly: boolean;
  readonly superReadOnly: boolean;
}

const configuration = '/etc/mysql/conf.d';

/** Options that make no difference to a stand-in. All others that it does not know are mistakes. */
const accepted = new Set(
  (
    'bind-address binlog-format character-set-server collation-server console default-authentication-plugin ' +
    'enforce-gtid-consistency gtid-mode log-bin log-replica-updates log-slave-updates max-connections relay-log ' +
    'report-host skip-host-cache skip-name-resolve socket user'
  ).split(' '),
);

/**
 * From the files in /etc/mysql/conf.d, section [mysqld], and then from the arguments.
 * @throws Error for an option that is none, worded as MySQL does.
 */
export async function settingsOf(host: Host): Promise<Settings> {
  const options = new Map(await configured(host.files));
  for (const argument of host.args) {
    const [, name, value] = /^--([\w-]+)(?:=(.*))?$/.exec(argument) ?? [];
    if (!name) throw new Error(`Too many arguments (first extra is '${argument}').`);
    options.set(name.replaceAll('_', '-'), value ?? 'ON');
  }
  const own = ['port', 'datadir', 'server-id', 'read-only', 'super-read-only'];
  for (const [name, value] of options) {
    if (own.includes(name) || accepted.has(name) || name.startsWith('innodb-')) continue;
    throw new Error(`unknown variable '${name}=${value}'.`);
  }
  if (/^(?:off|0)/i.test(options.get('gtid-mode') ?? '')) {
    throw new Error("unknown value 'OFF' of 'gtid-mode': this stand-in for MySQL always has GTIDs.");
  }
  const superReadOnly = isOn(options.get('super-read-only'));
  return {
    port: natural(options, 'port', 3306),
    folder: (options.get('datadir') ?? '/var/lib/mysql').replace(/(?<=.)\/+$/, ''),
    serverId: natural(options, 'server-id', 1),
    readOnly: superReadOnly || isOn(options.get('read-only')),
    superReadOnly,
  };
}

async function configured(files: Files): Promise<[string, string][]> {
  let names: string[];
  try {
    names = (await files.list(configuration)).filter((name) => name.endsWith('.cnf'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const found: [string, string][] = [];
  for (const name of names.sort()) {
    let section = '';
    for (const text of ((await readText(files, `${configuration}/${name}`)) ?? '').split('\n')) {
      const line = text.replace(/^\s*[#;].*/, '').trim();
      const title = /^\[(.*)\]$/.exec(line)?.[1];
      if (title !== undefined) section = title;
      else if (line !== '' && section === 'mysqld') {
        const [, key, value] = /^([^=\s]+)\s*(?:=\s*(.*))?$/.exec(line) ?? [];
        found.push([(key ?? line).replaceAll('_', '-'), value ?? 'ON']);
      }
    }
  }
  return found;
}

function natural(options: ReadonlyMap<string, string>, name: string, usual: number): number {
  const value = options.get(name);
  if (value === undefined) return usual;
  if (!/^\d{1,10}$/.test(value)) throw new Error(`Unknown suffix or sign in '${value}' of variable '${name}'.`);
  return Number(value);
}

export function isOn(value: unknown): boolean {
  return /^(?:on|1|true)$/i.test(String(value ?? ''));
}
