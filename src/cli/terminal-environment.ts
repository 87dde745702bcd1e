import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { distFolder } from './paths.ts';

/** What the shells of lessons find besides the user's own environment: "ordinal" itself, and whose cluster it is. */
export function terminalEnvironment(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true, mode: 0o700 });
  const [node, program] = [process.execPath, join(distFolder, 'ordinal.js')];
  if (process.platform === 'win32') {
    writeFileSync(join(bin, 'ordinal.cmd'), `@"${node}" "${program}" %*\r\n`);
  } else {
    const script = join(bin, 'ordinal');
    const quoted = [node, program].map((path) => `'${path.replaceAll("'", "'\\''")}'`);
    writeFileSync(script, `#!/bin/sh\nexec ${quoted.join(' ')} "$@"\n`);
    chmodSync(script, 0o755);
  }
  const path = env.PATH ?? env.Path;
  return { ...env, PATH: path ? `${bin}${delimiter}${path}` : bin, ORDINAL_DATA: folder };
}
