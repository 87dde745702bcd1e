import type { Process } from '../process/process.ts';

export interface Job {
  readonly id: number;
  readonly processes: readonly Process[];
  readonly command: string;
  /** An interactive shell has told that it is stopped. */
  told: boolean;
}

/** A shell's jobs that are in the background, or stopped. */
export class Jobs {
  /** The one that commands without a job's name mean at the end. */
  readonly #recent: Job[] = [];
  /** Exit codes of jobs that have ended, for a `wait PID` that comes later. */
  readonly #codes = new Map<number, number>();

  add(processes: readonly Process[], command: string): Job {
    const id = (this.list().at(-1)?.id ?? 0) + 1;
    const job: Job = { id, processes, command, told: false };
    this.#recent.push(job);
    for (const process of processes) {
      void process.exited.then(({ code }) => {
        if (this.#codes.size > 1024) this.#codes.delete(this.#codes.keys().next().value!);
        this.#codes.set(process.pid, code);
      });
    }
    return job;
  }

  /** By their numbers. */
  list(): Job[] {
    return [...this.#recent].sort((one, other) => one.id - other.id);
  }

  /** "+" for the one that commands without a job's name mean, "-" for the one before. */
  mark(job: Job): '+' | '-' | ' ' {
    const place = this.#recent.length - this.#recent.indexOf(job);
    return place === 1 ? '+' : place === 2 ? '-' : ' ';
  }

  /** The one that was stopped last is what somebody goes back to. */
  prefer(job: Job): void {
    this.#recent.splice(this.#recent.indexOf(job), 1);
    this.#recent.push(job);
  }

  get stopped(): Job[] {
    return this.list().filter(isStopped);
  }

  running(): Job[] {
    return this.list().filter(isRunning);
  }

  /** "%1", "%%", "%+", "%-" or "%name". */
  find(spec: string): Job | undefined {
    if (spec === '%%' || spec === '%+' || spec === '%') return this.#recent.at(-1);
    if (spec === '%-') return this.#recent.at(-2) ?? this.#recent.at(-1);
    if (/^%\d+$/.test(spec)) return this.#recent.find((job) => job.id === Number(spec.slice(1)));
    return this.list().find((job) => job.command.startsWith(spec.slice(1)));
  }

  ofPid(pid: number): Process | undefined {
    return this.list()
      .flatMap((job) => job.processes)
      .find((process) => process.pid === pid);
  }

  codeOf(pid: number): number | undefined {
    return this.#codes.get(pid);
  }

  remove(job: Job): void {
    const index = this.#recent.indexOf(job);
    if (index >= 0) this.#recent.splice(index, 1);
  }

  /** Forgets jobs that have ended: a shell that is not interactive tells nobody. */
  sweep(): void {
    for (const job of this.list()) if (hasEnded(job)) this.remove(job);
  }
}

export function isRunning(job: Job): boolean {
  return job.processes.some((process) => process.alive && !process.stoppedBy);
}

export function hasEnded(job: Job): boolean {
  return !job.processes.some((process) => process.alive);
}

export function isStopped(job: Job): boolean {
  return !hasEnded(job) && !isRunning(job);
}

/** Resolves once none of the processes runs: each has ended, or is stopped. */
export function atRest(processes: readonly Process[]): Promise<void> {
  return new Promise((resolve) => {
    const undo: (() => void)[] = [];
    const look = () => {
      if (processes.some((process) => process.alive && !process.stoppedBy)) return;
      for (const each of undo) each();
      resolve();
    };
    for (const process of processes) {
      undo.push(process.onStop(look));
      void process.exited.then(look);
    }
    look();
  });
}
