import type { SignalName } from './signals.ts';

/** Whether a process has been stopped, as by Ctrl-Z, and what waits for it to go on. */
export class Stoppage {
  #signal: SignalName | undefined;
  /** What would have happened meanwhile. */
  #held: (() => void)[] = [];
  /** Signals that have come meanwhile. */
  readonly #pending = new Set<SignalName>();
  readonly #watchers = new Set<() => void>();

  /** The one that stopped it; undefined while it goes on. */
  get signal(): SignalName | undefined {
    return this.#signal;
  }

  begin(signal: SignalName): void {
    this.#signal = signal;
    this.#tell();
  }

  /** Does what has been held back. @returns the signals that came meanwhile, which are to be delivered now */
  end(): readonly SignalName[] {
    if (!this.#signal) return [];
    this.#signal = undefined;
    for (const act of this.#held.splice(0)) act();
    this.#tell();
    const pending = [...this.#pending];
    this.#pending.clear();
    return pending;
  }

  /** For a process that has ended: nothing is told, and nothing done any more. */
  forget(): void {
    this.#signal = undefined;
    this.#held = [];
    this.#pending.clear();
  }

  /** Keeps a signal until the process goes on. */
  keep(name: SignalName): void {
    this.#pending.add(name);
  }

  /** Acts at once, or when the process goes on. */
  orLater(act: () => void): void {
    if (this.#signal) this.#held.push(act);
    else act();
  }

  /** Calls back when it begins and when it ends. Returns a function that takes this back. */
  onChange(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => void this.#watchers.delete(changed);
  }

  #tell(): void {
    for (const tell of [...this.#watchers]) tell();
  }
}
