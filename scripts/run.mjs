#!/usr/bin/env node
import { dirname, resolve } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const file = fileURLToPath(import.meta.url);
const root = resolve(dirname(file), '..');

/**
 * Loads a TypeScript file, which Node 20 cannot do itself.
 * @param {string} path from the repository's root
 * @returns {Promise<Record<string, any>>} what it exports
 */
export async function run(path) {
  const { runnerImport } = await import('vite');
  const { module } = await runnerImport(resolve(root, path), { root, configFile: false, logLevel: 'error' });
  return /** @type {Record<string, any>} */ (module);
}

// `node scripts/run.mjs FILE [argument …]` runs the file, and its `main` if it exports one.
if (argv[1] && resolve(argv[1]) === file) {
  const [path, ...rest] = argv.slice(2);
  if (!path) {
    console.error('Missing the file to run: node scripts/run.mjs FILE [argument …]');
    process.exit(2);
  }
  const module = await run(resolve(path));
  await module.main?.(rest);
}
