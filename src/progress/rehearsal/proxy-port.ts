/** `kubectl proxy` as lessons type it, without a port of its own choice. */
const proxy = /^\s*kubectl\s+proxy\b(?!.*\s(?:--port|-p)\b)/;
/** Where it listens then, as lessons write it in the commands that go through it. */
const lessonAddress = /\b(localhost|127\.0\.0\.1):8001\b/g;
const announced = /Starting to serve on \S*:(\d+)/;

/** Whether a command needs port 8001, of which a machine has one, for no other reason than kubectl's habit. */
export function listensByHabit(command: string): boolean {
  return proxy.test(command);
}

/**
 * Lets rehearsals run side by side although their lessons type `kubectl proxy`: each has the system choose a port, and
 * the commands that follow go to that one. Everything else about a command stays as the lesson has it.
 */
export class ProxyPort {
  #port: string | undefined;

  /** What is typed in a command's place. */
  typed(command: string): string {
    const free = command.replace(proxy, (words) => `${words} --port=0`);
    return this.#port === undefined ? free : free.replace(lessonAddress, `$1:${this.#port}`);
  }

  /** Reads the port from the first words of a command that keeps running. */
  listening(output: string): void {
    this.#port = announced.exec(output)?.[1] ?? this.#port;
  }
}
