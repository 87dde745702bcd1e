import { basename } from '../files/paths.ts';
import type { Program } from '../process/process.ts';
import { test } from '../shell/conditional.ts';
import { ShellError } from '../shell/control.ts';
import { printf, strftime, unescapeText } from '../shell/printf.ts';
import { parseDuration } from './durations.ts';
import { accountNames } from './formats.ts';
import { command, UsageError } from './options.ts';
import { processCommands } from './processes.ts';
import { becomeCommand } from './run.ts';
import { parseSize } from './sizes.ts';

/** Commands about processes, users, time and the machine. */

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
  ...processCommands,
  sleep,
  env,
  date,
  id,
  whoami,
  uname,
  hostname,
  free,
  uptime,
  which,
  echo,
  service,
  stress,
  printf: printfCommand,
  test: testCommand,
  '[': testCommand,
  true: async () => 0,
  false: async () => 1,
  usleep: async (process) => {
    await process.sleep(Number(process.argv[1] ?? 0) / 1000);
    return 0;
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
