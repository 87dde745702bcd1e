import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Looks like the start of a list of ordinals, and is not in anybody's way. */
const firstPort = 3210;

/**
 * Starts a server on the port it had last time, so that pages left open find it again. A port that was asked for is
 * taken or refused; one that was only remembered gives way to any free one.
 */
export async function listenWhereItWas<S extends { readonly port: number }>(
  folder: string,
  asked: number | undefined,
  start: (port: number) => Promise<S>,
): Promise<S> {
  if (asked !== undefined) return start(asked);
  const file = join(folder, 'page.json');
  const server = await start(remembered(file) ?? firstPort).catch(() => start(0));
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify({ port: server.port }));
  return server;
}

function remembered(file: string): number | undefined {
  try {
    const { port } = JSON.parse(readFileSync(file, 'utf8')) as { port?: unknown };
    return typeof port === 'number' ? port : undefined;
  } catch {
    return undefined;
  }
}
