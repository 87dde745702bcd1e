import { basename } from '../files/paths.ts';
import type { Process, Program } from '../process/process.ts';
import { parseSignal } from '../process/signals.ts';
import { test } from '../shell/conditional.ts';
import { ShellError } from '../shell/control.ts';
import { printf, strftime, unescapeText } from '../shell/printf.ts';
import { accountNames, table } from './list.ts';
import { command, UsageError } from './options.ts';
import { becomeCommand, runCommand } from './run.ts';

/** Commands about processes, users, time and the machine. */

/** "10", "1.5", "2m", "1h", "inf" in milliseconds; undefined for anything else. */
export function parseDuration(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Number.MAX_SAFE_INTEGER;
  const match = /^(\d*\.?\d+)([smhd]?)$/.exec(text);
  if (!match) return undefined;
  const unit = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }[match[2]!] ?? 1;
  return Number(match[1]) * unit * 1000;
}

const sleep: Program = async (process) => {
  const words = process.argv.slice(1);
  if (words.length === 0) {
    await process.error('sleep: missing operand\n');
    return 1;
  }
  let total = 0;
  for (const word of words) {
    const duration = parseDuration(word);
    if (duration === undefined) {
      await process.error(`sleep: invalid time interval '${word}'\n`);
      return 1;
    }
    total += duration;
  }
  await process.sleep(total);
  return 0;
};

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
      stat: () => 'S',
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
        `${user(other).padEnd(8)} ${String(other.pid).padStart(7)}  0.0  0.0 ${String(rss + 1024).padStart(6)} ${String(rss).padStart(5)} ${tty(other).padEnd(8)} S    ${started(other)}   0:00 ${commandLine(other)}\n`,
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

const env: Program = async (process) => {
  const environment: Record<string, string> = { ...process.env };
  let index = 1;
  for (; index < process.argv.length; index++) {
    const word = process.argv[index]!;
    if (word === '-i' || word === '-') for (const name of Object.keys(environment)) delete environment[name];
    else if (word === '-u') delete environment[process.argv[++index] ?? ''];
    else if (/^[A-Za-z_]\w*=/.test(word))
      environment[word.slice(0, word.indexOf('='))] = word.slice(word.indexOf('=') + 1);
    else break;
  }
  const argv = process.argv.slice(index);
  if (argv.length > 0) {
    process.env = environment;
    return becomeCommand(process, argv, 'env', environment);
  }
  await process.print(
    Object.entries(environment)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
  return 0;
};

const date = command(
  'date',
  { flags: 'uR', valued: 'dIs', long: { utc: 'u', date: 'd', 'iso-8601': 'I', rfc: 'R' } },
  async (process, options) => {
    const given = options.value('d');
    const now = process.system.clock.now();
    let at = now;
    if (given !== undefined) {
      const relative = /^([-+]?\d+)\s*(second|sec|minute|min|hour|day)s?(\s+ago)?$/.exec(given);
      if (given.startsWith('@')) at = Number(given.slice(1)) * 1000;
      else if (relative) {
        const unit = { second: 1, sec: 1, minute: 60, min: 60, hour: 3600, day: 86_400 }[relative[2]!]!;
        at = now + Number(relative[1]) * unit * 1000 * (relative[3] ? -1 : 1);
      } else if (given !== 'now') at = Date.parse(/Z|[+-]\d\d:?\d\d$/.test(given) ? given : `${given}Z`);
      if (Number.isNaN(at)) throw new UsageError(`invalid date '${given}'`);
    }
    const format = options.operands[0]?.startsWith('+')
      ? options.operands[0].slice(1)
      : options.has('R')
        ? '%a, %d %b %Y %T %z'
        : options.has('I')
          ? options.value('I')?.startsWith('s')
            ? '%FT%T+00:00'
            : '%F'
          : '%a %b %e %T UTC %Y';
    await process.print(`${strftime(format, at)}\n`);
  },
);

const id = command('id', { flags: 'ugGn' }, async (process, options) => {
  const users = await accountNames(process, '/etc/passwd');
  const groups = await accountNames(process, '/etc/group');
  const all = [...new Set([process.gid, ...process.system.groups])];
  const named = (number: number, names: Map<number, string>) =>
    `${number}${names.has(number) ? `(${names.get(number)})` : ''}`;
  const short = (number: number, names: Map<number, string>) =>
    options.has('n') ? (names.get(number) ?? String(number)) : String(number);
  if (options.has('u')) await process.print(`${short(process.uid, users)}\n`);
  else if (options.has('g')) await process.print(`${short(process.gid, groups)}\n`);
  else if (options.has('G')) await process.print(`${all.map((group) => short(group, groups)).join(' ')}\n`);
  else
    await process.print(
      `uid=${named(process.uid, users)} gid=${named(process.gid, groups)} groups=${all.map((group) => named(group, groups)).join(',')}\n`,
    );
});

const whoami: Program = async (process) => {
  const name = (await accountNames(process, '/etc/passwd')).get(process.uid);
  if (name === undefined) {
    await process.error(`whoami: cannot find name for user ID ${process.uid}\n`);
    return 1;
  }
  await process.print(`${name}\n`);
  return 0;
};

const uname = command('uname', { flags: 'asnrvmpio', long: { all: 'a' } }, async (process, options) => {
  const { hostname, kernel } = process.system;
  const all = options.has('a');
  const parts = [
    all || options.has('s') || process.argv.length === 1 ? 'Linux' : '',
    all || options.has('n') ? hostname : '',
    all || options.has('r') ? kernel : '',
    all || options.has('v') ? '#1 SMP' : '',
    all || options.has('m', 'p', 'i') ? 'x86_64' : '',
    all || options.has('o') ? 'GNU/Linux' : '',
  ];
  await process.print(`${parts.filter(Boolean).join(' ')}\n`);
});

const hostname: Program = async (process) => {
  const flags = process.argv.slice(1).join('');
  const { hostname: name } = process.system;
  if (/^-[iI]+$/.test(flags)) await process.print(`${process.network.addresses.join(' ')}\n`);
  else if (flags === '-f') {
    const text = await process.files.readText('/etc/hosts').catch(() => '');
    const line = text
      .split('\n')
      .map((entry) => entry.split(/\s+/))
      .find((words) => !words[0]?.startsWith('#') && words.slice(1).includes(name));
    await process.print(`${line?.[1] ?? name}\n`);
  } else if (flags === '-s') await process.print(`${name.split('.')[0]}\n`);
  else if (flags === '-d') await process.print(`${name.split('.').slice(1).join('.')}\n`);
  else if (flags && !flags.startsWith('-')) {
    await process.error('hostname: you must be root to change the host name\n');
    return 1;
  } else await process.print(`${name}\n`);
  return 0;
};

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

const free = command('free', { flags: 'hmgkb' }, async (process, options) => {
  const { memoryLimit, memoryUsed } = process.system;
  const unit = options.has('m', 'h') ? 1024 ** 2 : options.has('g') ? 1024 ** 3 : options.has('b') ? 1 : 1024;
  const show = (bytes: number) => `${Math.round(bytes / unit)}${options.has('h') ? 'Mi' : ''}`.padStart(12);
  await process.print(
    `               total        used        free      shared  buff/cache   available\nMem:    ${[memoryLimit, memoryUsed, memoryLimit - memoryUsed, 0, 0, memoryLimit - memoryUsed].map(show).join('')}\nSwap:   ${[0, 0, 0].map(show).join('')}\n`,
  );
});

const uptime: Program = async (process) => {
  const minutes = Math.floor((process.system.clock.now() - process.system.bootedAt) / 60_000);
  const up = minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}`;
  await process.print(
    ` ${strftime('%T', process.system.clock.now())} up ${up},  0 users,  load average: 0.00, 0.00, 0.00\n`,
  );
  return 0;
};

const which: Program = async (process) => {
  let code = 0;
  for (const name of process.argv.slice(1).filter((word) => !word.startsWith('-'))) {
    let found: string | undefined;
    for (const folder of (process.env.PATH ?? '').split(':')) {
      const path = `${folder}/${name}`;
      if ((await process.files.find(path))?.type === 'file' && (await process.files.permits(path, 1))) {
        found = path;
        break;
      }
    }
    if (found) await process.print(`${found}\n`);
    else code = 1;
  }
  return code;
};

const echo: Program = async (process) => {
  let words = process.argv.slice(1);
  let newline = true;
  let escapes = false;
  while (words[0] && /^-[neE]+$/.test(words[0])) {
    if (words[0].includes('n')) newline = false;
    escapes = words[0].includes('e');
    words = words.slice(1);
  }
  const text = words.join(' ');
  await process.print((escapes ? unescapeText(text, true).text : text) + (newline ? '\n' : ''));
  return 0;
};

const printfCommand: Program = async (process) => {
  const [format = '', ...args] = process.argv.slice(1);
  const { text, errors } = printf(format, args, process.system.clock.now());
  await process.print(text);
  for (const error of errors) await process.error(`printf: ${error}\n`);
  return errors.length > 0 ? 1 : 0;
};

const testCommand: Program = async (process) => {
  const bracket = basename(process.name) === '[';
  try {
    return (await test(process, process.argv.slice(1, bracket ? -1 : undefined))) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    await process.error(`${basename(process.name)}: ${error.message}\n`);
    return 2;
  }
};

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

const print =
  (text: string): Program =>
  async (process) => {
    await process.print(text);
    return 0;
  };

const service: Program = async (process) => {
  const stopped = new Promise<void>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.onSignal(name, () => resolve());
  });
  await process.block(stopped);
  return 0;
};

const stress: Program = async (process) => {
  const words = process.argv.slice(1);
  const value = (...names: string[]) =>
    words
      .map((word, index) =>
        names.includes(word)
          ? words[index + 1]
          : names.some((name) => word.startsWith(`${name}=`))
            ? word.split('=')[1]
            : undefined,
      )
      .find((found) => found !== undefined);
  const { parseSize } = await import('./files.ts');
  const workers = Number(value('--vm', '-m') ?? 0);
  const bytes = parseSize((value('--vm-bytes', '-mem-total', '--mem-total') ?? '256M').replace(/i$/, '')) ?? 0;
  await process.print(
    `stress: info: [${process.pid}] dispatching hogs: ${value('--cpu', '-c') ?? 0} cpu, 0 io, ${workers} vm, 0 hdd\n`,
  );
  for (let worker = 0; worker < Math.max(workers, value('-mem-total', '--mem-total') ? 1 : 0); worker++)
    process.allocate(bytes);
  await process.sleep(parseDuration(value('--timeout', '-t') ?? 'inf') ?? Number.MAX_SAFE_INTEGER);
  return 0;
};

export const systemCommands: Readonly<Record<string, Program>> = {
  sleep,
  ps,
  kill,
  pgrep,
  top,
  env,
  date,
  id,
  whoami,
  uname,
  hostname,
  timeout,
  watch,
  free,
  uptime,
  which,
  echo,
  time,
  service,
  stress,
  pkill: killer(false),
  killall: killer(true),
  printf: printfCommand,
  test: testCommand,
  '[': testCommand,
  true: async () => 0,
  false: async () => 1,
  nohup: become('nohup', (process) => process.onSignal('SIGHUP', 'ignore')),
  nice: become('nice'),
  setsid: become('setsid', (process) => {
    process.group = process.pid;
  }),
  usleep: async (process) => {
    await process.sleep(Number(process.argv[1] ?? 0) / 1000);
    return 0;
  },
  pidof: async (process) => {
    const found = matching(process, process.argv[1] ?? '', false, true);
    if (found.length > 0) await process.print(`${found.map(({ pid }) => pid).join(' ')}\n`);
    return found.length > 0 ? 0 : 1;
  },
  printenv: async (process) => {
    const names = process.argv.slice(1);
    if (names.length === 0) return env(process);
    for (const name of names) {
      if (!Object.hasOwn(process.env, name)) return 1;
      await process.print(`${process.env[name]}\n`);
    }
    return 0;
  },
  pwd: async (process) => {
    await process.print(`${process.cwd}\n`);
    return 0;
  },
  groups: async (process) => {
    const names = await accountNames(process, '/etc/group');
    await process.print(
      `${[process.gid, ...process.system.groups].map((group) => names.get(group) ?? group).join(' ')}\n`,
    );
    return 0;
  },
  tty: async (process) => {
    await process.print(process.descriptors.get(0)?.terminal ? '/dev/pts/0\n' : 'not a tty\n');
    return process.descriptors.get(0)?.terminal ? 0 : 1;
  },
  stty: async (process) => {
    const terminal = process.descriptors.get(0)?.terminal;
    if (!terminal) {
      await process.error("stty: 'standard input': Inappropriate ioctl for device\n");
      return 1;
    }
    for (const word of process.argv.slice(1)) {
      if (word === 'size') await process.print(`${terminal.rows} ${terminal.columns}\n`);
      else if (word === '-echo' || word === 'echo' || word === 'sane') terminal.echo = word !== '-echo';
    }
    if (process.argv.length === 1)
      await process.print(`speed 38400 baud; rows ${terminal.rows}; columns ${terminal.columns};\n`);
    return 0;
  },
  clear: print('\x1b[H\x1b[2J\x1b[3J'),
  reset: print('\x1bc'),
  nproc: print('1\n'),
  arch: print('x86_64\n'),
  pause: service,
  busybox: print('BusyBox v1.36.1 multi-call binary.\n\nUsage: busybox [function [arguments]...]\n'),
};
