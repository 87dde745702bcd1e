import { fieldNumbers } from './field-numbers.ts';

export interface MessageField {
  readonly name: string;
  /** The message of which the fields stand in this one's place. */
  readonly inlined?: Message;
}

export interface Message {
  readonly fields: ReadonlyMap<number, MessageField>;
}

/** Every message of the table, by its OpenAPI name: "io.k8s.api.core.v1.Pod". Read when first needed. */
export class Messages {
  readonly #lines = new Map<string, readonly string[]>();
  readonly #messages = new Map<string, Message>();

  constructor(table: string = fieldNumbers) {
    let prefix = '';
    for (const line of table.split('\n').filter(Boolean)) {
      const section = /^\[(.+)\/(.+)\]$/.exec(line);
      if (section) {
        const [, group, version] = section;
        prefix = `${group === 'meta' ? 'io.k8s.apimachinery.pkg.apis' : 'io.k8s.api'}.${group}.${version}.`;
      } else {
        const [name, ...fields] = line.split(' ');
        this.#lines.set(prefix + name, fields);
      }
    }
  }

  /** Undefined for what is in none of the groups served. */
  get(name: string): Message | undefined {
    let message = this.#messages.get(name);
    const words = this.#lines.get(name);
    if (!message && words) {
      message = { fields: this.#read(name, words) };
      this.#messages.set(name, message);
    }
    return message;
  }

  #read(name: string, words: readonly string[]): ReadonlyMap<number, MessageField> {
    const fields = new Map<number, MessageField>();
    let number = 0;
    for (const word of words) {
      const [, jump, inlined, field] = /^(?:(\d+):)?(\*)?(\w+)$/.exec(word)!;
      number = jump ? Number(jump) : number + 1;
      const part = inlined && this.get(name.slice(0, name.lastIndexOf('.') + 1) + field);
      fields.set(number, { name: field!, ...(part && { inlined: part }) });
    }
    return fields;
  }
}
