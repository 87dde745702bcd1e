import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface StaticFile {
  readonly body: Buffer;
  readonly type: string;
  readonly etag: string;
  /** Its name carries a hash of its content, so that it never changes. */
  readonly immutable: boolean;
  /** Compressed at first use; undefined where that gains nothing. */
  gzip(): Buffer | undefined;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

const compressible = /^(text\/|image\/svg|application\/(json|manifest))/;

/** The web build. Only files that were there at the start can be asked for, so no path leads anywhere else. */
export class StaticFiles {
  readonly #files = new Map<string, StaticFile>();

  /** @throws where the folder cannot be read: the web has not been built */
  constructor(folder: string) {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || entry.name.endsWith('.map')) continue;
      const file = join(entry.parentPath, entry.name);
      this.#files.set(`/${relative(folder, file).split(sep).join('/')}`, staticFile(file));
    }
  }

  /** @param path from the root, decoded: "/assets/index-B1x2.js" */
  get(path: string): StaticFile | undefined {
    return this.#files.get(path);
  }
}

function staticFile(file: string): StaticFile {
  const body = readFileSync(file);
  const type = types[extname(file).toLowerCase()] ?? 'application/octet-stream';
  let compressed: Buffer | undefined;
  return {
    body,
    type,
    etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
    immutable: /[\\/]assets[\\/].*-[\w-]{8,}\.\w+$/.test(file),
    gzip: () => {
      if (!compressible.test(type) || body.length < 1024) return undefined;
      compressed ??= gzipSync(body, { level: 9 });
      return compressed;
    },
  };
}
