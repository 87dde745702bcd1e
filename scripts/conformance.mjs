#!/usr/bin/env node
// `npm run test:conformance [-- REGEX …]`: Kubernetes' own end-to-end specs against a fresh embedded cluster, each REGEX
// in turn; `[sig-apps] StatefulSet` when none is given. The runner is ../shared/conformance/run: `run REGEX KUBECONFIG`,
// with PARALLEL processes: three when nothing is said, since some specs only hold where kubectl takes less time than a
// probe's period. Ends with `N passed, N failed[, N skipped]` over all. docs/conformance.md has the results.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildStale } from './build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const runner = process.env.ORDINAL_CONFORMANCE ?? resolve(root, '../shared/conformance/run');
const patterns = process.argv.length > 2 ? process.argv.slice(2) : ['\\[sig-apps\\] StatefulSet'];

if (!existsSync(runner)) {
  console.error(
    `There is no ${runner}. Name a program that runs Kubernetes' end-to-end specs: ORDINAL_CONFORMANCE=FILE`,
  );
  process.exit(2);
}

await buildStale();
const folder = mkdtempSync(join(tmpdir(), 'ordinal-conformance-'));
const kubeconfig = join(folder, 'kubeconfig');
const cluster = spawn(
  process.execPath,
  [join(root, 'dist/ordinal.js'), 'cluster', 'up', '--kubeconfig', kubeconfig, '--port', '0', '--speed', 'max'],
  { stdio: ['ignore', 'pipe', 'inherit'] },
);
await Promise.race([
  once(createInterface({ input: cluster.stdout }), 'line'),
  once(cluster, 'exit').then(([code]) => {
    throw new Error(`The cluster ended with exit code ${code} before it served; see above.`);
  }),
]);

const total = { passed: 0, failed: 0, skipped: 0 };
for (const pattern of patterns) {
  const child = spawn(runner, [pattern, kubeconfig], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PARALLEL: process.env.PARALLEL ?? '3' },
  });
  let counted = false;
  createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(line);
    const count = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(line);
    if (!count) return;
    counted = true;
    total.passed += Number(count[1]);
    total.failed += Number(count[2]);
    total.skipped += Number(count[3] ?? 0);
  });
  await once(child, 'close');
  if (!counted) total.failed += 1;
}

cluster.kill();
await once(cluster, 'exit');
rmSync(folder, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped ? `, ${total.skipped} skipped` : ''}`);
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
