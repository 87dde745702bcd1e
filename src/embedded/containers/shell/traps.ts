import type { Process } from '../process/process.ts';
import type { SignalName } from '../process/signals.ts';

/** What a shell runs when a signal comes, or at EXIT, ERR or DEBUG; '' ignores. */
export class Traps implements Iterable<readonly [name: string, action: string]> {
  readonly #process: Process;
  readonly #actions = new Map<string, string>();
  readonly #pending: string[] = [];

  constructor(process: Process, parent?: Traps) {
    this.#process = process;
    // A subshell keeps what its parent ignores; what its parent handles is back to normal.
    for (const [name, action] of parent ?? []) if (action === '') this.#actions.set(name, action);
  }

  get size(): number {
    return this.#actions.size;
  }

  get(name: string): string | undefined {
    return this.#actions.get(name);
  }

  has(name: string): boolean {
    return this.#actions.has(name);
  }

  [Symbol.iterator](): Iterator<readonly [string, string]> {
    return this.#actions[Symbol.iterator]();
  }

  /** @param action undefined for what happens without a trap */
  set(name: string, action: string | undefined): void {
    if (action === undefined) this.#actions.delete(name);
    else this.#actions.set(name, action);
    if (!name.startsWith('SIG')) return;
    const signal = name as SignalName;
    if (action === undefined) this.#process.onSignal(signal, undefined);
    else if (action === '') this.#process.onSignal(signal, 'ignore');
    else {
      this.#process.onSignal(signal, () => {
        this.#pending.push(name);
        this.#process.interrupt(signal);
      });
    }
  }

  /** Forgets them all, without a change of what signals do: another program takes the shell's place. */
  clear(): void {
    this.#actions.clear();
  }

  /** What runs at the shell's end, which it does once. */
  takeExit(): string | undefined {
    const action = this.#actions.get('EXIT');
    this.#actions.delete('EXIT');
    return action;
  }

  /** What the next signal that has come since asks for; undefined where none has. */
  next(): string | undefined {
    while (this.#pending.length > 0) {
      const action = this.#actions.get(this.#pending.shift()!);
      if (action) return action;
    }
    return undefined;
  }

  /** Signals that processes of this shell ignore from their start. */
  get ignored(): SignalName[] {
    return [...this.#actions]
      .filter(([name, action]) => action === '' && name.startsWith('SIG'))
      .map(([name]) => name as SignalName);
  }
}
