#!/usr/bin/env node
// `npm test`: finds what the tests need besides Node (kubectl as the product finds it, a Chromium), runs vitest, and ends
// with one line `N passed, N failed[, N skipped]`. What cannot be had is named, and its tests are skipped; with CI set
// that is a failure. Arguments go to vitest: `npm test -- test/checks`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
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
    const [{ findKubectl }, { cacheFolder }] = await Promise.all([
      run('src/clusters/kubectl.ts'),
      run('src/cli/paths.ts'),
    ]);
    const { path } = await findKubectl({
      clusterVersion: 'v1.33.13',
      env: process.env,
      cacheFolder: cacheFolder(process.env, process.platform),
      signal: new AbortController().signal,
      progress: console.error,
    });
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
  ...(kubectl ? [] : ['kubectl: the tests that drive it are skipped']),
];

const folder = mkdtempSync(join(tmpdir(), 'ordinal-test-'));
const report = join(folder, 'report.json');
const projects = args.some((arg) => arg.startsWith('--project')) ? [] : ['unit', 'integration', 'browser'];
const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [
    vitest,
    'run',
    ...projects.flatMap((project) => ['--project', project]),
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...args,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(chromium && { ORDINAL_CHROMIUM: chromium }),
      ...(kubectl && { ORDINAL_KUBECTL: kubectl }),
    },
  },
);

/** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, testResults: { status: string, assertionResults: unknown[] }[] }} */
const results = existsSync(report)
  ? JSON.parse(readFileSync(report, 'utf8'))
  : { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, testResults: [] };
rmSync(folder, { recursive: true, force: true });
// A file that does not even load has no tests of its own to fail.
const broken = results.testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.length,
);
const failed = results.numFailedTests + broken.length;
const skipped = results.numPendingTests;
for (const reason of missing) console.log(`missing ${reason}`);
console.log(`${results.numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed || status ? 1 : process.env.CI && missing.length ? 1 : 0;
