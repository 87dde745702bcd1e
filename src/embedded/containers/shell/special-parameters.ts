import type { Process } from '../process/process.ts';
import type { Shell } from './shell.ts';

/** $?, $$, $#, …; undefined for any other name. */
export function specialParameter(shell: Shell, name: string): string | undefined {
  const { process, isBash } = shell;
  const { clock } = process.system;
  switch (name) {
    case '?':
      return String(shell.status);
    case '$':
      return String(shellPid(process));
    case '#':
      return String(shell.positional.length);
    case '!':
      return shell.lastBackground === undefined ? '' : String(shell.lastBackground);
    case '0':
      return shell.zero;
    case '-':
      return flags(shell);
    case 'LINENO':
      return String(shell.line);
    case 'RANDOM':
      return isBash || shell.flavour === 'ash' ? String(Math.floor(process.system.random() * 32_768)) : undefined;
    case 'SECONDS':
      return isBash ? String(Math.floor((clock.now() - shell.startedAt) / 1000)) : undefined;
    case 'EPOCHSECONDS':
      return isBash ? String(Math.floor(clock.now() / 1000)) : undefined;
    case 'BASHPID':
      return isBash ? String(process.pid) : undefined;
    case 'PPID':
      return String(process.parent?.pid ?? 0);
    case 'UID':
    case 'EUID':
      return isBash ? String(process.uid) : undefined;
    default:
      return undefined;
  }
}

/** $- */
function flags({ options, isBash, interactive }: Shell): string {
  const { errexit, nounset, xtrace, noglob } = options;
  return `${errexit ? 'e' : ''}${noglob ? 'f' : ''}${isBash ? 'hB' : ''}${interactive ? 'im' : ''}${nounset ? 'u' : ''}${xtrace ? 'x' : ''}`;
}

/** $$ in a subshell is the pid of the shell that the script runs in. */
function shellPid(process: Process): number {
  let shell = process;
  while (shell.parent && shell.argv === shell.parent.argv) shell = shell.parent;
  return shell.pid;
}
