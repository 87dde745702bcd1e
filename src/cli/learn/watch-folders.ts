import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * Watches a folder and all below it, from the moment this returns: node's own recursive watch looks at files now and then
 * on some systems, and misses what changes before it has looked first.
 * @param changed told of the path, from the root, of what has changed
 * @returns a function that ends it
 */
export function watchFolders(root: string, changed: (path: string) => void): () => void {
  const watchers = new Map<string, FSWatcher>();
  const add = (folder: string) => {
    if (watchers.has(folder) || !existsSync(folder)) return;
    const watcher = watch(folder, (_event, name) => {
      addBelow(folder);
      changed(relative(root, join(folder, name?.toString() ?? '')));
    });
    // A folder that was removed has nothing more to tell.
    watcher.on('error', () => {
      watcher.close();
      watchers.delete(folder);
    });
    watchers.set(folder, watcher);
    addBelow(folder);
  };
  const addBelow = (folder: string) => {
    for (const [known, watcher] of watchers) {
      if (existsSync(known)) continue;
      watcher.close();
      watchers.delete(known);
    }
    if (!existsSync(folder)) return;
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !entry.name.startsWith('.')) add(join(folder, entry.name));
    }
  };
  add(root);
  return () => {
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  };
}
