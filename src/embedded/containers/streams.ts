import type { Readable } from 'node:stream';
import { IoError, type OpenFile } from './process/open-file.ts';

/** Node's streams as descriptors of a process, with back-pressure both ways. */

export function readableFile(stream: Readable, name: string): OpenFile {
  let rest: Buffer | undefined;
  let ended = stream.readableEnded || stream.destroyed;
  let wake: (() => void) | undefined;
  stream.on('readable', () => wake?.());
  for (const event of ['end', 'error', 'close']) {
    stream.on(event, () => {
      ended = true;
      wake?.();
    });
  }
  return {
    name,
    async read(max) {
      for (;;) {
        if (rest?.length) {
          const part = rest.subarray(0, max);
          rest = rest.subarray(part.length);
          return part;
        }
        const chunk = stream.read() as Buffer | string | null;
        if (chunk !== null) {
          rest = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
          continue;
        }
        if (ended) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    close: () => {},
  };
}

export function writableFile(stream: NodeJS.WritableStream | undefined, name: string): OpenFile {
  return {
    name,
    write: (data) => (stream ? writeTo(stream, data) : undefined),
    close: () => {},
  };
}

/** Undefined where the stream takes more at once. Rejects with EPIPE where nobody takes it any more. */
export function writeTo(stream: NodeJS.WritableStream, data: Uint8Array): Promise<void> | undefined {
  const state = stream as NodeJS.WritableStream & { destroyed?: boolean; writableEnded?: boolean };
  if (state.destroyed || state.writableEnded) return Promise.reject(new IoError('EPIPE', 'Broken pipe'));
  if (stream.write(data.slice())) return undefined;
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => () => {
      for (const [event, listener] of listeners) stream.removeListener(event, listener);
      action();
    };
    const broken = settle(() => reject(new IoError('EPIPE', 'Broken pipe')));
    const listeners: [string, () => void][] = [
      ['drain', settle(resolve)],
      ['close', broken],
      ['error', broken],
    ];
    for (const [event, listener] of listeners) stream.on(event, listener);
  });
}

export const nullFile: OpenFile = {
  name: '/dev/null',
  read: async () => undefined,
  write: () => undefined,
  close: () => {},
};
