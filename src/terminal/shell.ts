import { accessSync, constants, mkdirSync, writeFileSync } from 'node:fs';
import { basename, delimiter, join, sep } from 'node:path';
import { bashIntegration } from './integration/bash.ts';
import { fishIntegration } from './integration/fish.ts';
import { zshIntegration } from './integration/zsh.ts';

/** How a learner's shell is started so that it tells where commands start and end, without touching their files. */

export interface ShellOptions {
  /** The server's own environment, from which the shell's is made. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly kubeconfig: string;
  /** Folder with kubectl, put first in PATH; undefined where PATH finds the right one already. */
  readonly pathFolder?: string;
  /** Folder of our own, mode 0700, in which the integration scripts stand (see installIntegration). */
  readonly integration: string;
  /** What bash keeps of the lesson's commands. */
  readonly historyFile: string;
  readonly nonce: string;
  /** Overrides SHELL: a path or a name on PATH. */
  readonly shell?: string;
  /** Further variables for the shell. */
  readonly variables?: Readonly<Record<string, string>>;
}

export interface ShellLaunch {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
  /** Whether it marks its commands; without, a transcript stays empty. */
  readonly integrated: boolean;
}

/** Writes the scripts that shellLaunch refers to. Safe to repeat, also by several servers at a time. */
export function installIntegration(folder: string): void {
  mkdirSync(join(folder, 'zsh'), { recursive: true, mode: 0o700 });
  const files: [string, string][] = [
    ['bash.sh', bashIntegration],
    ['fish.fish', fishIntegration],
    ...Object.entries(zshIntegration).map(([name, text]): [string, string] => [join('zsh', name), text]),
  ];
  for (const [name, text] of files) writeFileSync(join(folder, name), text, { mode: 0o600 });
}

export function shellLaunch(options: ShellOptions): ShellLaunch {
  const { env, platform, integration } = options;
  const file = findShell(options);
  const kind = basename(file)
    .replace(/\.exe$/i, '')
    .replace(/^-/, '');
  // A terminal window of macOS starts login shells, and people keep their settings in the files those read.
  const login = platform === 'darwin';
  const variables: Record<string, string> = {
    ...options.variables,
    KUBECONFIG: options.kubeconfig,
    ORDINAL_SHELL_NONCE: options.nonce,
    ORDINAL_SHELL_KUBECONFIG: options.kubeconfig,
    ORDINAL_SHELL_HISTORY: options.historyFile,
    ...(options.pathFolder && { ORDINAL_SHELL_PATH: options.pathFolder }),
    ...(login && { ORDINAL_SHELL_LOGIN: '1' }),
  };
  const base = { ...shellEnvironment(env, options.pathFolder), ...variables };
  switch (kind) {
    case 'bash':
      return { file, args: ['--rcfile', join(integration, 'bash.sh'), '-i'], env: base, integrated: true };
    case 'zsh': {
      const own: Record<string, string> = env.ZDOTDIR ? { ORDINAL_SHELL_ZDOTDIR: env.ZDOTDIR } : {};
      const zdotdir: Record<string, string> = { ZDOTDIR: join(integration, 'zsh'), ...own };
      return { file, args: login ? ['-l', '-i'] : ['-i'], env: { ...base, ...zdotdir }, integrated: true };
    }
    case 'fish': {
      const source = `source ${quoteForFish(join(integration, 'fish.fish'))}`;
      return { file, args: [...(login ? ['-l'] : []), '-i', '-C', source], env: base, integrated: true };
    }
    default: {
      const plain = { ...shellEnvironment(env, options.pathFolder), ...options.variables };
      return { file, args: [], env: { ...plain, KUBECONFIG: options.kubeconfig }, integrated: false };
    }
  }
}

function findShell({ env, platform, shell }: ShellOptions): string {
  const path = env.PATH ?? env.Path ?? '';
  if (shell) return locate(shell, path) ?? shell;
  if (platform === 'win32') return locate('pwsh.exe', path) ?? env.COMSPEC ?? 'cmd.exe';
  const own = env.SHELL ?? '';
  if (['bash', 'zsh', 'fish'].includes(basename(own)) && executable(own)) return own;
  return locate('bash', path) ?? locate('zsh', path) ?? locate('sh', path) ?? '/bin/sh';
}

/** The program of a name, or at a path, that can be run. @param path of folders, as PATH has them */
export function locate(name: string, path: string): string | undefined {
  if (name.includes('/') || name.includes(sep)) return executable(name) ? name : undefined;
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(executable);
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Variables of whatever started the server (npm, another terminal, an editor) that would mislead the learner's shell.
 * ORDINAL_DATA is not one of them: "ordinal node" finds the cluster by it.
 */
const foreign =
  /^(npm_|INIT_CWD$|NODE$|NODE_OPTIONS$|NODE_PATH$|VITEST|TERM_|TERMINAL_EMULATOR$|VTE_|VSCODE_|ITERM_|WT_|KITTY_|ALACRITTY_|WEZTERM_|ORDINAL_(?!DATA$)|TMUX|STY$|WINDOWID$|COLUMNS$|LINES$|PWD$|OLDPWD$|SHLVL$|_$|PS[0-4]$|PROMPT_COMMAND$|BASH_ENV$|ENV$|ZDOTDIR$|NO_COLOR$|FORCE_COLOR$|CI$)/;

function shellEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  pathFolder: string | undefined,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && !foreign.test(name)) kept[name] = value;
  }
  const pathName = Object.keys(kept).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const folders = (kept[pathName] ?? '')
    .split(delimiter)
    .filter((folder) => !/node_modules[\\/]\.bin$|node-gyp-bin$/.test(folder) && folder !== pathFolder);
  kept[pathName] = [...(pathFolder ? [pathFolder] : []), ...folders].join(delimiter);
  kept.TERM = 'xterm-256color';
  kept.COLORTERM = 'truecolor';
  kept.TERM_PROGRAM = 'ordinal';
  // Without a locale, line editing would count the bytes of an umlaut.
  if (!kept.LC_ALL && !kept.LC_CTYPE && !kept.LANG) kept.LANG = 'C.UTF-8';
  return kept;
}

function quoteForFish(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
