import type { FileSystem } from '../../storage/filesystem.ts';

/**
 * Gives a volume to the Pod's fsGroup, as pkg/volume's SetVolumeOwnership does: the group may read (and write, unless
 * the volume is read-only), and what is created in it belongs to the group as well.
 */
export async function setGroup(files: FileSystem, path: string, group: number, readOnly: boolean): Promise<void> {
  const stat = await files.lstat(path);
  await files.chown(path, stat.uid, group).catch(ignoreDanglingLink);
  if (stat.type === 'symlink') return;
  const access = readOnly ? 0o440 : 0o660;
  if (stat.type !== 'directory') {
    await files.chmod(path, stat.mode | access);
    return;
  }
  await files.chmod(path, stat.mode | access | 0o2110);
  for (const name of await files.readdir(path)) {
    await setGroup(files, path === '/' ? `/${name}` : `${path}/${name}`, group, readOnly);
  }
}

/** Owners of symbolic links matter to nobody, and changing one follows it. */
function ignoreDanglingLink(): void {}
