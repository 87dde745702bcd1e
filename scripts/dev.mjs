#!/usr/bin/env node
// `npm run dev`: the interface from Vite, which replaces what changes in the open page, in front of the program, which
// shows changed lessons at once and is built and started anew when its own sources change. Arguments go to `learn`.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';
import { buildStale } from './build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const args = process.argv.slice(2);
if (!args.includes('--data')) args.push('--data', join(root, '.dev'));
/** Vite's. The program lets in what comes by this name, so it has to be known before. */
const port = 5173;

/** @type {import('node:child_process').ChildProcess | undefined} */
let program;

/** Builds what is stale and starts the program. Resolves with where it serves: the same place each time. */
async function start() {
  await buildStale();
  const command = [join(root, 'dist/ordinal.js'), 'learn', '--no-open', '--allowed-host', `127.0.0.1:${port}`, ...args];
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ORDINAL_DEV: '1' },
  });
  program = child;
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`The program ended with exit code ${code}.`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const link = /http:\S+/.exec(line)?.[0];
      if (!link) return;
      const { origin, search } = new URL(link);
      console.log(`Open http://127.0.0.1:${port}/${search}`);
      resolve(origin);
    });
  });
}

/** Resolves after the program's last words. */
async function stop() {
  const child = program;
  program = undefined;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

const target = await start();
const vite = await createServer({
  configFile: join(root, 'vite.config.ts'),
  server: {
    host: '127.0.0.1',
    port,
    strictPort: true,
    proxy: { '^/api/': { target, ws: true }, '^/lessons/[^/]+/assets/': { target }, '^/.*[?]token=': { target } },
  },
});
await vite.listen();

/** Saves come in bursts, and what changes while a build runs is built next. */
let working = false;
let changed = false;
watch(join(root, 'src'), { recursive: true }, async (_event, path) => {
  if (path?.startsWith('web')) return;
  changed = true;
  if (working) return;
  working = true;
  while (changed) {
    changed = false;
    await stop();
    await start().catch((error) => console.error(error instanceof Error ? error.message : error));
  }
  working = false;
});

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, async () => {
    await Promise.all([stop(), vite.close()]);
    process.exit(0);
  });
}
