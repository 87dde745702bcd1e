import type { IncomingMessage } from 'node:http';

/** What curl and wget share. */

export class CurlError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export function parseUrl(text: string): URL {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
    if (url.protocol !== 'http:' && url.protocol !== 'https:')
      throw new CurlError(1, `Protocol "${url.protocol.slice(0, -1)}" not supported`);
    return url;
  } catch (error) {
    if (error instanceof CurlError) throw error;
    throw new CurlError(3, 'URL using bad/illegal format or missing URL');
  }
}

export function headerLines(response: IncomingMessage): string[] {
  const lines: string[] = [];
  for (let index = 0; index < response.rawHeaders.length; index += 2)
    lines.push(`${response.rawHeaders[index]}: ${response.rawHeaders[index + 1]}`);
  return lines;
}
