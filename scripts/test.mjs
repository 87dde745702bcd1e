#!/usr/bin/env node
// `npm test`: finds what the tests need besides Node (kubectl as the product finds it, a Chromium), runs vitest, rehearses
// the lessons, and ends with one line `N passed, N failed[, N skipped]`. What cannot be had is named, and its tests are
// skipped; with CI set that is a failure. Arguments go to vitest, and no lesson is rehearsed: `npm test -- test/checks`.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { rehearseLessons } from './rehearsal.mjs';
import { run } from './run.mjs';
import { nothing, runVitest, tell, together } from './vitest.mjs';

const require = createRequire(import.meta.url);

/** @param {string[]} names @returns {string | undefined} */
function onPath(names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file));
}

/** The system's Chromium, or one put there by Debian's packages or Playwright's installer. */
function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
  const known = [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  ];
  const found = process.env.ORDINAL_CHROMIUM ?? onPath(names) ?? known.find((file) => existsSync(file));
  if (found) return found;
  if (process.getuid?.() === 0 && onPath(['apt-get'])) {
    console.error('installing Chromium from the distribution’s packages …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env, stdio: 'ignore' });
    const installed = onPath(names);
    if (installed) return installed;
  }
  console.error('installing Chromium with Playwright …');
  const cli = join(dirname(require.resolve('playwright-core/package.json')), 'cli.js');
  spawnSync(process.execPath, [cli, 'install', 'chromium-headless-shell'], { stdio: 'ignore' });
  const path = require('playwright-core').chromium.executablePath();
  return existsSync(path) ? path : undefined;
}

/** kubectl as the product finds it, downloads included. */
async function findKubectl() {
  try {
    const { kubectlFor } = await run('src/cli/kubectl.ts');
    const { path } = await kubectlFor('v1.33.13', { signal: new AbortController().signal, progress: console.error });
    return path;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return undefined;
  }
}

const args = process.argv.slice(2);
const chromium = findChromium();
const kubectl = await findKubectl();
const missing = [
  ...(chromium ? [] : ['Chromium: the browser tests are skipped']),
  ...(kubectl ? [] : ['kubectl: the tests that drive it are skipped, and lessons are not rehearsed']),
  ...(onPath(['git']) ? [] : ['git: the tests of --changed are skipped']),
];

const projects = args.some((arg) => arg.startsWith('--project')) ? [] : ['unit', 'integration', 'browser'];
const tests = runVitest([...projects.flatMap((project) => ['--project', project]), '--reporter=default', ...args], {
  ...process.env,
  ...(chromium && { ORDINAL_CHROMIUM: chromium }),
  ...(kubectl && { ORDINAL_KUBECTL: kubectl }),
});
const lessons = kubectl && args.length === 0 ? rehearseLessons() : nothing;
const outcome = together(tests, lessons);
tell(
  outcome,
  missing.map((reason) => `missing ${reason}`),
);
process.exitCode = outcome.failed || (process.env.CI && missing.length) ? 1 : 0;
