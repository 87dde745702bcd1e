import { basename, join, sep } from 'node:path';
import { type LoadedLesson, lessonFolders, loadLesson, type Tools } from '../../lessons/load.ts';
import { watchFolders } from './watch-folders.ts';

/** The lessons of a folder, each read when it is first asked for, and again when its files have changed. */
export class LessonShelf {
  readonly #root: string;
  readonly #tools: Tools;
  readonly #loaded = new Map<string, LoadedLesson>();
  #unwatch: (() => void) | undefined;

  constructor(root: string, tools: Tools) {
    this.#root = root;
    this.#tools = tools;
  }

  all(): readonly LoadedLesson[] {
    return lessonFolders(this.#root).map((folder) => {
      const known = this.#loaded.get(folder);
      if (known) return known;
      const loaded = loadLesson(folder, this.#tools);
      this.#loaded.set(folder, loaded);
      return loaded;
    });
  }

  /** Reads what changes again, and tells of it once its files have been quiet for a moment. */
  watch(changed: (id: string) => void): void {
    const waiting = new Map<string, NodeJS.Timeout>();
    this.#unwatch = watchFolders(this.#root, (path) => {
      const id = path.split(sep)[0];
      if (!id) return;
      clearTimeout(waiting.get(id));
      const quiet = setTimeout(() => {
        waiting.delete(id);
        this.#loaded.delete(join(this.#root, basename(id)));
        changed(id);
      }, 100);
      waiting.set(id, quiet);
    });
  }

  close(): void {
    this.#unwatch?.();
  }
}
