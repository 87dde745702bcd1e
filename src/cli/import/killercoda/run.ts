import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { isPicture } from '../../../lessons/assets.ts';
import { checksFile } from '../../../lessons/checks-file.ts';
import { textFile } from '../../../lessons/text.ts';
import type { ImportOptions } from '../../commands/import.ts';
import { usage } from '../../failure.ts';
import { newFolder } from '../../new/folder.ts';
import { assemble } from './assemble.ts';
import { readInside, readScenario } from './scenario.ts';
import { pictureName } from './text.ts';
import type { Todo } from './todo.ts';

/** Writes a lesson of a scenario, and lists what is left to do. @throws Failure */
export function importKillercoda(scenarioFolder: string, options: ImportOptions, say: (line: string) => void): void {
  if (!existsSync(scenarioFolder)) throw usage(`There is no folder ${scenarioFolder}.`, 'Name one with an index.json.');
  const scenario = readScenario(scenarioFolder);
  const words = basename(resolve(scenarioFolder))
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ['scenario'];
  const { id, folder, schema } = newFolder(options.name ?? words.join('-').slice(0, 50), options.lessons);
  const { text, checks, files, pictures } = assemble(scenario, schema);
  const todos: Todo[] = [];
  write(join(folder, textFile), text);
  write(join(folder, checksFile), checks);
  for (const { name, content } of files) write(join(folder, 'files', name), content);
  for (const { source, from } of pictures) {
    const path = join(dirname(from), source);
    const name = [path, source, join('assets', source)].find((each) => existsSync(join(scenarioFolder, each)));
    // Read as text only to see that it lies in the scenario's folder.
    if (!name || !isPicture(pictureName(source)) || readInside(scenarioFolder, name) === undefined) {
      todos.push({ file: from, line: 1, message: `the picture ${source} could not be found` });
      continue;
    }
    mkdirSync(join(folder, 'pictures'), { recursive: true });
    copyFileSync(join(scenarioFolder, name), join(folder, pictureName(source)));
  }
  say(`${join(folder, textFile)}, ${checksFile}${files.length > 0 ? `, ${files.length} files` : ''}`);
  for (const [name, content] of [[textFile, text] as const, [checksFile, checks] as const]) {
    content.split('\n').forEach((line, index) => {
      const todo = /^\s*# (TODO .*)$/.exec(line)?.[1];
      if (todo) say(`${join(folder, name)}:${index + 1}: ${todo}`);
    });
  }
  for (const { file, line, message } of todos) say(`TODO ${file}:${line}: ${message}`);
  say(`Then: ordinal lint --lessons ${options.lessons} ${id}`);
}

function write(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content, { flag: 'wx' });
}
