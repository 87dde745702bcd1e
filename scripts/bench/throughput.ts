import { connect, type TLSSocket } from 'node:tls';
import type { Figure } from './figures.ts';
import { configMap } from './requests.ts';
import type { Subject } from './subject.ts';

const connections = 50;

/**
 * GETs of one object on many connections, each of which asks again as soon as it is answered. Over bare TLS, because an
 * HTTP client would cost as much as what is measured, and they share the machine.
 */
export async function throughput(subject: Subject, seconds: number): Promise<Figure[]> {
  await subject.api.sendIfPossible('POST', subject.path('configmaps'), configMap('throughput'));
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(subject)));
  const request = head(subject);
  let answered = 0;
  for (const socket of sockets) {
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = received.length ? Buffer.concat([received, chunk]) : chunk;
      const size = answerSize(received);
      if (size === undefined || received.length < size) return;
      received = received.subarray(size);
      answered++;
      socket.write(request);
    });
  }
  for (const socket of sockets) socket.write(request);
  const pause = (duration: number) => new Promise((resolve) => setTimeout(resolve, duration * 1000));
  await pause(seconds / 4); // Until everything that will be compiled is.
  const before = answered;
  const started = performance.now();
  await pause(seconds);
  const rate = ((answered - before) * 1000) / (performance.now() - started);
  for (const socket of sockets) socket.destroy();
  return [{ what: 'GET on 50 connections', value: rate, unit: '/s' }];
}

function open({ api: { server, tls } }: Subject): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect(
      { host: server.hostname, port: Number(server.port), ...tls, ALPNProtocols: ['http/1.1'] },
      () => resolve(socket),
    );
    socket.setNoDelay(true).on('error', reject);
  });
}

function head(subject: Subject): string {
  const { headers, server } = subject.api;
  const all = { host: server.host, accept: 'application/json', ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET ${subject.path('configmaps')}/throughput HTTP/1.1\r\n${lines.join('')}\r\n`;
}

/** Bytes of the answer that begins there; undefined while its head is incomplete. @throws for anything but 200 */
function answerSize(received: Buffer): number | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const text = received.toString('latin1', 0, end);
  const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1];
  if (!text.startsWith('HTTP/1.1 200 ') || !length) throw new Error(`an answer nobody expected:\n${text}`);
  return end + 4 + Number(length);
}
