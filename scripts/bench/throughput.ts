import { connect, type TLSSocket } from 'node:tls';
import type { Figure } from './figures.ts';
import { configMap } from './requests.ts';
import type { Subject } from './subject.ts';

const connections = 50;

/** A cluster takes several turns, so that what else the machine does falls on all of them. */
const turns = 4;

/**
 * GETs of one object on many connections, each of which asks again as soon as it is answered. Over bare TLS, because an
 * HTTP client would cost as much as what is measured, and they share the machine. Figures by cluster.
 * @param seconds that each cluster is asked for
 */
export async function throughput(subjects: readonly Subject[], seconds: number): Promise<Figure[][]> {
  const askers = await Promise.all(subjects.map((subject) => Asker.open(subject)));
  for (const asker of askers) await asker.ask(seconds / 4); // Until everything that will be compiled is.
  const rates = askers.map((): number[] => []);
  for (let turn = 0; turn < turns; turn++) {
    for (const [index, asker] of askers.entries()) rates[index]!.push(await asker.ask(seconds / turns));
  }
  for (const asker of askers) asker.close();
  return rates.map((each) => {
    const value = each.reduce((sum, rate) => sum + rate, 0) / each.length;
    return [{ what: 'GET on 50 connections', value, unit: '/s' }];
  });
}

/** Asks for an object again and again on connections that stay open between its turns. */
class Asker {
  readonly #sockets: readonly TLSSocket[];
  readonly #request: string;
  #answered = 0;
  #asking = false;
  #idle = new Set<TLSSocket>();
  #allIdle = () => {};

  private constructor(sockets: readonly TLSSocket[], request: string) {
    this.#sockets = sockets;
    this.#request = request;
    for (const socket of sockets) this.#answer(socket);
  }

  static async open(subject: Subject): Promise<Asker> {
    await subject.api.sendIfPossible('POST', subject.path('configmaps'), configMap('throughput'));
    const sockets = await Promise.all(Array.from({ length: connections }, () => open(subject)));
    return new Asker(sockets, head(subject));
  }

  /** Answers per second, of a turn of so many seconds. Resolves once all that was asked for has been answered. */
  async ask(seconds: number): Promise<number> {
    const idle = new Promise<void>((resolve) => {
      this.#allIdle = resolve;
    });
    this.#asking = true;
    this.#idle.clear();
    this.#answered = 0;
    const started = performance.now();
    for (const socket of this.#sockets) socket.write(this.#request);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    this.#asking = false;
    const rate = (this.#answered * 1000) / (performance.now() - started);
    await idle;
    return rate;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #answer(socket: TLSSocket): void {
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = received.length ? Buffer.concat([received, chunk]) : chunk;
      const size = answerSize(received);
      if (size === undefined || received.length < size) return;
      received = received.subarray(size);
      this.#answered++;
      if (this.#asking) return void socket.write(this.#request);
      this.#idle.add(socket);
      if (this.#idle.size === this.#sockets.length) this.#allIdle();
    });
  }
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
