import { basename } from 'node:path';
import { usage } from './failure.ts';

/** The folders of the lessons that were named, all of them when none was. @throws Failure for one that is not there */
export function chooseLessons(folders: readonly string[], ids: readonly string[], root: string): readonly string[] {
  if (folders.length === 0)
    throw usage(`There are no lessons in ${root}.`, 'Name a folder that holds some: --lessons FOLDER');
  const names = folders.map((folder) => basename(folder));
  return ids.length === 0
    ? folders
    : ids.map((id) => {
        const index = names.indexOf(id);
        if (index < 0) throw usage(`There is no lesson "${id}" in ${root}.`, `There are: ${names.join(', ')}`);
        return folders[index]!;
      });
}
