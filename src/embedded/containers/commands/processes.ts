import { basename } from '../files/paths.ts';
import type { Process, Program } from '../process/process.ts';
import { parseSignal } from '../process/signals.ts';
import { strftime } from '../shell/printf.ts';
import { parseDuration } from './durations.ts';
import { accountNames, table } from './formats.ts';
import { command, UsageError } from './options.ts';
import { becomeCommand, runCommand } from './run.ts';

/** Commands that show, start and end processes. */

function elapsed(process: Process, other: Process): number {
  return Math.floor((process.system.clock.now() - other.startedAt) / 1000);
}

function cpuTime(other: Process): string {
  const seconds = Math.floor(other.processorTime / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

const ps: Program = async (process) => {
  const flags = process.argv.slice(1).join(' ');
  const users = await accountNames(process, '/etc/passwd');
  const all = [...process.system.processes.values()].sort((a, b) => a.pid - b.pid);
  const tty = (other: Process) => (other.terminal ? 'pts/0' : '?');
  const commandLine = (other: Process) => other.argv.join(' ');
  const user = (other: Process) => users.get(other.uid) ?? String(other.uid);
  const state = (other: Process) => (other.stoppedBy ? 'T' : 'S');
  const started = (other: Process) => strftime('%H:%M', other.startedAt);
  const columns = /-o\s*(\S+)/.exec(flags)?.[1];
  if (columns) {
    const pick: Record<string, (other: Process) => string> = {
      pid: (other) => String(other.pid),
      ppid: (other) => String(other.parent?.pid ?? 0),
      user,
      comm: (other) => basename(other.name),
      args: commandLine,
      cmd: commandLine,
      command: commandLine,
      etime: (other) => `${elapsed(process, other)}`,
      time: cpuTime,
      tty,
      stat: state,
      uid: (other) => String(other.uid),
      rss: (other) => String(Math.round(other.memory / 1024)),
      pgid: (other) => String(other.group),
      vsz: () => '0',
    };
    const names = columns.split(',').map((name) => name.replace(/=.*$/, ''));
    const rows = all.map((other) => names.map((name) => pick[name]?.(other) ?? '-'));
    await process.print(table(columns.includes('=') ? rows : [names.map((name) => name.toUpperCase()), ...rows]));
  } else if (/\baux|u\b/.test(flags)) {
    await process.print('USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n');
    for (const other of all) {
      const rss = Math.round(other.memory / 1024);
      await process.print(
        `${user(other).padEnd(8)} ${String(other.pid).padStart(7)}  0.0  0.0 ${String(rss + 1024).padStart(6)} ${String(rss).padStart(5)} ${tty(other).padEnd(8)} ${state(other)}    ${started(other)}   0:00 ${commandLine(other)}\n`,
      );
    }
  } else if (/-\w*[ef]|-A/.test(flags)) {
    await process.print('UID          PID    PPID  C STIME TTY          TIME CMD\n');
    for (const other of all) {
      await process.print(
        `${user(other).padEnd(8)} ${String(other.pid).padStart(7)} ${String(other.parent?.pid ?? 0).padStart(7)}  0 ${started(other)} ${tty(other).padEnd(8)} ${cpuTime(other)} ${commandLine(other)}\n`,
      );
    }
  } else if (await process.files.exists('/etc/debian_version')) {
    await process.print('    PID TTY          TIME CMD\n');
    const shown = process.terminal ? all.filter((other) => other.terminal !== undefined) : all;
    for (const other of shown)
      await process.print(
        `${String(other.pid).padStart(7)} ${tty(other).padEnd(8)} ${cpuTime(other)} ${basename(other.name)}\n`,
      );
  } else {
    await process.print('PID   USER     TIME  COMMAND\n');
    for (const other of all)
      await process.print(`${String(other.pid).padStart(5)} ${user(other).padEnd(8)}  0:00 ${commandLine(other)}\n`);
  }
  return 0;
};

const kill: Program = async (process) => {
  let words = process.argv.slice(1);
  let signal = 'TERM';
  if (words[0] === '-s') {
    signal = words[1] ?? '';
    words = words.slice(2);
  } else if (words[0]?.startsWith('-')) {
    signal = words[0].slice(1);
    words = words.slice(1);
  }
  const name = parseSignal(signal);
  if (!name && signal !== '0') {
    await process.error(`kill: ${signal}: invalid signal\n`);
    return 1;
  }
  let code = 0;
  for (const word of words) {
    const target = process.system.processes.get(Number(word));
    if (!target) {
      await process.error(`kill: can't kill pid ${word}: No such process\n`);
      code = 1;
    } else if (name) target.deliver(name);
  }
  return code;
};

/** Processes whose name, or whole command line, matches. */
function matching(process: Process, pattern: string, full: boolean, exact: boolean): Process[] {
  return [...process.system.processes.values()].filter((other) => {
    if (other === process) return false;
    const text = full ? other.argv.join(' ') : basename(other.name);
    return exact ? text === pattern : text.includes(pattern);
  });
}

const pgrep = command('pgrep', { flags: 'flaxno', valued: 'u' }, async (process, options) => {
  const found = matching(process, options.operands[0] ?? '', options.has('f'), options.has('x'));
  for (const other of found)
    await process.print(options.has('l', 'a') ? `${other.pid} ${other.argv.join(' ')}\n` : `${other.pid}\n`);
  return found.length > 0 ? 0 : 1;
});

function killer(exact: boolean): Program {
  return async (process) => {
    const words = process.argv.slice(1);
    const flag = words.find((word) => /^-(\d+|[A-Z]{2,}\d?|SIG\w+)$/.test(word));
    const name = parseSignal(flag?.slice(1) ?? 'TERM') ?? 'SIGTERM';
    const pattern = words.findLast((word) => !word.startsWith('-')) ?? '';
    const found = matching(process, pattern, words.includes('-f'), exact || words.includes('-x'));
    for (const other of found) other.deliver(name);
    if (found.length === 0 && exact) await process.error(`killall: ${pattern}: no process killed\n`);
    return found.length > 0 ? 0 : 1;
  };
}

const top = command('top', { flags: 'bcHiS', valued: 'ndpo' }, async (process, options) => {
  const rounds = Number(options.value('n') ?? (options.has('b') ? Number.POSITIVE_INFINITY : Number.POSITIVE_INFINITY));
  const pause = (parseDuration(options.value('d') ?? '3') ?? 3000) || 3000;
  const users = await accountNames(process, '/etc/passwd');
  let before = new Map<number, number>();
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await process.sleep(pause);
    const all = [...process.system.processes.values()].sort((a, b) => b.processorTime - a.processorTime);
    const up = Math.floor((process.system.clock.now() - process.system.bootedAt) / 60_000);
    let text = options.has('b') ? '' : '\x1b[H\x1b[2J';
    text += `top - ${strftime('%T', process.system.clock.now())} up ${up} min,  0 users,  load average: 0.00, 0.00, 0.00\nTasks: ${all.length} total,   1 running, ${all.length - 1} sleeping,   0 stopped,   0 zombie\n\n`;
    text += '    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n';
    for (const other of all) {
      const used = (other.processorTime - (before.get(other.pid) ?? other.processorTime)) / pause;
      const memory = Math.round(other.memory / 1024);
      text += `${String(other.pid).padStart(7)} ${(users.get(other.uid) ?? String(other.uid)).padEnd(8)}  20   0 ${String(memory + 1024).padStart(7)} ${String(memory).padStart(6)}      0 S ${(used * 100).toFixed(1).padStart(5)}   ${((other.memory / process.system.memoryLimit) * 100).toFixed(1)}   0:00.00 ${basename(other.name)}\n`;
    }
    before = new Map(all.map((other) => [other.pid, other.processorTime]));
    await process.print(text);
  }
});

const timeout = command(
  'timeout',
  {
    flags: 'v',
    valued: 'sk',
    untilOperand: true,
    long: { signal: 's', 'kill-after': 'k', foreground: 'v', 'preserve-status': 'v' },
  },
  async (process, options) => {
    let [limit, ...argv] = options.operands;
    // Older BusyBox: timeout -t SECONDS COMMAND.
    if (limit === '-t') [limit, ...argv] = argv as [string, ...string[]];
    const duration = parseDuration(limit ?? '');
    if (duration === undefined || argv.length === 0)
      throw new UsageError(`invalid time interval '${limit ?? ''}'`, 125);
    const { loadCommand } = await import('./run.ts');
    const loaded = await loadCommand(process, argv, 'timeout');
    if (typeof loaded === 'number') return loaded;
    const child = process.spawn({ argv: loaded.argv, program: loaded.program });
    let late = false;
    const timer = process.schedule(duration, () => {
      late = true;
      child.deliver(parseSignal(options.value('s') ?? 'TERM') ?? 'SIGTERM');
      const patience = options.value('k');
      if (patience) process.schedule(parseDuration(patience) ?? 0, () => child.deliver('SIGKILL'));
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.onSignal(signal, () => child.deliver(signal));
    const { code } = await process.block(child.exited);
    timer.cancel();
    return late ? 124 : code;
  },
);

const watch = command(
  'watch',
  { flags: 'tdg', valued: 'n', untilOperand: true, long: { interval: 'n' } },
  async (process, options) => {
    const pause = parseDuration(options.value('n') ?? '2') ?? 2000;
    for (;;) {
      const title = `Every ${(pause / 1000).toFixed(1)}s: ${options.operands.join(' ')}`;
      await process.print(`\x1b[H\x1b[2J${options.has('t') ? '' : `${title}\n\n`}`);
      await runCommand(process, ['sh', '-c', options.operands.join(' ')], 'watch');
      await process.sleep(pause);
    }
  },
);

function become(by: string, prepare: (process: Process) => void = () => {}): Program {
  return async (process) => {
    prepare(process);
    const words = process.argv.slice(1);
    const start = by === 'nice' && words[0] === '-n' ? 2 : words[0]?.startsWith('-') ? 1 : 0;
    return becomeCommand(process, words.slice(start), by);
  };
}

const time: Program = async (process) => {
  const began = process.system.clock.now();
  const code = await runCommand(process, process.argv.slice(1), 'time');
  const seconds = (process.system.clock.now() - began) / 1000;
  await process.error(
    `real\t${Math.floor(seconds / 60)}m ${(seconds % 60).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`,
  );
  return code;
};

export const processCommands: Readonly<Record<string, Program>> = {
  ps,
  kill,
  pgrep,
  top,
  timeout,
  watch,
  time,
  pkill: killer(false),
  killall: killer(true),
  nohup: become('nohup', (process) => process.onSignal('SIGHUP', 'ignore')),
  nice: become('nice'),
  setsid: become('setsid', (process) => {
    process.group = process.pid;
  }),
  pidof: async (process) => {
    const found = matching(process, process.argv[1] ?? '', false, true);
    if (found.length > 0) await process.print(`${found.map(({ pid }) => pid).join(' ')}\n`);
    return found.length > 0 ? 0 : 1;
  },
};
