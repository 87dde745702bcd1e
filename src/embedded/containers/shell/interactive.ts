import { accountNames } from '../commands/formats.ts';
import { Interrupted } from '../process/process.ts';
import { LineEditor } from '../terminal/line-editor.ts';
import { complete } from './completion.ts';
import { Exit, LoopControl, Return, ShellError } from './control.ts';
import { describeJob } from './job-text.ts';
import { hasEnded, isStopped } from './jobs.ts';
import { isIncomplete } from './parser.ts';
import type { Shell } from './shell.ts';

/** A shell at a terminal: prompt, editing, history, jobs, until `exit` or Ctrl-D. Resolves with its exit code. */
export async function interact(shell: Shell, login: boolean): Promise<number> {
  const { process } = shell;
  const terminal = process.descriptors.get(0)?.terminal;
  shell.interactive = true;
  shell.options.monitor = true;
  process.onSignal('SIGTERM', 'ignore');
  process.onSignal('SIGQUIT', 'ignore');
  process.onSignal('SIGTSTP', 'ignore');
  process.onSignal('SIGINT', (signal) => {
    shell.interrupted = true;
    process.interrupt(signal);
  });
  if (terminal) terminal.foreground = process.group;
  await readProfile(shell, login);
  const editor = new LineEditor(process, terminal, (text, at) => complete(shell, text, at), shell.history);
  const account = (await accountNames(process, '/etc/passwd')).get(process.uid);
  let warned = false;
  return shell.leave(async () => {
    for (;;) {
      await tellOfJobs(shell);
      if (terminal && shell.isBash) {
        shell.variables.set('COLUMNS', String(terminal.columns));
        shell.variables.set('LINES', String(terminal.rows));
      }
      // What is typed ahead counts from here on, a Ctrl-C included.
      shell.interrupted = false;
      const source = await readCommand(shell, editor, account);
      if (source === undefined) {
        if (terminal) await process.error(shell.isBash ? 'exit\n' : '\n');
        if (warned || !(await keptByJobs(shell))) return shell.status;
        warned = true;
        continue;
      }
      if (source.trim() === '') continue;
      try {
        await shell.execute(expandAlias(shell, source));
        await shell.runTraps();
        warned &&= /^\s*jobs\b/.test(source);
      } catch (error) {
        if (error instanceof Exit && !warned && (await keptByJobs(shell))) {
          warned = true;
          continue;
        }
        if (error instanceof Exit || error instanceof Return) return error.code;
        if (error instanceof Interrupted) {
          shell.status = 130;
          await process.error('\n');
        } else if (error instanceof ShellError) {
          await shell.complain(error.message);
          shell.status = error.code;
        } else if (!(error instanceof LoopControl)) throw error;
      }
    }
  });
}

/** One command, over as many lines as it takes. Undefined at the end of input. */
async function readCommand(shell: Shell, editor: LineEditor, account: string | undefined): Promise<string | undefined> {
  let source = '';
  for (;;) {
    const line = await editor.readLine(source === '' ? prompt(shell, account) : (shell.variables.value('PS2') ?? '> '));
    if (line === undefined) return source === '' ? undefined : source;
    if (line === 'interrupted' || (shell.interrupted && source !== '')) {
      shell.status = 130;
      return '';
    }
    source += `${line.text}\n`;
    if (!isIncomplete(shell.parser, source)) {
      editor.remember(source.trimEnd());
      return source;
    }
  }
}

/** Whether somebody who leaves a shell has forgotten jobs, which end with it. They are told, once. */
async function keptByJobs(shell: Shell): Promise<boolean> {
  if (shell.jobs.stopped.length === 0) return false;
  await shell.process.error(`${shell.isBash ? 'There are' : 'You have'} stopped jobs.\n`);
  return true;
}

async function tellOfJobs(shell: Shell): Promise<void> {
  for (const job of shell.jobs.list()) {
    const ended = hasEnded(job);
    const stopped = isStopped(job);
    if (ended || (stopped && !job.told)) await shell.process.error(`${describeJob(shell, job)}\n`);
    if (ended) shell.jobs.remove(job);
    job.told = stopped;
  }
}

async function readProfile(shell: Shell, login: boolean): Promise<void> {
  const home = shell.variables.value('HOME') ?? '/root';
  const files = [
    ...(login ? ['/etc/profile'] : []),
    ...(shell.isBash ? ['/etc/bash.bashrc', `${home}/.bashrc`] : [shell.variables.value('ENV') ?? '']),
  ];
  for (const file of files) {
    if (file && (await shell.process.files.find(file))?.type === 'file') await shell.source(file, []).catch(() => {});
  }
}

function expandAlias(shell: Shell, source: string): string {
  const seen = new Set<string>();
  let text = source;
  for (;;) {
    const name = /^\s*([^\s|&;<>()$`\\"']+)/.exec(text)?.[1];
    const alias = name === undefined || seen.has(name) ? undefined : shell.aliases.get(name);
    if (name === undefined || alias === undefined) return text;
    seen.add(name);
    text = text.replace(name, () => alias);
  }
}

/** PS1 with its escapes: `root@kubia-0:/# `, `/ # `, `bash-5.2# `. */
function prompt(shell: Shell, account: string | undefined): string {
  const { process } = shell;
  const root = process.uid === 0;
  const home = shell.variables.value('HOME') ?? '/root';
  const folder =
    process.cwd === home
      ? '~'
      : process.cwd.startsWith(`${home}/`)
        ? `~${process.cwd.slice(home.length)}`
        : process.cwd;
  const format =
    shell.variables.value('PS1') ?? (shell.isBash ? '\\s-\\v\\$ ' : shell.flavour === 'dash' ? '\\$ ' : '\\w \\$ ');
  const codes: Record<string, () => string> = {
    u: () => account ?? 'I have no name!',
    h: () => process.system.hostname.split('.')[0]!,
    H: () => process.system.hostname,
    w: () => folder,
    W: () => folder.split('/').at(-1) || '/',
    $: () => (root ? '#' : '$'),
    s: () => shell.flavour,
    v: () => '5.2',
    n: () => '\n',
    t: () => new Date(process.system.clock.now()).toISOString().slice(11, 19),
    '\\': () => '\\',
    '[': () => '',
    ']': () => '',
    e: () => '\x1b',
    a: () => '',
  };
  return format
    .replace(/\\(0\d\d|.)/gs, (whole, code: string) =>
      Object.hasOwn(codes, code)
        ? codes[code]!()
        : /^0\d\d$/.test(code)
          ? String.fromCharCode(Number.parseInt(code, 8))
          : whole,
    )
    .replace(/\$\{debian_chroot:[^}]*\}/g, '');
}
