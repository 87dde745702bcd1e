import { Interrupted } from '../../process/process.ts';
import { parseSignal, signalNumbers } from '../../process/signals.ts';
import { ShellError } from '../control.ts';
import { isRunning, type Job } from '../jobs.ts';
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
    const targets = word.startsWith('%')
      ? (shell.jobs.find(word)?.processes ?? [])
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
  }
  const pause = shell.process.turn();
  if (pause) await pause;
  return status;
}

async function jobs(shell: Shell, args: readonly string[]): Promise<number> {
  const list = shell.jobs.list();
  for (const [index, job] of list.entries()) {
    if (args.includes('-p')) {
      await shell.process.print(`${job.processes[0]!.pid}\n`);
      continue;
    }
    await shell.process.print(
      `${describeJob(job, index === list.length - 1 ? '+' : index === list.length - 2 ? '-' : ' ', args.includes('-l'))}\n`,
    );
  }
  for (const job of [...list]) if (!isRunning(job)) shell.jobs.remove(job);
  return 0;
}

export function describeJob(job: Job, mark: string, withPid = false): string {
  const status = job.processes.at(-1)!.status;
  const state = !status
    ? 'Running'
    : status.signal
      ? status.signal === 15
        ? 'Terminated'
        : status.signal === 9
          ? 'Killed'
          : `Signal ${status.signal}`
      : status.code === 0
        ? 'Done'
        : `Exit ${status.code}`;
  const pid = withPid ? `${job.processes[0]!.pid} ` : '';
  return `[${job.id}]${mark}  ${pid}${state.padEnd(24)}${job.command}${status ? '' : ' &'}`;
}

async function foreground(shell: Shell, args: readonly string[]): Promise<number> {
  const job = shell.jobs.find(args[0]?.startsWith('%') ? args[0] : args[0] ? `%${args[0]}` : '%%');
  if (!job) throw new ShellError(`fg: ${args[0] ?? 'current'}: no such job`);
  await shell.process.print(`${job.command}\n`);
  const statuses = await shell.executor.waitFor(job.processes);
  shell.jobs.remove(job);
  return statuses.at(-1)!.code;
}

export const jobBuiltins: Readonly<Record<string, Builtin>> = {
  wait,
  kill,
  jobs,
  fg: foreground,
  async bg(shell, args) {
    const job = shell.jobs.find(args[0] ?? '%%');
    if (!job) throw new ShellError(`bg: ${args[0] ?? 'current'}: no such job`);
    await shell.process.print(`[${job.id}]+ ${job.command} &\n`);
    return 0;
  },
  async disown(shell, args) {
    const job = shell.jobs.find(args.find((word) => word.startsWith('%')) ?? '%%');
    if (job) shell.jobs.remove(job);
    return 0;
  },
  async suspend() {
    throw new ShellError('suspend: cannot suspend in a simulated container');
  },
};
