import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { locate } from '../terminal/shell.ts';
import { distFolder } from './paths.ts';

/**
 * What the shells of lessons find besides the user's own environment: "ordinal" itself, whose cluster it is, and a
 * stand-in for curl where the system has none. Windows brings one.
 */
export function terminalEnvironment(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const bin = join(folder, 'bin');
  const path = env.PATH ?? env.Path ?? '';
  mkdirSync(bin, { recursive: true, mode: 0o700 });
  putProgram(bin, 'ordinal');
  if (process.platform !== 'win32') {
    // Ours would hide one that has been installed since.
    if (locate('curl', path)) rmSync(join(bin, 'curl'), { force: true });
    else putProgram(bin, 'curl');
  }
  return { ...env, PATH: path ? `${bin}${delimiter}${path}` : bin, ORDINAL_DATA: folder };
}

/** Makes a program of dist/ a command. */
function putProgram(bin: string, name: string): void {
  const [node, program] = [process.execPath, join(distFolder, `${name}.js`)];
  if (process.platform === 'win32') {
    writeFileSync(join(bin, `${name}.cmd`), `@"${node}" "${program}" %*\r\n`);
    return;
  }
  const quoted = [node, program].map((path) => `'${path.replaceAll("'", "'\\''")}'`);
  writeFileSync(join(bin, name), `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`);
  chmodSync(join(bin, name), 0o755);
}
