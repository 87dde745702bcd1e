import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checksFile } from '../../lessons/checks-file.ts';
import { textFile } from '../../lessons/text.ts';
import { newFolder } from './folder.ts';
import { checksTemplate, textTemplate } from './template.ts';

/** Writes a lesson that lint finds nothing wrong with, and that holds what it promises. @throws Failure */
export function newLesson(name: string, lessons: string): { readonly id: string; readonly files: readonly string[] } {
  const { id, folder, schema } = newFolder(name, lessons);
  const words = id.replace(/^\d+-/, '').replaceAll('-', ' ');
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  const files = { [textFile]: textTemplate(title), [checksFile]: checksTemplate(schema) };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content, { flag: 'wx' });
  return { id, files: Object.keys(files).map((file) => join(folder, file)) };
}
