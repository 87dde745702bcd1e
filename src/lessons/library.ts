import { basename } from 'node:path';
import type { Lesson } from './lesson.ts';
import { LessonError, type LoadedLesson, lessonFolders, loadLesson, loadText, type Tools } from './load.ts';
import type { TextSource } from './text.ts';

/** What a catalogue says of a lesson, known before its checks are read. */
export interface LessonEntry {
  readonly id: string;
  readonly folder: string;
  readonly text: TextSource;
}

/**
 * The lessons of a folder. Opening it reads their texts only, in a few milliseconds each; the checks of a lesson, which
 * take several times as long, are compiled when it is first asked for.
 */
export class LessonLibrary {
  readonly #root: string;
  readonly #tools: Tools;
  #entries: readonly LessonEntry[] = [];
  readonly #loaded = new Map<string, LoadedLesson>();

  /** @throws where the folder cannot be read */
  constructor(root: string, tools: Tools) {
    this.#root = root;
    this.#tools = tools;
    this.reload();
  }

  /** In the order of their ids. */
  get entries(): readonly LessonEntry[] {
    return this.#entries;
  }

  /** The lesson, or what is wrong with it; undefined where there is none of that id. */
  load(id: string): LoadedLesson | undefined {
    const known = this.#loaded.get(id);
    if (known) return known;
    const entry = this.#entries.find((each) => each.id === id);
    if (!entry) return undefined;
    const loaded = loadLesson(entry.folder, this.#tools);
    this.#loaded.set(id, loaded);
    return loaded;
  }

  /** @throws LessonError where it is broken */
  lesson(id: string): Lesson | undefined {
    const loaded = this.load(id);
    if (loaded && !loaded.lesson) throw new LessonError(loaded);
    return loaded?.lesson;
  }

  /** Loads every lesson, with a pause after each, so that a server can answer in between. */
  async loadAll(): Promise<readonly LoadedLesson[]> {
    const all: LoadedLesson[] = [];
    for (const { id } of this.#entries) {
      const loaded = this.load(id);
      if (loaded) all.push(loaded);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return all;
  }

  /** Reads the folder again: all of it, or what has changed in one lesson. */
  reload(id?: string): void {
    if (id === undefined) this.#loaded.clear();
    else this.#loaded.delete(id);
    this.#entries = lessonFolders(this.#root).map((folder) => {
      const name = basename(folder);
      const known = id === undefined || name === id ? undefined : this.#entries.find((entry) => entry.id === name);
      return known ?? { id: name, folder, text: loadText(folder, this.#tools) };
    });
  }
}
