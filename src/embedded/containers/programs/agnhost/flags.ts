/** Go's command line flags: --name=value, --name value, --switch. */
export class Flags {
  readonly #values = new Map<string, string>();
  readonly operands: string[] = [];

  /** @param switches flags that take no value. */
  constructor(args: readonly string[], switches: readonly string[] = []) {
    for (let index = 0; index < args.length; index++) {
      const match = /^--?([A-Za-z][\w-]*)(?:=(.*))?$/s.exec(args[index]!);
      if (!match) this.operands.push(args[index]!);
      else if (match[2] !== undefined || switches.includes(match[1]!)) this.#values.set(match[1]!, match[2] ?? 'true');
      else this.#values.set(match[1]!, args[++index] ?? '');
    }
  }

  has(name: string): boolean {
    return this.#values.has(name) && this.#values.get(name) !== 'false';
  }

  text(name: string, otherwise: string): string {
    return this.#values.get(name) ?? otherwise;
  }

  number(name: string, otherwise: number): number {
    const value = Number(this.#values.get(name));
    return Number.isFinite(value) && this.#values.has(name) ? value : otherwise;
  }

  all(): ReadonlyMap<string, string> {
    return this.#values;
  }
}

/** "1m30s" in milliseconds; undefined for what is no duration of Go's. */
export function goDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const units: Record<string, number> = { ns: 1e-6, us: 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  if (!/^(\d+(\.\d+)?(ns|us|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)/g))
    total += Number(number) * units[unit!]!;
  return total;
}
