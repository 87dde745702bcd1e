import type { MemoryFileSystem } from '../../storage/memory-filesystem.ts';
import { dirname } from '../files/paths.ts';
import { executable } from './image.ts';

/** What images have in common: folders, accounts, commands. */

const folders = [
  'bin',
  'boot',
  'dev',
  'etc',
  'home',
  'lib',
  'media',
  'mnt',
  'opt',
  'proc',
  'root',
  'run',
  'sbin',
  'srv',
  'sys',
  'tmp',
  'usr/bin',
  'usr/sbin',
  'usr/lib',
  'usr/local/bin',
  'usr/local/sbin',
  'usr/share',
  'var/cache',
  'var/lib',
  'var/log',
  'var/run',
  'var/spool',
  'var/tmp',
  'usr/local/lib',
];

export async function text(files: MemoryFileSystem, path: string, content: string, mode = 0o644): Promise<void> {
  await files.mkdir(dirname(path), { recursive: true });
  await files.writeFile(path, new TextEncoder().encode(content), { mode });
}

export async function program(files: MemoryFileSystem, path: string, name: string): Promise<void> {
  await files.mkdir(dirname(path), { recursive: true });
  await files.writeFile(path, executable(name), { mode: 0o755 });
}

/** Each command as an executable of its own below `folder`. */
export async function commands(files: MemoryFileSystem, folder: string, names: readonly string[]): Promise<void> {
  await files.mkdir(folder, { recursive: true });
  for (const name of names) await files.writeFile(`${folder}/${name}`, executable(name), { mode: 0o755 });
}

async function skeleton(files: MemoryFileSystem): Promise<void> {
  for (const folder of folders) await files.mkdir(`/${folder}`, { recursive: true });
  await files.chmod('/tmp', 0o1777);
  await files.chmod('/var/tmp', 0o1777);
  await files.chmod('/root', 0o700);
}

export const textCommands = [
  'awk',
  'base64',
  'basename',
  'cmp',
  'comm',
  'cut',
  'diff',
  'dirname',
  'expand',
  'expr',
  'find',
  'fold',
  'grep',
  'egrep',
  'fgrep',
  'head',
  'join',
  'md5sum',
  'nl',
  'hexdump',
  'od',
  'paste',
  'printf',
  'rev',
  'sed',
  'seq',
  'sha1sum',
  'sha256sum',
  'sort',
  'split',
  'strings',
  'tac',
  'tail',
  'tr',
  'tree',
  'uniq',
  'wc',
  'xargs',
  'xxd',
  'unexpand',
];

export const fileCommands = [
  'cat',
  'chgrp',
  'chmod',
  'chown',
  'cp',
  'dd',
  'df',
  'du',
  'echo',
  'gunzip',
  'gzip',
  'install',
  'ln',
  'ls',
  'mkdir',
  'mktemp',
  'mv',
  'readlink',
  'realpath',
  'rm',
  'rmdir',
  'stat',
  'sync',
  'tar',
  'tee',
  'test',
  '[',
  'touch',
  'truncate',
  'zcat',
  'mount',
  'umount',
];

export const systemCommands = [
  'clear',
  'date',
  'env',
  'false',
  'free',
  'getent',
  'groups',
  'hostname',
  'id',
  'kill',
  'killall',
  'nice',
  'nohup',
  'nproc',
  'pgrep',
  'pidof',
  'pkill',
  'printenv',
  'ps',
  'pwd',
  'reset',
  'sleep',
  'stty',
  'time',
  'timeout',
  'top',
  'true',
  'tty',
  'uname',
  'uptime',
  'watch',
  'which',
  'whoami',
  'yes',
  'setsid',
  'arch',
  'usleep',
];

export const networkCommands = ['ifconfig', 'ip', 'nc', 'netstat', 'nslookup', 'ping', 'route', 'wget', 'traceroute'];

const accounts =
  'root:x:0:0:root:/root:SHELL\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\nbin:x:2:2:bin:/bin:/usr/sbin/nologin\n' +
  'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n';
const groups = 'root:x:0:\ndaemon:x:1:\nbin:x:2:\ntty:x:5:\nwww-data:x:33:\nnogroup:x:65534:\n';

/** Debian or Ubuntu: dash as sh, bash, GNU-like commands, and the few network tools that lessons rely on. */
export async function debianLike(
  files: MemoryFileSystem,
  release: { id: string; name: string; version: string; codename: string },
): Promise<void> {
  await skeleton(files);
  for (const name of ['bin', 'sbin', 'lib']) {
    await files.rm(`/${name}`, { recursive: true });
    await files.symlink(`usr/${name}`, `/${name}`);
  }
  await commands(files, '/usr/bin', [
    ...textCommands,
    ...fileCommands,
    ...systemCommands,
    'busybox',
    'curl',
    'dig',
    'host',
    'nslookup',
    'jq',
  ]);
  await program(files, '/usr/bin/bash', 'bash');
  await program(files, '/usr/bin/dash', 'dash');
  await files.symlink('dash', '/usr/bin/sh');
  await text(files, '/etc/passwd', accounts.replace('SHELL', '/bin/bash'));
  await text(files, '/etc/group', groups);
  await text(files, '/etc/debian_version', `${release.version}\n`);
  await text(files, '/etc/nsswitch.conf', 'passwd:         files\nhosts:          files dns\n');
  await text(
    files,
    '/etc/os-release',
    `PRETTY_NAME="${release.name} ${release.version} (${release.codename})"\nNAME="${release.name}"\nVERSION_ID="${release.version}"\nVERSION_CODENAME=${release.codename}\nID=${release.id}\n`,
  );
  await text(files, '/etc/bash.bashrc', "PS1='\\u@\\h:\\w\\$ '\n");
}

/** Alpine or BusyBox: one program under many names. */
export async function busyboxLike(files: MemoryFileSystem, alpine?: string): Promise<void> {
  await skeleton(files);
  const all = [...textCommands, ...fileCommands, ...systemCommands, ...networkCommands, 'vi', 'less', 'more', 'httpd'];
  if (alpine) {
    await commands(files, '/bin', all);
    await program(files, '/bin/busybox', 'busybox');
    await program(files, '/bin/ash', 'ash');
    await program(files, '/bin/sh', 'ash');
    await text(files, '/etc/alpine-release', `${alpine}\n`);
    await text(
      files,
      '/etc/os-release',
      `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${alpine}\nPRETTY_NAME="Alpine Linux v${alpine.replace(/\.\d+$/, '')}"\n`,
    );
  } else {
    await commands(files, '/bin', [...all, 'busybox']);
    await program(files, '/bin/sh', 'ash');
    await program(files, '/bin/ash', 'ash');
  }
  await text(files, '/etc/passwd', accounts.replace('SHELL', '/bin/sh'));
  await text(files, '/etc/group', groups);
}
