/** A shell variable. An array's elements are kept by index or, for an associative one, by key. */
export interface Variable {
  value: string | undefined;
  elements?: Map<string, string>;
  associative?: boolean;
  exported: boolean;
  readonly: boolean;
  integer: boolean;
}

export class ReadonlyError extends Error {
  constructor(readonly variable: string) {
    super(`${variable}: readonly variable`);
  }
}

/** The variables of one shell, with `local` ones by scope: a function sees its caller's. */
export class Variables {
  readonly #variables: Map<string, Variable>;
  readonly #scopes: Map<string, Variable | undefined>[];
  #size = 0;
  readonly #grown: (bytes: number) => void;

  /** @param grown is told when the values take more room, or less. */
  constructor(grown: (bytes: number) => void, source?: Variables) {
    this.#grown = grown;
    this.#variables = new Map();
    for (const [name, variable] of source ? source.#variables : []) {
      this.#variables.set(name, { ...variable, elements: variable.elements && new Map(variable.elements) });
    }
    this.#scopes = source ? source.#scopes.map((scope) => new Map(scope)) : [];
  }

  get(name: string): Variable | undefined {
    return this.#variables.get(name);
  }

  /** The value of a plain variable, or an array's first element. */
  value(name: string): string | undefined {
    const variable = this.#variables.get(name);
    return variable?.elements ? variable.elements.get('0') : variable?.value;
  }

  names(): string[] {
    return [...this.#variables.keys()].sort();
  }

  /** @throws ReadonlyError */
  set(name: string, value: string): Variable {
    const variable = this.#writable(name);
    if (variable.elements) {
      this.#grow(value.length - (variable.elements.get('0')?.length ?? 0));
      variable.elements.set('0', value);
    } else {
      this.#grow(value.length - (variable.value?.length ?? 0));
      variable.value = value;
    }
    return variable;
  }

  setElement(name: string, key: string, value: string): void {
    const variable = this.#writable(name);
    variable.elements ??= new Map(variable.value === undefined ? [] : [['0', variable.value]]);
    this.#grow(value.length + 32 - (variable.elements.get(key)?.length ?? -32));
    variable.value = undefined;
    variable.elements.set(key, value);
  }

  setArray(name: string, elements: Map<string, string>, associative = false): void {
    const variable = this.#writable(name);
    variable.value = undefined;
    variable.elements = elements;
    variable.associative = associative || variable.associative;
    let size = 0;
    for (const value of elements.values()) size += value.length + 32;
    this.#grow(size);
  }

  /** Makes it exist, without a value where it has none. */
  declare(name: string): Variable {
    let variable = this.#variables.get(name);
    if (!variable) {
      variable = { value: undefined, exported: false, readonly: false, integer: false };
      this.#variables.set(name, variable);
    }
    return variable;
  }

  unset(name: string): void {
    const variable = this.#variables.get(name);
    if (variable?.readonly) throw new ReadonlyError(name);
    this.#grow(-(variable?.value?.length ?? 0));
    this.#variables.delete(name);
  }

  exported(): Record<string, string> {
    const environment: Record<string, string> = {};
    for (const [name, variable] of this.#variables) {
      const value = variable.elements ? undefined : variable.value;
      if (variable.exported && value !== undefined) environment[name] = value;
    }
    return environment;
  }

  // --- functions' scopes

  get inFunction(): boolean {
    return this.#scopes.length > 0;
  }

  enter(): void {
    this.#scopes.push(new Map());
  }

  leave(): void {
    for (const [name, before] of this.#scopes.pop() ?? []) {
      if (before) this.#variables.set(name, before);
      else this.#variables.delete(name);
    }
  }

  /** A variable of the current function's own. */
  local(name: string): void {
    const scope = this.#scopes.at(-1);
    if (!scope || scope.has(name)) return;
    const before = this.#variables.get(name);
    if (before?.readonly) throw new ReadonlyError(name);
    scope.set(name, before);
    this.#variables.delete(name);
    if (before?.exported) this.declare(name).exported = true;
  }

  #writable(name: string): Variable {
    const variable = this.declare(name);
    if (variable.readonly) throw new ReadonlyError(name);
    return variable;
  }

  #grow(bytes: number): void {
    const before = this.#size;
    this.#size = Math.max(0, before + bytes);
    this.#grown(this.#size - before);
  }
}

/** Indices in order, for an array; keys as they were set, for an associative one. */
export function sortedKeys(variable: Variable): string[] {
  const keys = [...(variable.elements?.keys() ?? [])];
  return variable.associative ? keys : keys.sort((a, b) => Number(a) - Number(b));
}

/** As bash writes a value that can be read back: 'it'\''s'. */
export function quote(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters take the $'' form.
  if (/[\x00-\x1f\x7f]/.test(text)) {
    const named: Record<string, string> = {
      '\n': '\\n',
      '\t': '\\t',
      '\r': '\\r',
      "'": "\\'",
      '\\': '\\\\',
      '\x1b': '\\E',
    };
    // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
    const escaped = text.replace(/[\x00-\x1f\x7f'\\]/g, (character) =>
      Object.hasOwn(named, character) ? named[character]! : `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`,
    );
    return `$'${escaped}'`;
  }
  return `'${text.replaceAll("'", "'\\''")}'`;
}
