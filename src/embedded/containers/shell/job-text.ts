import type { Process } from '../process/process.ts';
import { parseSignal, signalDescriptions } from '../process/signals.ts';
import { hasEnded, isRunning, type Job } from './jobs.ts';
import type { Shell } from './shell.ts';

/** What bash, and what busybox's and Debian's smaller shells, say of a job. @param withPid `jobs -l` */
export function describeJob({ flavour, isBash, jobs }: Shell, job: Job, withPid = false): string {
  const mark = jobs.mark(job);
  const { pid } = job.processes[0]!;
  const state = stateOf(job, isBash);
  if (isBash) {
    const shown = `${withPid ? pid : ''} ${state.padEnd(24)}${job.command}`;
    return `[${job.id}]${mark} ${shown}${isRunning(job) ? ' &' : ''}`;
  }
  const shown = `${withPid ? `${pid} ` : ''}${state}`.padEnd(27);
  return `[${job.id}]${flavour === 'dash' ? ` ${mark} ` : `${mark}  `}${shown}${job.command}`;
}

function stateOf(job: Job, isBash: boolean): string {
  if (isRunning(job)) return 'Running';
  if (!hasEnded(job)) return stopOf(job.processes, isBash);
  const { code, signal } = job.processes.at(-1)!.status!;
  if (signal !== undefined) {
    const name = parseSignal(String(signal))!;
    return signalDescriptions[name] ?? (isBash ? `Signal ${signal}` : name);
  }
  if (code === 0) return 'Done';
  return isBash ? `Exit ${code}` : `Done(${code})`;
}

function stopOf(processes: readonly Process[], isBash: boolean): string {
  const signal = processes.find(({ stoppedBy }) => stoppedBy)?.stoppedBy;
  if (isBash || signal === 'SIGTSTP') return 'Stopped';
  return signal === 'SIGSTOP'
    ? 'Stopped (signal)'
    : signal === 'SIGTTIN'
      ? 'Stopped (tty input)'
      : 'Stopped (tty output)';
}
