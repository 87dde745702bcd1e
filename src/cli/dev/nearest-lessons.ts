import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lessonFolders } from '../../lessons/load.ts';
import { ownLessons } from '../paths.ts';

/** An author stands in a course, or in its folder of lessons. */
export function nearestLessons(folder: string): string {
  const below = join(folder, 'lessons');
  if (existsSync(below)) return below;
  return lessonFolders(folder).length > 0 ? folder : ownLessons;
}
