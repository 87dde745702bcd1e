#!/usr/bin/env node
// `npm run test:kind`: the tests that need a real cluster, then all lessons, rehearsed as `ordinal validate --provider kind`
// does it, which have the machine to themselves. Where shared/kind stands beside the checkout, its setup makes Docker and
// the images possible without a registry; elsewhere Docker must run and the public images are used; else it says why it
// cannot. Ends with one line `N passed, N failed[, N skipped]`. Arguments go to vitest, and no lesson is rehearsed. Mistakes
// are made on the embedded cluster; ORDINAL_KIND_MISTAKES=one makes one of each step here, too, and =all makes all of them,
// which takes three times as long.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildStale } from './build.mjs';
import { rehearseLessons } from './rehearsal.mjs';
import { nothing, runVitest, tell, together } from './vitest.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const setup = resolve(root, '../shared/kind/setup');
const offline = existsSync(setup);

/**
 * Under the name that lessons and recordings use. The stand-in has busybox, but is not made of it: what a shell there
 * would not find (wget) is linked to busybox, as all of it is in the public image.
 * @returns {string | undefined} why it could not be made
 */
function standInBusybox() {
  const input = 'FROM registry.k8s.io/e2e-test-images/busybox:1.36.1-1\nRUN busybox --install -s 2>/dev/null || true\n';
  const { status, stderr } = spawnSync('docker', ['build', '--tag', 'busybox:1.36', '-'], { input, encoding: 'utf8' });
  return status === 0 ? undefined : `busybox:1.36 could not be built: ${stderr.trim().split('\n').at(-1)}`;
}

/** As `validate` and kind's documentation advise: a kernel's own limit is enough for two clusters, and lessons take three. */
function allowClusters() {
  const file = '/proc/sys/fs/inotify/max_user_instances';
  if (Number(readFileSync(file, 'utf8')) < 512) writeFileSync(file, '512');
}

/** @returns {string | undefined} why there can be no cluster here */
function unavailable() {
  if (offline) {
    if (process.getuid?.() !== 0) return `${setup} has to be run as root`;
    const { status } = spawnSync(setup, { stdio: ['ignore', 'inherit', 'inherit'] });
    if (status !== 0) return `${setup} ended with exit code ${status}`;
    allowClusters();
    return standInBusybox();
  }
  const docker = spawnSync('docker', ['info', '--format', '{{.ServerVersion}}'], { encoding: 'utf8' });
  if (docker.error) return 'there is no docker on PATH';
  return docker.status === 0 ? undefined : `Docker does not run: ${docker.stderr.trim().split('\n').at(-1)}`;
}

const reason = unavailable();
if (!reason) await buildStale();
const folder = mkdtempSync(join(tmpdir(), 'ordinal-kind-'));
const env = {
  ...process.env,
  ...(offline && { ORDINAL_KIND_IMAGE: process.env.ORDINAL_KIND_IMAGE ?? 'kindest/node:v1.33.13-offline' }),
  ...(reason && { ORDINAL_KIND_UNAVAILABLE: reason }),
  ORDINAL_KIND_FOLDER: join(folder, 'data'),
};
const args = process.argv.slice(2);
const tests = runVitest(['--project', 'kind', '--reporter=verbose', ...args], env);
if (!reason && existsSync(env.ORDINAL_KIND_FOLDER)) {
  // Whatever has happened: what these tests have made goes.
  const program = join(root, 'dist/ordinal.js');
  const down = ['cluster', 'down', '--provider', 'kind', '--delete', '--data', env.ORDINAL_KIND_FOLDER];
  spawnSync(process.execPath, [program, ...down], { stdio: ['ignore', 'ignore', 'inherit'], env });
}
const mistakes = process.env.ORDINAL_KIND_MISTAKES ?? 'none';
const lessons =
  reason || args.length > 0 ? nothing : rehearseLessons(['--provider', 'kind', '--mistakes', mistakes], env);
const outcome = together(tests, lessons);
rmSync(folder, { recursive: true, force: true });
tell(outcome, reason ? [`no real cluster: ${reason}`] : []);
process.exitCode = outcome.failed || (reason && process.env.CI && offline) ? 1 : 0;
