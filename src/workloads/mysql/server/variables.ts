import { like } from '../engine/evaluate.ts';
import { failures } from '../sql/errors.ts';
import type { Value } from '../sql/syntax.ts';

export const version = '8.0-ordinal-stand-in';
export const versionComment = 'Not MySQL: a stand-in for learning';

/** Booleans are ON and OFF in SHOW VARIABLES, and 1 and 0 in expressions. */
type Setting = string | number | boolean;

/** What the server itself knows of its variables. */
export interface Facts {
  readonly hostname: string;
  readonly port: number;
  readonly folder: string;
  readonly uuid: string;
  readonly serverId: number;
  readonly readOnly: boolean;
  readonly superReadOnly: boolean;
  /** As text: they change with every transaction. */
  readonly executed: () => string;
  readonly purged: () => string;
}

/** Global variables, those that can be changed and those that cannot. */
export class Variables {
  readonly #facts: Facts;
  readonly #changeable = new Map<string, number | boolean>();
  readonly #fixed: ReadonlyMap<string, Setting>;

  constructor(facts: Facts) {
    this.#facts = facts;
    this.#changeable.set('server_id', facts.serverId);
    this.#changeable.set('read_only', facts.readOnly);
    this.#changeable.set('super_read_only', facts.superReadOnly);
    this.#fixed = new Map<string, Setting>([
      ['autocommit', true],
      ['character_set_server', 'utf8mb4'],
      ['datadir', `${facts.folder}/`],
      ['default_storage_engine', 'InnoDB'],
      ['enforce_gtid_consistency', 'ON'],
      ['gtid_mode', 'ON'],
      ['hostname', facts.hostname],
      ['log_bin', true],
      ['port', facts.port],
      ['server_uuid', facts.uuid],
      ['version', version],
      ['version_comment', versionComment],
    ]);
  }

  get serverId(): number {
    return Number(this.#changeable.get('server_id'));
  }

  /** The option that forbids writing, to an administrator or somebody else. */
  forbidding(administrator: boolean): string | undefined {
    if (this.#changeable.get('super_read_only')) return 'super-read-only';
    return !administrator && this.#changeable.get('read_only') ? 'read-only' : undefined;
  }

  /** @throws SqlError for no such variable. */
  value(name: string): Value {
    const setting = this.#all().get(name);
    if (setting === undefined) throw failures.unknownVariable(name);
    return typeof setting === 'boolean' ? Number(setting) : setting;
  }

  /** Of names like `pattern`, with ON and OFF. */
  list(pattern: string | undefined): [string, string][] {
    return [...this.#all()]
      .filter(([name]) => pattern === undefined || like(name, pattern))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [name, typeof value === 'boolean' ? (value ? 'ON' : 'OFF') : String(value)]);
  }

  /** @throws SqlError for a variable, or a value, that cannot be set. */
  set(name: string, value: Value): void {
    if (!this.#changeable.has(name)) {
      throw this.#all().has(name) ? failures.readOnlyVariable(name) : failures.unknownVariable(name);
    }
    if (name === 'server_id') {
      const number = typeof value === 'number' && Number.isInteger(value) && value >= 0;
      if (!number) throw failures.wrongValueForVariable(name, String(value));
      this.#changeable.set(name, value);
      return;
    }
    const on = /^(?:on|1|true)$/i.test(String(value));
    if (!on && !/^(?:off|0|false)$/i.test(String(value))) throw failures.wrongValueForVariable(name, String(value));
    this.#changeable.set(name, on);
    // Each of the two carries the other along, as far as it says more.
    if (name === 'super_read_only' && on) this.#changeable.set('read_only', true);
    if (name === 'read_only' && !on) this.#changeable.set('super_read_only', false);
  }

  /** As it would be set again: for mysqld-auto.cnf. */
  kept(name: string): number | boolean | undefined {
    return this.#changeable.get(name);
  }

  #all(): Map<string, Setting> {
    const gtids: [string, Setting][] = [
      ['gtid_executed', this.#facts.executed()],
      ['gtid_purged', this.#facts.purged()],
    ];
    return new Map<string, Setting>([...this.#fixed, ...this.#changeable, ...gtids]);
  }
}
