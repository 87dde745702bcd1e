import type { IncomingMessage } from 'node:http';

/** A request's body was longer than the application takes. */
export class BodyTooLargeError extends Error {
  constructor(readonly limit: number) {
    super(`the body is longer than ${limit} bytes; send less`);
  }
}

/** The whole body. @throws BodyTooLargeError beyond `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > limit) throw new BodyTooLargeError(limit);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
