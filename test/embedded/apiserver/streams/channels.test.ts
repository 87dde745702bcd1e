import { EventEmitter } from 'node:events';
import { finished } from 'node:stream/promises';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { Channels } from '../../../../src/embedded/apiserver/streams/channels.ts';

/** A connection that breaks while something is sent. */
class BrokenSocket extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  sent = 0;

  resume(): void {}

  send(_data: unknown, _options: unknown, done: (error?: Error) => void): void {
    this.sent++;
    setImmediate(() => done(new Error('write EPIPE')));
  }
}

it('goes on taking what a command writes when its client breaks off', async () => {
  const socket = new BrokenSocket();
  const writer = new Channels(socket as unknown as WebSocket, 'v5.channel.k8s.io', []).writer(1);
  writer.write('one');
  writer.end('two');
  await finished(writer);
  expect(socket.sent).toBe(2);
  expect(writer.errored).toBeNull();
});
