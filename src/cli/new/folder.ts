import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { jsonSchemas } from '../../lessons/schema.ts';
import { usage } from '../failure.ts';

/** A folder for a lesson that is to be written. */
export interface NewFolder {
  readonly id: string;
  readonly folder: string;
  /** The schema of checks.yaml, as the comment for editors names it: relative to the lesson's folder. */
  readonly schema: string;
}

/**
 * Chooses the folder of a new lesson among those that are there, and puts the schema within reach of editors.
 * @param name with a number in front, or without, for the next free one
 * @throws Failure for a name that is none, or taken
 */
export function newFolder(name: string, lessons: string): NewFolder {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || name.length > 60) {
    throw usage(`"${name}" is no name for a lesson.`, 'Write it like-this: small letters, digits and single dashes.');
  }
  const there = existsSync(lessons)
    ? readdirSync(lessons, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name)
    : [];
  const words = name.replace(/^\d+-/, '');
  const taken = there.find((id) => id === name || id.replace(/^\d+-/, '') === words);
  if (taken) {
    throw usage(`There is a lesson ${join(lessons, taken)} already, and it stays as it is.`, 'Choose another name.');
  }
  const numbers = there.map((id) => Number(/^(\d+)-/.exec(id)?.[1] ?? 0));
  const next = String(Math.max(0, ...numbers) + 1).padStart(2, '0');
  const id = /^\d+-./.test(name) ? name : `${next}-${name}`;
  const folder = join(lessons, id);
  mkdirSync(folder, { recursive: true });
  return { id, folder, schema: schemaFor(lessons, folder) };
}

/** Ordinal's own lessons have it in docs/; other folders get a copy of what this version understands. */
function schemaFor(lessons: string, folder: string): string {
  const documented = join(lessons, '..', 'docs', 'schema', 'checks.generated.json');
  const file = existsSync(documented) ? documented : join(lessons, '.schema', 'checks.json');
  if (file !== documented) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${JSON.stringify(jsonSchemas().checks, null, 2)}\n`);
  }
  return relative(folder, file).replaceAll('\\', '/');
}
