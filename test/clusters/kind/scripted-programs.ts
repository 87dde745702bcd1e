import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';

/** What a program prints, and how it ends. */
export interface Answer {
  readonly out?: string;
  readonly err?: string;
  readonly code?: number;
}

export interface Call {
  readonly pid: number;
  /** Everything on standard input; only for a program that takes it. */
  readonly input: Buffer;
}

/** 'runs' for a program that goes on until somebody ends it. */
export type Script = (args: readonly string[], call: Call) => Answer | 'runs';

/**
 * Real processes whose answers are given here, in the test's own process: one after the other, so that programs run
 * side by side cannot lose what another has changed. Each is a shell script, which starts in a tenth of Node's time;
 * it leaves its words in a file and its number in a named pipe, and waits at a pipe of its own for its exit code.
 */
export class ScriptedPrograms {
  readonly #folder: string;
  readonly #scripts: Readonly<Record<string, Script>>;
  readonly #requests: Socket;
  readonly #running = new Set<number>();

  /** @param takesInput words with which a call begins that has something on its standard input */
  constructor(bin: string, scripts: Readonly<Record<string, Script>>, takesInput: string) {
    this.#scripts = scripts;
    this.#folder = join(bin, '.calls');
    mkdirSync(this.#folder);
    const pipe = join(this.#folder, 'requests');
    execFileSync('mkfifo', [pipe]);
    // Read and written, so that the pipe does not end with the first program that has written to it.
    this.#requests = new Socket({ fd: openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK), writable: false });
    this.#requests.unref();
    let text = '';
    this.#requests.on('data', (data) => {
      const lines = `${text}${data}`.split('\n');
      text = lines.pop()!;
      for (const line of lines) this.#answer(Number(line));
    });
    for (const name of Object.keys(scripts)) {
      writeFileSync(join(bin, name), script(name, this.#folder, takesInput), { mode: 0o755 });
    }
  }

  stop(): void {
    this.#requests.destroy();
    for (const pid of this.#running) {
      try {
        process.kill(pid);
      } catch {
        // It has ended.
      }
    }
  }

  #answer(pid: number): void {
    const path = (kind: string) => join(this.#folder, `${pid}.${kind}`);
    const [name = '', ...args] = readFileSync(path('args'), 'utf8').split('\0').slice(0, -1);
    const input = existsSync(path('in')) ? readFileSync(path('in')) : Buffer.alloc(0);
    const answer = this.#scripts[name]!(args, { pid, input });
    if (answer === 'runs') return void this.#running.add(pid);
    writeFileSync(path('out'), answer.out ?? '');
    writeFileSync(path('err'), answer.err ?? '');
    try {
      const done = openSync(path('done'), constants.O_WRONLY | constants.O_NONBLOCK);
      writeFileSync(done, `${answer.code ?? 0}\n`);
      closeSync(done);
    } catch (error) {
      // It was ended before it had its answer.
      if ((error as NodeJS.ErrnoException).code !== 'ENXIO') throw error;
    }
  }
}

const script = (name: string, folder: string, takesInput: string) => `#!/bin/sh
PATH=/usr/bin:/bin
call='${folder}/'$$
mkfifo "$call.done"
exec 3<>"$call.done"
case "$*" in
'${takesInput}'*) cat > "$call.in" ;;
esac
printf '%s\\0' '${name}' "$@" > "$call.args"
echo $$ > '${folder}/requests'
read -r code <&3
[ -s "$call.out" ] && cat "$call.out"
[ -s "$call.err" ] && cat "$call.err" >&2
exit "$code"
`;
