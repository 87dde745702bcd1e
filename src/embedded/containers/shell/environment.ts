import type { Shell } from './shell.ts';

/** Gives a shell that is no copy of another its variables: the process's environment, and what every shell sets. */
export function importEnvironment({ process, variables, isBash }: Shell): void {
  for (const [name, value] of Object.entries(process.env)) {
    if (!/^[A-Za-z_]\w*$/.test(name)) continue;
    variables.set(name, value).exported = true;
  }
  const defaults: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    IFS: ' \t\n',
    PS2: '> ',
    PS4: '+ ',
    OPTIND: '1',
    ...(isBash && {
      BASH_VERSION: '5.2.15(1)-release',
      BASH: '/bin/bash',
      HOSTNAME: process.system.hostname,
      OSTYPE: 'linux-gnu',
      MACHTYPE: 'x86_64-pc-linux-gnu',
      HOSTTYPE: 'x86_64',
      SHELL: '/bin/bash',
    }),
  };
  for (const [name, value] of Object.entries(defaults)) {
    if (variables.value(name) === undefined) variables.set(name, value);
  }
  if (isBash) {
    const parts = ['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu'];
    variables.setArray('BASH_VERSINFO', new Map(parts.map((part, index) => [String(index), part])));
  }
  variables.set('PWD', process.cwd).exported = true;
  const depth = Number(variables.value('SHLVL') ?? 0) + 1;
  variables.set('SHLVL', String(depth)).exported = true;
}
