/** Reads JSON that somebody wrote into an annotation: a field of the wrong type makes all of it worthless. */
export class JsonFields {
  readonly #fields: Readonly<Record<string, unknown>>;

  /** @throws Error where `value` is no object */
  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType('object', value);
    this.#fields = value as Record<string, unknown>;
  }

  /** A list of such objects. @throws Error where `value` is none */
  static list(value: unknown): JsonFields[] {
    if (!Array.isArray(value)) throw wrongType('list', value);
    return value.map((item) => new JsonFields(item));
  }

  /** As Go does, also by a name that differs in case. Null is absent. */
  get(name: string): unknown {
    const lower = name.toLowerCase();
    const key = Object.keys(this.#fields).find((candidate) => candidate.toLowerCase() === lower);
    return key === undefined ? undefined : (this.#fields[key] ?? undefined);
  }

  string(name: string): string | undefined {
    const value = this.get(name);
    if (value !== undefined && typeof value !== 'string') throw wrongType('string', value);
    return value;
  }

  integer(name: string): number | undefined {
    const value = this.get(name);
    if (value !== undefined && !Number.isInteger(value)) throw wrongType('integer', value);
    return value as number | undefined;
  }

  object(name: string): JsonFields | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : new JsonFields(value);
  }

  list(name: string): JsonFields[] | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : JsonFields.list(value);
  }
}

function wrongType(expected: string, value: unknown): Error {
  return new Error(`${JSON.stringify(value)} is no ${expected}`);
}

/** What `read` makes of an annotation's JSON, or undefined where there is none to be made anything of. */
export function readAnnotation<T>(text: string | undefined, read: (value: unknown) => T): T | undefined {
  if (text === undefined) return undefined;
  try {
    return read(JSON.parse(text));
  } catch {
    return undefined;
  }
}
