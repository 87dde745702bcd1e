import type { FileStat } from '../../../storage/filesystem.ts';
import { describeError } from '../../commands/errors.ts';
import { type Process, ProcessEnded } from '../../process/process.ts';
import { Flags } from './flags.ts';

const initialContent = 'mount-tester new file\n';
/** What statfs(2) calls them. */
const magic = { ext4: 0xef53, overlay: 0x794c7630 };

/**
 * `agnhost mounttest`: makes files and tells what it sees of files, as its flags ask for it. In a fixed order, whatever
 * the flags' own: a file is made before it is looked at.
 */
export async function mounttest(process: Process, args: readonly string[]): Promise<number> {
  const flags = new Flags(args);
  const { files } = process;
  const say = (text: string) => process.print(`${text}\n`);
  const show = async (path: string) => {
    await say(`content of file "${path}": ${await files.readText(path)}`);
  };
  process.umask = 0;
  const create = (mode: number) => async (path: string) => {
    await files.writeFile(path, initialContent, { mode });
    await show(path);
  };
  const actions: Readonly<Record<string, (path: string) => Promise<void>>> = {
    fs_type: async (path) => {
      await files.stat(path);
      await say(`mount type of "${path}": ${fileSystemType(process, path)}`);
    },
    new_file_0644: create(0o644),
    new_file_0666: create(0o666),
    new_file_0660: create(0o660),
    new_file_0777: create(0o777),
    file_mode: async (path) => say(`mode of file "${path}": ${goFileMode(await files.stat(path))}`),
    file_perm: async (path) => {
      const { mode } = await files.stat(path);
      await say(`perms of file "${path}": ${goFileMode({ type: 'file', mode: mode & 0o777 })}`);
    },
    file_owner: async (path) => {
      const { uid, gid } = await files.stat(path);
      await say(`owner UID of "${path}": ${uid}\nowner GID of "${path}": ${gid}`);
    },
    file_content: show,
    file_content_in_loop: async (path) => {
      const { clock } = process.system;
      const until = clock.now() + flags.number('retry_time', 180) * 1000;
      const untilExpected = flags.text('break_on_expected_content', 'true') !== 'false';
      let last: unknown;
      while (clock.now() < until) {
        last = undefined;
        const content = await files.readText(path).catch((error) => {
          if (error instanceof ProcessEnded) throw error;
          last = error;
        });
        if (content === undefined) await say(`Error reading file ${path}: ${describeError(last)}, retrying`);
        else await say(`content of file "${path}": ${content}`);
        if (untilExpected && content === initialContent) return;
        if (untilExpected && content !== undefined) {
          await say(`Unexpected content. Expected: ${initialContent}. Retrying`);
        }
        await process.sleep(2_000);
      }
      if (last !== undefined) throw last;
    },
  };
  let failed = false;
  for (const [name, act] of Object.entries(actions)) {
    const path = flags.text(name, '');
    if (path === '') continue;
    try {
      await act(path);
    } catch (error) {
      if (error instanceof ProcessEnded) throw error;
      await say(`error: ${path}: ${describeError(error)}`);
      failed = true;
    }
  }
  return failed ? 1 : 0;
}

/** As Go prints an os.FileMode: what is special about it in front, by letters of its own. */
function goFileMode({ type, mode }: Pick<FileStat, 'type' | 'mode'>): string {
  const types = { file: '', directory: 'd', symlink: 'L', device: 'Dc', pipe: 'p' };
  const bits = (mode: number, letters: string) =>
    [...letters].filter((_, at) => mode & (1 << (letters.length - 1 - at)));
  const special = types[type] + bits(mode >> 9, 'ugt').join('');
  const permissions = [...'rwxrwxrwx'].map((letter, at) => (mode & (1 << (8 - at)) ? letter : '-')).join('');
  return (special || '-') + permissions;
}

/** Of the mount that a path lies in. */
function fileSystemType(process: Process, path: string): string {
  const inside = process.system.mounts
    .filter((mount) => `${path}/`.startsWith(mount.path === '/' ? '/' : `${mount.path}/`))
    .sort((one, other) => other.path.length - one.path.length)[0];
  if (inside?.type === 'tmpfs') return 'tmpfs';
  return String(inside && inside.path !== '/' ? magic.ext4 : magic.overlay);
}
