import { createHash, randomBytes } from 'node:crypto';
import { accessSync, constants, createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** Digest of a file, in the encoding asked for. */
export async function digest(
  file: string,
  algorithm: 'sha256' | 'sha512',
  encoding: 'hex' | 'base64',
): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest(encoding);
}

/**
 * Lets `make` write a file under another name and moves it into place once it is whole and on the disk, so that the
 * name never leads to half a file, whoever else is at the same or whenever the machine stops.
 */
export function makeFile(file: string, mode: number, make: (temporary: string) => Promise<void>): Promise<void> {
  return putInPlace(file, async (temporary) => {
    await make(temporary);
    const handle = await open(temporary, 'r+');
    try {
      await handle.chmod(mode);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/** The same for what is not a file, such as a link: it is in place once `make` has made it. */
export async function putInPlace(file: string, make: (temporary: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await removeLeftovers(file);
  const temporary = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.part`;
  try {
    await make(temporary);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** What processes that no longer run have left half-made. */
async function removeLeftovers(file: string): Promise<void> {
  const folder = dirname(file);
  for (const name of await readdir(folder)) {
    const pid = name.startsWith(`${basename(file)}.`) && /\.(\d+)-[0-9a-f]{8}\.part$/.exec(name)?.[1];
    if (pid && !running(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function running(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

export function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
