#!/usr/bin/env node
// Builds what is stale into dist/: the schemas (from installed packages), the server (one bundle per entry), the web.
// `npm ci` runs it through `prepare`, `npm start` before starting. `--force` builds everything.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const dist = join(root, 'dist');

/**
 * A part of the build: the files and folders it is made from, and how. It is stale when one of them is newer than its
 * stamp, or when their number has changed.
 * @typedef {{ name: string, from: string[], build: () => Promise<void> }} Part
 */

/** @type {Part[]} */
const parts = [
  {
    name: 'schemas',
    from: [
      'package-lock.json',
      'scripts/generate-schemas.ts',
      'scripts/schemas',
      'src/embedded/apiserver/schema',
      'src/embedded/apiserver/openapi',
    ],
    build: async () => {
      const { run } = await import('./run.mjs');
      const { generateSchemas } = await run('scripts/generate-schemas.ts');
      await generateSchemas();
    },
  },
  {
    name: 'server',
    from: ['package.json', 'package-lock.json', 'scripts/build.mjs', 'src'],
    build: async () => {
      const { build } = await import('vite');
      const fresh = mkdtempSync(join(dist, '.server-'));
      await build({
        root,
        configFile: false,
        logLevel: 'warn',
        publicDir: false,
        // What loads native code or finds its own files stays a package; everything else goes into the bundle.
        ssr: { noExternal: true, external: ['lmdb', '@lydell/node-pty'], target: 'node' },
        build: {
          ssr: true,
          target: 'node20',
          outDir: fresh,
          minify: true,
          rolldownOptions: {
            input: entries(),
            // An optional part of just-bash that is not installed and no command here asks for.
            external: ['@mongodb-js/zstd'],
            // Flat, so that import.meta.url of any chunk is a file in dist/.
            output: { entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', format: 'esm' },
          },
        },
      });
      replaceScripts(fresh);
    },
  },
  {
    // What goes into the workloads' container images: each one file, for a Node without packages.
    name: 'workloads',
    from: ['scripts/build.mjs', 'src/workloads'],
    build: async () => {
      const { build } = await import('vite');
      for (const bundle of ['kubia', 'mehdb', 'mongodb', 'mysql', 'quiz']) {
        await build({
          root,
          configFile: false,
          logLevel: 'warn',
          publicDir: false,
          ssr: { noExternal: true, target: 'node' },
          build: {
            ssr: true,
            target: 'node20',
            outDir: join(dist, 'workloads'),
            emptyOutDir: false,
            rolldownOptions: {
              input: { [bundle]: join(root, `src/workloads/${bundle}/main.ts`) },
              output: { entryFileNames: '[name].js', format: 'esm', codeSplitting: false },
            },
          },
        });
      }
    },
  },
  {
    name: 'web',
    from: ['package-lock.json', 'vite.config.ts', 'src/web', 'src/protocol', 'src/kubernetes'],
    build: async () => {
      const { build } = await import('vite');
      await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
    },
  },
];

/** The program, what it puts into its terminals, and what it starts in worker threads. */
function entries() {
  return {
    ordinal: join(root, 'src/cli/main.ts'),
    curl: join(root, 'src/cli/curl/main.ts'),
    'cluster-worker': join(root, 'src/embedded/worker.ts'),
    'tool-worker': join(root, 'src/embedded/containers/tools/tool-worker.js'),
  };
}

/** In one go, so that a program that starts meanwhile finds the old build or the new one. @param {string} fresh */
function replaceScripts(fresh) {
  const files = new Set(readdirSync(fresh));
  for (const file of files) renameSync(join(fresh, file), join(dist, file));
  for (const file of readdirSync(dist)) if (file.endsWith('.js') && !files.has(file)) rmSync(join(dist, file));
  rmSync(fresh, { recursive: true });
}

/** @param {string} path @returns {{ newest: number, files: number }} */
function inspect(path) {
  if (!existsSync(path)) return { newest: 0, files: 0 };
  const stat = statSync(path);
  if (!stat.isDirectory()) return { newest: stat.mtimeMs, files: 1 };
  let newest = 0;
  let files = 0;
  for (const entry of readdirSync(path)) {
    const inner = inspect(join(path, entry));
    newest = Math.max(newest, inner.newest);
    files += inner.files;
  }
  return { newest, files };
}

/** @param {Part} part */
function state(part) {
  const inputs = part.from.map((path) => inspect(join(root, path)));
  return {
    newest: Math.max(...inputs.map(({ newest }) => newest)),
    files: inputs.reduce((sum, { files }) => sum + files, 0),
  };
}

/** Vite believes NODE_ENV, which running TypeScript leaves behind. @param {() => Promise<void>} build */
async function forProduction(build) {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await build();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

/** Builds what is stale, or all with `force`; names each part as it begins. @returns {Promise<string[]>} what was built */
export async function buildStale({ force = false, log = console.error } = {}) {
  if (!existsSync(join(root, 'src'))) return []; // an installed package brings its dist/ along
  const built = [];
  for (const part of parts) {
    const stamp = join(dist, `.${part.name}.json`);
    const now = state(part);
    const before = existsSync(stamp) ? JSON.parse(readFileSync(stamp, 'utf8')) : undefined;
    if (!force && before && before.newest === now.newest && before.files === now.files) continue;
    log(`building ${part.name} …`);
    mkdirSync(dist, { recursive: true });
    await forProduction(part.build);
    writeFileSync(stamp, JSON.stringify(now));
    built.push(part.name);
  }
  return built;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await buildStale({ force: process.argv.includes('--force') });
}
