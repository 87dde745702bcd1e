import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * How a second start finds the server that already runs on a data folder, and has it give out a link: a file that only
 * the folder's owner can read says where the server is and by which secret it knows its owner.
 */

const control = z.object({ pid: z.number(), address: z.string(), secret: z.string() });

export type Control = z.infer<typeof control>;

export const controlPath = '/api/control/link';

function file(folder: string): string {
  return join(folder, 'server.json');
}

export function writeControl(folder: string, running: Control): void {
  writePrivate(file(folder), JSON.stringify(running));
}

/** Only its own: another server may have taken the folder over meanwhile. */
export function removeControl(folder: string, secret: string): void {
  if (readControl(folder)?.secret === secret) rmSync(file(folder), { force: true });
}

export function readControl(folder: string): Control | undefined {
  try {
    return control.parse(JSON.parse(readFileSync(file(folder), 'utf8')));
  } catch {
    return undefined;
  }
}

/** The key that cookies are signed with, made at the first start. */
export function loadCookieKey(folder: string): Buffer {
  const path = join(folder, 'cookie.key');
  try {
    const key = Buffer.from(readFileSync(path, 'utf8'), 'base64url');
    if (key.length === 32) return key;
  } catch {
    // There is none yet.
  }
  const key = randomBytes(32);
  writePrivate(path, key.toString('base64url'));
  return key;
}

/** A fresh link from the server that runs on the folder; undefined where none answers. */
export async function requestLink(folder: string): Promise<string | undefined> {
  const running = readControl(folder);
  if (!running) return undefined;
  const body = await post(new URL(controlPath, running.address), running.secret).catch(() => undefined);
  const link = body === undefined ? undefined : z.object({ link: z.string() }).safeParse(JSON.parse(body));
  return link?.success ? link.data.link : undefined;
}

function post(url: URL, secret: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', headers: { authorization: `Bearer ${secret}` } });
    request.setTimeout(3000, () => request.destroy(new Error('no answer')));
    request.on('error', reject);
    request.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(body);
        else reject(new Error(`it answered ${response.statusCode}`));
      });
    });
    request.end();
  });
}

function writePrivate(path: string, content: string): void {
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}
