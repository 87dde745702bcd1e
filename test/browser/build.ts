import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { webRoot } from '../web/fake/server.mjs';

const root = resolve(import.meta.dirname, '../..');

/** Refuses a build that is missing or older than its sources, because a test of yesterday's build proves nothing. */
export function requireWebBuild(): void {
  const index = join(webRoot, 'index.html');
  const built = existsSync(index) ? statSync(index).mtimeMs : 0;
  const newest = (folder: string) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => statSync(join(root, folder, name)).mtimeMs)
      .reduce((a, b) => Math.max(a, b), 0);
  if (built >= newest('src/web')) return;
  throw new Error(`dist/web is ${built === 0 ? 'not there' : 'older than src/web'}: run \`npx vite build\``);
}
