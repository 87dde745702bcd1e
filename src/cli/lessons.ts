import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { lessonFolders } from '../lessons/load.ts';
import { usage } from './failure.ts';

/** The folders of all lessons below one. @throws Failure where there is no such folder */
export function foldersOfLessons(root: string): readonly string[] {
  if (!existsSync(root)) throw usage(`There is no folder ${root}.`, 'Name one: --lessons FOLDER');
  return lessonFolders(root);
}

/** The folders of the lessons that were named, all of them when none was. @throws Failure for one that is not there */
export function chooseLessons(root: string, ids: readonly string[]): readonly string[] {
  const folders = foldersOfLessons(root);
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
