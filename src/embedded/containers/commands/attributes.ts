import { join } from '../files/paths.ts';
import type { Process, Program } from '../process/process.ts';
import { isFileError } from './errors.ts';
import { each } from './files.ts';
import { command, UsageError } from './options.ts';

/** Commands that change what is known of a file, and that follow links. */

const touch = command(
  'touch',
  { flags: 'acmh', valued: 'dtr', long: { date: 'd', 'no-create': 'c', reference: 'r' } },
  (process, options) =>
    each(process, 'touch: cannot touch', options.operands, async (path) => {
      const date = options.value('d');
      const reference = options.value('r');
      const at = date
        ? Date.parse(
            /[zZ]|[+-]\d\d:?\d\d$/.test(date) ? date : `${date.replace(' ', 'T')}${date.includes(':') ? 'Z' : ''}`,
          )
        : reference
          ? (await process.files.stat(reference)).mtime
          : process.system.clock.now();
      if (Number.isNaN(at)) throw new UsageError(`invalid date format '${date}'`);
      if (!(await process.files.exists(path))) {
        if (options.has('c')) return;
        await process.files.writeFile(path, '', { append: true });
      }
      await process.files.utimes(path, at);
    }),
);

async function walk(
  process: Process,
  path: string,
  recursive: boolean,
  body: (path: string) => Promise<void>,
): Promise<void> {
  await body(path);
  if (!recursive || (await process.files.lstat(path)).type !== 'directory') return;
  for (const name of await process.files.readdir(path)) await walk(process, join(path, name), true, body);
}

/** "755", "u+x", "go-w,a=r" applied to a mode. */
export function applyMode(text: string, mode: number, isDirectory: boolean): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let result = mode;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause);
    if (!match) return undefined;
    const [, who, operator, permissions] = match as unknown as [string, string, string, string];
    let bits = 0;
    if (permissions.includes('r')) bits |= 0o444;
    if (permissions.includes('w')) bits |= 0o222;
    if (permissions.includes('x') || (permissions.includes('X') && (isDirectory || (mode & 0o111) !== 0)))
      bits |= 0o111;
    const everyone = who === '' || who.includes('a');
    const mask = everyone
      ? 0o777
      : (who.includes('u') ? 0o700 : 0) | (who.includes('g') ? 0o070 : 0) | (who.includes('o') ? 0o007 : 0);
    let special = permissions.includes('t') ? 0o1000 : 0;
    if (permissions.includes('s'))
      special |= (everyone || who.includes('u') ? 0o4000 : 0) | (everyone || who.includes('g') ? 0o2000 : 0);
    const change = (bits & mask) | special;
    result = operator === '+' ? result | change : operator === '-' ? result & ~change : (result & ~mask) | change;
  }
  return result;
}

const chmod: Program = async (process) => {
  const words = process.argv.slice(1);
  const flags = words.filter((word) => /^-[Rvfc]+$/.test(word) || word === '--recursive').join('');
  const [mode, ...paths] = words.filter((word) => !(/^-[Rvfc]+$/.test(word) || word.startsWith('--')));
  if (mode === undefined || paths.length === 0) {
    await process.error('chmod: missing operand\n');
    return 1;
  }
  return each(process, 'chmod', paths, (path) =>
    walk(process, path, flags.includes('R') || flags.includes('recursive'), async (inner) => {
      const stat = await process.files.stat(inner);
      const next = applyMode(mode, stat.mode, stat.type === 'directory');
      if (next === undefined) throw new Error(`invalid mode: '${mode}'`);
      await process.files.chmod(inner, next);
    }),
  );
};

async function lookupId(process: Process, file: string, name: string): Promise<number> {
  if (/^\d+$/.test(name)) return Number(name);
  const text = await process.files.readText(file).catch(() => '');
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name}:`));
  if (!line) throw new Error(`invalid ${file.endsWith('group') ? 'group' : 'user'}: '${name}'`);
  return Number(line.split(':')[2]);
}

const chown = command('chown', { flags: 'RvhfcLHP', long: { recursive: 'R' } }, async (process, options) => {
  const [owner, ...paths] = options.operands;
  if (owner === undefined || paths.length === 0) throw new UsageError('missing operand');
  const [user = '', group = ''] = owner.split(/[:.]/);
  return each(process, 'chown', paths, (path) =>
    walk(process, path, options.has('R'), async (inner) => {
      const stat = await process.files.lstat(inner);
      const uid = user === '' ? stat.uid : await lookupId(process, '/etc/passwd', user);
      const gid = group === '' ? stat.gid : await lookupId(process, '/etc/group', group);
      await process.files.chown(inner, uid, gid);
    }),
  );
});

const chgrp = command('chgrp', { flags: 'Rvhf', long: { recursive: 'R' } }, async (process, options) => {
  const [group, ...paths] = options.operands;
  if (group === undefined || paths.length === 0) throw new UsageError('missing operand');
  return each(process, 'chgrp', paths, (path) =>
    walk(process, path, options.has('R'), async (inner) => {
      const { uid } = await process.files.lstat(inner);
      await process.files.chown(inner, uid, await lookupId(process, '/etc/group', group));
    }),
  );
});

const readlink = command('readlink', { flags: 'fenqsvm' }, async (process, options) => {
  for (const path of options.operands) {
    const target = await (options.has('f', 'e', 'm')
      ? process.files.realpath(path)
      : process.files.readlink(path)
    ).catch((error) => {
      if (isFileError(error)) return undefined;
      throw error;
    });
    if (target === undefined) return 1;
    await process.print(options.has('n') ? target : `${target}\n`);
  }
  return 0;
});

const realpath = command('realpath', { flags: 'esmLPq' }, (process, options) =>
  each(process, 'realpath', options.operands, async (path) => {
    await process.files.lstat(path);
    await process.print(`${await process.files.realpath(path)}\n`);
  }),
);

export const attributeCommands: Readonly<Record<string, Program>> = { touch, chmod, chown, chgrp, readlink, realpath };
