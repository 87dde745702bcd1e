import { Interrupted, type Process } from '../../process/process.ts';
import { parseSignal, signalNumbers } from '../../process/signals.ts';
import { ShellError } from '../control.ts';
import { describeJob } from '../job-text.ts';
import { hasEnded, isStopped, type Job } from '../jobs.ts';
import type { Shell } from '../shell.ts';
import type { Builtin } from './types.ts';

async function wait(shell: Shell, args: readonly string[]): Promise<number> {
  const any = args.includes('-n');
  const words = args.filter((word) => !word.startsWith('-'));
  if (any) {
    const running = shell.jobs.running().flatMap((job) => job.processes);
    if (running.length === 0) return 127;
    const first = await shell.interruptible(Promise.race(running.map(({ exited }) => exited)));
    return first instanceof Interrupted ? 128 + signalNumbers[first.signal] : first.code;
  }
  if (words.length === 0) {
    for (const job of shell.jobs.list()) {
      const code = await waitForJob(shell, job);
      if (code instanceof Interrupted) return 128 + signalNumbers[code.signal];
    }
    if (!shell.interactive) shell.jobs.sweep();
    return 0;
  }
  let status = 0;
  for (const word of words) {
    const process = word.startsWith('%') ? shell.jobs.find(word)?.processes.at(-1) : shell.jobs.ofPid(Number(word));
    const known = shell.jobs.codeOf(Number(word));
    if (!process && known === undefined) {
      await shell.complain(`wait: pid ${word} is not a child of this shell`);
      status = 127;
      continue;
    }
    if (!process) {
      status = known!;
      continue;
    }
    const ended = await shell.interruptible(process.exited);
    if (ended instanceof Interrupted) return 128 + signalNumbers[ended.signal];
    status = ended.code;
  }
  return status;
}

async function waitForJob(shell: Shell, job: Job): Promise<number | Interrupted> {
  let code = 0;
  for (const process of job.processes) {
    const ended = await shell.interruptible(process.exited);
    if (ended instanceof Interrupted) return ended;
    code = ended.code;
  }
  return code;
}

async function kill(shell: Shell, args: readonly string[]): Promise<number> {
  if (args[0] === '-l' || args[0] === '-L') {
    const wanted = args[1];
    if (wanted === undefined) {
      const names = Object.entries(signalNumbers).map(([name, number]) => `${String(number).padStart(2)}) ${name}`);
      await shell.process.print(`${names.join('\n')}\n`);
    } else {
      const name = parseSignal(String(Number(wanted) > 128 ? Number(wanted) - 128 : wanted));
      await shell.process.print(`${name ? (/^\d+$/.test(wanted) ? name.slice(3) : signalNumbers[name]) : wanted}\n`);
    }
    return 0;
  }
  let signal = 'TERM';
  let words = args;
  if (words[0] === '-s' || words[0] === '-n') {
    signal = words[1] ?? '';
    words = words.slice(2);
  } else if (words[0] && /^-[A-Za-z0-9]+$/.test(words[0])) {
    signal = words[0].slice(1);
    words = words.slice(1);
  }
  if (words[0] === '--') words = words.slice(1);
  const name = signal === '0' ? undefined : parseSignal(signal);
  if (signal !== '0' && !name) throw new ShellError(`kill: ${signal}: invalid signal specification`);
  if (words.length === 0)
    throw new ShellError(
      'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]',
      2,
    );
  let status = 0;
  const { system } = shell.process;
  for (const word of words) {
    const job = word.startsWith('%') ? shell.jobs.find(word) : undefined;
    const targets = word.startsWith('%')
      ? job
        ? processesOf(shell, job)
        : []
      : Number(word) < 0
        ? [...system.processes.values()].filter(({ group, pid }) =>
            word === '-1' ? pid !== 1 : group === -Number(word),
          )
        : Number(word) === 0
          ? [...system.processes.values()].filter(({ group }) => group === shell.process.group)
          : [...system.processes.values()].filter(({ pid }) => pid === Number(word));
    if (targets.length === 0) {
      const reason = /^-?\d+$/.test(word) ? 'No such process' : 'arguments must be process or job IDs';
      await shell.complain(shell.isBash ? `kill: (${word}) - ${reason}` : `kill: can't kill pid ${word}: ${reason}`);
      status = 1;
    }
    if (name) for (const target of targets) target.deliver(name);
    // A job that is to end cannot while it is stopped.
    if (job && shell.isBash && (name === 'SIGTERM' || name === 'SIGHUP')) wake(shell, job);
  }
  const pause = shell.process.turn();
  if (pause) await pause;
  return status;
}

async function jobs(shell: Shell, args: readonly string[]): Promise<number> {
  const list = shell.jobs.list();
  // The smaller shells list first what they would go back to.
  if (!shell.isBash) list.sort((one, other) => order(shell, one) - order(shell, other));
  for (const job of list) {
    const text = args.includes('-p') ? String(job.processes[0]!.pid) : describeJob(shell, job, args.includes('-l'));
    await shell.process.print(`${text}\n`);
  }
  for (const job of list) {
    job.told = isStopped(job);
    if (hasEnded(job)) shell.jobs.remove(job);
  }
  return 0;
}

const order = (shell: Shell, job: Job) => '+- '.indexOf(shell.jobs.mark(job));

function named(shell: Shell, builtin: string, word: string | undefined): Job {
  const job = shell.jobs.find(word === undefined ? '%%' : word.startsWith('%') ? word : `%${word}`);
  if (job) return job;
  throw new ShellError(
    shell.isBash ? `${builtin}: ${word ?? 'current'}: no such job` : `${builtin}: ${word ?? '%%'}: no such job`,
  );
}

/** The job's processes, those that its own shells have started included. */
function processesOf(shell: Shell, job: Job): readonly Process[] {
  const [leader] = job.processes;
  if (!shell.options.monitor || !shell.interactive) return job.processes;
  return [...shell.process.system.processes.values()].filter(({ group }) => group === leader!.group);
}

function wake(shell: Shell, job: Job): void {
  job.told = false;
  for (const process of processesOf(shell, job)) process.deliver('SIGCONT');
}

async function foreground(shell: Shell, args: readonly string[]): Promise<number> {
  const job = named(shell, 'fg', args[0]);
  await shell.process.print(`${job.command}\n`);
  const { terminal } = shell.process;
  if (terminal) terminal.foreground = job.processes[0]!.group;
  wake(shell, job);
  const statuses = await shell.executor.waitFor(job.processes, job);
  return statuses.at(-1)!.code;
}

async function background(shell: Shell, args: readonly string[]): Promise<number> {
  const job = named(shell, 'bg', args[0]);
  const text = shell.isBash ? `[${job.id}]${shell.jobs.mark(job)} ${job.command} &` : `[${job.id}] ${job.command}`;
  await shell.process.print(`${text}\n`);
  wake(shell, job);
  return 0;
}

export const jobBuiltins: Readonly<Record<string, Builtin>> = {
  wait,
  kill,
  jobs,
  fg: foreground,
  bg: background,
  async disown(shell, args) {
    const job = shell.jobs.find(args.find((word) => word.startsWith('%')) ?? '%%');
    if (job) shell.jobs.remove(job);
    return 0;
  },
  async suspend() {
    throw new ShellError('suspend: cannot suspend in a simulated container');
  },
};
