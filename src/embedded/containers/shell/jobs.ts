import type { Process } from '../process/process.ts';

export interface Job {
  readonly id: number;
  readonly processes: readonly Process[];
  readonly command: string;
  /** An interactive shell has told of its end. */
  reported: boolean;
}

/** A shell's background jobs. */
export class Jobs {
  readonly #jobs: Job[] = [];
  /** Exit codes of jobs that have ended, for a `wait PID` that comes later. */
  readonly #codes = new Map<number, number>();

  add(processes: readonly Process[], command: string): Job {
    const id = (this.#jobs.at(-1)?.id ?? 0) + 1;
    const job: Job = { id, processes, command, reported: false };
    this.#jobs.push(job);
    for (const process of processes) {
      void process.exited.then(({ code }) => {
        if (this.#codes.size > 1024) this.#codes.delete(this.#codes.keys().next().value!);
        this.#codes.set(process.pid, code);
      });
    }
    return job;
  }

  list(): readonly Job[] {
    return this.#jobs;
  }

  running(): Job[] {
    return this.#jobs.filter(isRunning);
  }

  /** "%1", "%%", "%+", "%-" or "%name". */
  find(spec: string): Job | undefined {
    if (spec === '%%' || spec === '%+' || spec === '%') return this.#jobs.at(-1);
    if (spec === '%-') return this.#jobs.at(-2) ?? this.#jobs.at(-1);
    if (/^%\d+$/.test(spec)) return this.#jobs.find((job) => job.id === Number(spec.slice(1)));
    return this.#jobs.find((job) => job.command.startsWith(spec.slice(1)));
  }

  ofPid(pid: number): Process | undefined {
    return this.#jobs.flatMap((job) => job.processes).find((process) => process.pid === pid);
  }

  codeOf(pid: number): number | undefined {
    return this.#codes.get(pid);
  }

  remove(job: Job): void {
    const index = this.#jobs.indexOf(job);
    if (index >= 0) this.#jobs.splice(index, 1);
  }

  /** Forgets jobs that have ended: a shell that is not interactive tells nobody. */
  sweep(): void {
    for (const job of [...this.#jobs]) if (!isRunning(job)) this.remove(job);
  }
}

export function isRunning(job: Job): boolean {
  return job.processes.some((process) => process.alive);
}
